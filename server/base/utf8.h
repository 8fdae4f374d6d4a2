/* SPDX-License-Identifier: MIT */
/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above
 * U+10FFFF. Incremental, with a fast path for ASCII. */
#ifndef MORTISE_BASE_UTF8_H
#define MORTISE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct utf8 {
    uint8_t need;  /* continuation bytes still to come */
    uint8_t lower; /* range of the next one */
    uint8_t upper;
};

static inline void utf8_init(struct utf8 *u)
{
    *u = (struct utf8){0, 0x80, 0xbf};
}

/* Reads on; 0, or ERR_SYNTAX at the first byte that cannot be right. A
 * character may go on in the next call. */
int utf8_feed(struct utf8 *u, const void *p, size_t n);
/* Whether the text may end here. */
static inline bool utf8_complete(const struct utf8 *u)
{
    return u->need == 0;
}

bool utf8_valid(const void *p, size_t n);

/* How many code units of UTF-16 the text is, which is how JavaScript counts.
 * The text is valid. */
size_t utf8_utf16_length(const void *p, size_t n);
/* How many bytes of a valid text its first units are. ERR_SYNTAX: it has not so
 * many, or they end within a surrogate pair. */
int utf8_cut_utf16(const void *p, size_t n, size_t units, size_t *ret_bytes);

#endif
