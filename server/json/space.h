/* SPDX-License-Identifier: MIT */
/*
 * Insignificant white space of JSON, and the comments that count as such in
 * configuration files.
 */
#ifndef MORTISE_JSON_SPACE_H
#define MORTISE_JSON_SPACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

static inline bool space_is(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The end of the text without the white space (no comments) at its end. */
static inline size_t space_trim_end(struct str text)
{
    size_t n = text.n;
    while (n > 0 && space_is(text.p[n - 1]))
        n--;
    return n;
}

/*
 * The first place from `at` on that is neither white space nor, where they
 * are allowed, in a comment. A comment without an end is none: the place of
 * its slash.
 */
size_t space_skip(struct str text, size_t at, bool comments);

#endif
