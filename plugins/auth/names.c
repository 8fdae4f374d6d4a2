/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <string.h>

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

bool name_fits(const char *name)
{
    return spells_name(name) && name[strlen(name) - 1] != '.';
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
