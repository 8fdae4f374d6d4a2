/* SPDX-License-Identifier: MIT */
#include "json/escape.h"

/* The four hexadecimal digits of a \u escape; yajl has checked them. */
static uint32_t hex4(const char *p)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t digit = (unsigned char)p[i];
        digit = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
        value = value << 4 | digit;
    }
    return value;
}

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *to++ = (char)(0xe0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
        *to++ = (char)(0x80 | (c & 0x3f));
    } else {
        *to++ = (char)(0xf0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3f));
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
        *to++ = (char)(0x80 | (c & 0x3f));
    }
    return to;
}

/* Reads the \u escape at *from (behind the "\u"), and the low half behind a
 * high one; a half without the other is U+FFFD. */
static uint32_t read_unicode(const char **from, const char *end)
{
    const char *p = *from;
    uint32_t c = hex4(p);
    p += 4;
    if (c >= 0xd800 && c < 0xdc00 && end - p >= 6 && p[0] == '\\' &&
        p[1] == 'u') {
        uint32_t low = hex4(p + 2);
        if (low >= 0xdc00 && low < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            p += 6;
        }
    }
    *from = p;
    return c >= 0xd800 && c < 0xe000 ? 0xfffd : c;
}

size_t escape_decode(char *to, struct str source)
{
    const char *p = source.p, *end = source.p + source.n;
    char *start = to;

    while (p < end) {
        const char *escape = memchr(p, '\\', (size_t)(end - p));
        size_t plain = (size_t)((escape ? escape : end) - p);
        memcpy(to, p, plain);
        to += plain;
        p += plain;
        if (!escape)
            break;
        char letter = p[1];
        p += 2;
        switch (letter) {
        case 'b':
            *to++ = '\b';
            break;
        case 'f':
            *to++ = '\f';
            break;
        case 'n':
            *to++ = '\n';
            break;
        case 'r':
            *to++ = '\r';
            break;
        case 't':
            *to++ = '\t';
            break;
        case 'u':
            to = put_utf8(to, read_unicode(&p, end));
            break;
        default: /* " \ / */
            *to++ = letter;
            break;
        }
    }
    return (size_t)(to - start);
}
