/* SPDX-License-Identifier: MIT */
/*
 * A string that is not owned: pointer and length, not NUL-terminated, may
 * hold any byte. Passed by value. Whoever hands one out says how long it
 * lives. The empty string may have a NULL pointer.
 */
#ifndef MORTISE_BASE_STR_H
#define MORTISE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){("" literal), sizeof(literal) - 1})
/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p

static inline struct str str_of(const char *p, size_t n)
{
    return (struct str){p, n};
}

static inline struct str str_z(const char *z)
{
    return (struct str){z, z ? strlen(z) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* ASCII letters only, whatever the locale. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first c, or s.n. */
size_t str_find(struct str s, char c);
/* Without the spaces and tabs at both ends (OWS of RFC 9110, 5.6.3). */
struct str str_trim(struct str s);
/*
 * Cuts the part before the first `separator` off *rest and returns it; *rest
 * keeps what is behind the separator, {NULL, 0} when there was none. A loop
 * `while (rest.p) part = str_cut(&rest, ',');` visits every part.
 */
struct str str_cut(struct str *rest, char separator);
/* Decimal digits only, the whole string: ERR_SYNTAX, ERR_LIMIT on overflow. */
int str_to_u64(struct str s, uint64_t *ret_value);
/*
 * How many single-character edits (insert, delete, replace, swap of
 * neighbours) turn a into b; for "did you mean". Strings of more than 63
 * bytes count as 99 apart.
 */
unsigned str_distance(struct str a, struct str b);

#endif
