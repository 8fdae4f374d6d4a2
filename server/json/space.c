/* SPDX-License-Identifier: MIT */
#include "json/space.h"

/* The place behind the comment at `at`; `at` itself when there is none, or
 * none that ends. A line comment may end with the text. */
static size_t skip_comment(struct str text, size_t at)
{
    const char *p = text.p + at, *end;
    size_t left = text.n - at;

    if (left < 2 || p[0] != '/')
        return at;
    if (p[1] == '/') {
        end = memchr(p, '\n', left);
        return end ? (size_t)(end + 1 - text.p) : text.n;
    }
    if (p[1] != '*')
        return at;
    end = memmem(p + 2, left - 2, "*/", 2);
    return end ? (size_t)(end + 2 - text.p) : at;
}

size_t space_skip(struct str text, size_t at, bool comments)
{
    for (;;) {
        while (at < text.n && space_is(text.p[at]))
            at++;
        if (!comments || at == text.n || text.p[at] != '/')
            return at;
        size_t end = skip_comment(text, at);
        if (end == at)
            return at;
        at = end;
    }
}
