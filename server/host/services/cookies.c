/* SPDX-License-Identifier: MIT */
#include "host/services/cookies.h"

#include <inttypes.h>

#include <mortise/http.h>

#include "base/error.h"

#define FLAGS_KNOWN                                                            \
    (MORTISE_COOKIE_SCRIPT | MORTISE_COOKIE_SECURE | MORTISE_COOKIE_STRICT |   \
     MORTISE_COOKIE_ANY_SITE)

struct str cookie_get(struct str header, struct str name)
{
    while (header.p) {
        struct str value = str_trim(str_cut(&header, ';'));
        struct str key = str_cut(&value, '=');
        if (!value.p || !str_eq(str_trim(key), name))
            continue;
        value = str_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            value = str_of(value.p + 1, value.n - 2);
        return value;
    }
    return str_of(NULL, 0);
}

bool http_token(struct str s)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && (c == '\0' || !strchr(marks, c)))
            return false;
    }
    return s.n > 0;
}

/* Printable ASCII but quotes, comma, semicolon and backslash. */
static bool value_fits(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' ||
            c == '\\')
            return false;
    }
    return true;
}

int cookie_append(struct buf *out, struct str name, struct str value,
                  int64_t max_age, uint32_t flags, bool secure)
{
    bool any_site = (flags & MORTISE_COOKIE_ANY_SITE) != 0;
    bool strict = (flags & MORTISE_COOKIE_STRICT) != 0;

    if (!http_token(name) || !value_fits(value) || max_age < -1 ||
        (flags & ~(uint32_t)FLAGS_KNOWN) != 0 || (any_site && strict))
        return ERR_INVAL;
    buf_printf(out, "Set-Cookie: %.*s=%.*s; Path=/", STR_ARG(name),
               STR_ARG(value));
    if (max_age >= 0)
        buf_printf(out, "; Max-Age=%" PRId64, max_age);
    if (!(flags & MORTISE_COOKIE_SCRIPT))
        buf_append_z(out, "; HttpOnly");
    /* Browsers take SameSite=None from secure cookies only. */
    if (secure || any_site || (flags & MORTISE_COOKIE_SECURE))
        buf_append_z(out, "; Secure");
    buf_printf(out, "; SameSite=%s\r\n",
               any_site ? "None"
               : strict ? "Strict"
                        : "Lax");
    return out->error;
}
