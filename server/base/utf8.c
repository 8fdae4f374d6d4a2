/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include "base/error.h"
#include "base/utf8_wide.h"

/* How many bytes are looked at one by one before a long stretch is looked for
 * again. */
#define WIDE_AGAIN 16

/*
 * Begins a character at a byte >= 0x80 (RFC 3629, section 4). The ranges of
 * the second byte are what excludes overlong forms, surrogates and what is
 * above U+10FFFF.
 */
static int begin(struct utf8 *u, uint8_t c)
{
    if (c < 0xc2 || c > 0xf4)
        return ERR_SYNTAX;
    u->lower = 0x80;
    u->upper = 0xbf;
    if (c < 0xe0) {
        u->need = 1;
    } else if (c < 0xf0) {
        u->need = 2;
        if (c == 0xe0)
            u->lower = 0xa0;
        else if (c == 0xed)
            u->upper = 0x9f;
    } else {
        u->need = 3;
        if (c == 0xf0)
            u->lower = 0x90;
        else if (c == 0xf4)
            u->upper = 0x8f;
    }
    return 0;
}

int utf8_feed(struct utf8 *u, const void *text, size_t n)
{
    if (n == 0)
        return 0;

    const uint8_t *p = text, *end = p + n;
    struct utf8 now = *u;    /* a copy, which can stay in registers */
    const uint8_t *wide = p; /* no long stretch begins before this */

    while (p < end) {
        if (now.need == 0) {
            if (p >= wide) {
                p = utf8_pass(p, end);
                wide = end - p < WIDE_AGAIN ? end : p + WIDE_AGAIN;
                continue;
            }
            if (*p >= 0x80 && begin(&now, *p) < 0)
                return ERR_SYNTAX;
        } else {
            if (*p < now.lower || *p > now.upper)
                return ERR_SYNTAX;
            now.need--;
            now.lower = 0x80;
            now.upper = 0xbf;
        }
        p++;
    }
    *u = now;
    return 0;
}

bool utf8_valid(const void *p, size_t n)
{
    struct utf8 u;

    utf8_init(&u);
    return utf8_feed(&u, p, n) == 0 && utf8_complete(&u);
}

size_t utf8_utf16_length(const void *text, size_t n)
{
    const uint8_t *p = text;
    size_t units = 0;

    for (size_t i = 0; i < n; i++)
        units += ((p[i] & 0xc0) != 0x80) + (p[i] >= 0xf0);
    return units;
}

int utf8_cut_utf16(const void *text, size_t n, size_t units, size_t *ret_bytes)
{
    const uint8_t *p = text;
    size_t i = 0;

    while (units > 0 && i < n) {
        size_t cost = p[i] >= 0xf0 ? 2 : 1;
        if (cost > units)
            break;
        units -= cost;
        i += p[i] < 0x80 ? 1 : p[i] < 0xe0 ? 2 : p[i] < 0xf0 ? 3 : 4;
    }
    if (units > 0 || i > n)
        return ERR_SYNTAX;
    *ret_bytes = i;
    return 0;
}
