/* SPDX-License-Identifier: MIT */
#include "accounts/names.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <common/map.h>

#define GUEST "guest-"

/* Not those of ctype.h, which depend on the locale. */
static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

static void lower(const char *text, char ret[static EMAIL_SIZE])
{
    size_t i;

    for (i = 0; text[i] != '\0'; i++)
        ret[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a')
                                                  : text[i];
    ret[i] = '\0';
}

/* What may be typed as a name: also those of a time when the dot could be the
 * last of it. */
static bool spells_name(const char *name)
{
    size_t n = strlen(name);

    if (n < 3 || n >= NAME_SIZE || !is_letter_or_digit(name[0]))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_letter_or_digit(name[i]) && !strchr("_.-", name[i]))
            return false;
    return true;
}

const char *name_wrong(const char *name)
{
    if (!spells_name(name) || name[strlen(name) - 1] == '.')
        return "A name is 3 to 32 of the letters A to Z, digits and _.-";
    if (strncasecmp(name, GUEST, strlen(GUEST)) == 0)
        return "Names that begin with \"" GUEST "\" are those of guests.";
    return NULL;
}

void name_shown(const char *id, const char *name, char ret[static NAME_SIZE])
{
    uint64_t hash = map_hash(id, strlen(id));

    if (name[0] != '\0')
        snprintf(ret, NAME_SIZE, "%s", name);
    else
        snprintf(ret, NAME_SIZE, GUEST "%06x", (unsigned)(hash & 0xffffff));
}

/* Labels with a dot between, of letters, digits and hyphens. */
static bool domain_fits(const char *domain)
{
    bool dot = false;
    char before = '.';

    for (const char *p = domain; *p; p++) {
        if (!is_letter_or_digit(*p) && *p != '.' && *p != '-')
            return false;
        if (before == '.' && (*p == '.' || *p == '-'))
            return false;
        dot = dot || *p == '.';
        before = *p;
    }
    return dot && before != '.' && before != '-';
}

static bool read_address(const char *text, char ret[static EMAIL_SIZE])
{
    size_t n = strlen(text);
    const char *at = strchr(text, '@');

    if (n >= EMAIL_SIZE || !at || at == text || at - text > 64 ||
        !domain_fits(at + 1))
        return false;
    for (const char *p = text; p < at; p++)
        if (!is_letter_or_digit(*p) && !strchr("!#$%&'*+-/=?^_`{|}~.", *p))
            return false;
    lower(text, ret);
    return true;
}

bool email_read(const char *text, char ret[static EMAIL_SIZE])
{
    const char *at = strchr(text, '@');

    return at && at > text && text[0] != '.' && !strstr(text, "..") &&
           at[-1] != '.' && read_address(text, ret);
}

bool login_read(const char *text, char ret[static EMAIL_SIZE])
{
    if (strchr(text, '@'))
        return read_address(text, ret);
    if (!spells_name(text))
        return false;
    lower(text, ret);
    return true;
}

/* What has no width, or turns the text around it: of Unicode's format
 * characters those that a name of people never needs. */
static bool is_unseen(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c ||
           c == 0x115f || c == 0x1160 || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0x3164 || c == 0xfeff ||
           c == 0xffa0 || (c >= 0xfff0 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

static bool is_space(uint32_t c)
{
    return c == ' ' || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
           c == 0x2800 || c == 0x3000;
}

/* The character that begins here, and its bytes; the text is valid. */
static int read_character(const char *text, uint32_t *ret)
{
    unsigned char first = (unsigned char)text[0];
    int n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t c = n == 1 ? first : first & (0xffU >> (n + 1));

    for (int i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)text[i] & 0x3f);
    *ret = c;
    return n;
}

void name_clean(const char *text, char ret[static NAME_SIZE])
{
    size_t used = 0;
    bool gap = false;
    uint32_t c;
    int n;

    for (; *text; text += n) {
        n = read_character(text, &c);
        if (is_space(c))
            gap = used > 0;
        if (is_space(c) || is_unseen(c))
            continue;
        if (used + (size_t)gap + (size_t)n >= NAME_SIZE)
            break;
        if (gap)
            ret[used++] = ' ';
        memcpy(ret + used, text, (size_t)n);
        used += (size_t)n;
        gap = false;
    }
    ret[used] = '\0';
}
