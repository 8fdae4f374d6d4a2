/* SPDX-License-Identifier: MIT */
#include "host/namespace_pattern.h"

#include <stddef.h>
#include <stdint.h>

bool namespace_pattern_is(struct str text)
{
    return str_find(text, '*') < text.n;
}

bool namespace_pattern_fits(struct str pattern)
{
    for (size_t i = 1; i < pattern.n; i++)
        if (pattern.p[i - 1] == '*' && pattern.p[i] == '*')
            return false;
    return true;
}

/* A slash divides names; a question mark begins what is no part of one, a star
 * would make it look like a pattern, and what is no text would hurt those who
 * read it: a record separator, for one, ends a packet. */
static bool may_stand(char c)
{
    return c != '/' && c != '?' && c != '*' && (unsigned char)c >= 0x20 &&
           c != 0x7f;
}

/*
 * Each `*` takes as little as it can; when what follows does not fit, the last
 * one takes one byte more. To try the earlier ones again would find nothing
 * new, so this takes no more than pattern times name.
 */
bool namespace_pattern_matches(struct str pattern, struct str name)
{
    size_t p = 0, n = 0;
    size_t behind = 0; /* the last `*`, in the pattern; 0: there was none */
    size_t taken = 0;  /* where in the name what it took ends */

    while (n < name.n || p < pattern.n) {
        if (n < name.n && p < pattern.n && pattern.p[p] == '*' &&
            may_stand(name.p[n])) {
            behind = ++p;
            taken = ++n;
        } else if (n < name.n && p < pattern.n && pattern.p[p] != '*' &&
                   pattern.p[p] == name.p[n]) {
            p++;
            n++;
        } else if (behind > 0 && taken < name.n && may_stand(name.p[taken])) {
            p = behind;
            n = ++taken;
        } else {
            return false;
        }
    }
    return true;
}
