/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include "base/error.h"

#define DISTANCE_LENGTH_MAX 63
#define DISTANCE_FAR        99

static unsigned char ascii_lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    }
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n &&
           (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 ||
            memcmp(s.p + (s.n - suffix.n), suffix.p, suffix.n) == 0);
}

size_t str_find(struct str s, char c)
{
    const char *found = s.n ? memchr(s.p, (unsigned char)c, s.n) : NULL;
    return found ? (size_t)(found - s.p) : s.n;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct str str_trim(struct str s)
{
    while (s.n && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct str str_cut(struct str *rest, char separator)
{
    struct str all = *rest;
    size_t at = str_find(all, separator);
    if (at == all.n)
        *rest = (struct str){NULL, 0};
    else
        *rest = (struct str){all.p + at + 1, all.n - at - 1};
    return (struct str){all.p, at};
}

int str_to_u64(struct str s, uint64_t *ret_value)
{
    uint64_t value = 0;
    bool overflow = false;

    if (s.n == 0)
        return ERR_SYNTAX;
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';
        if (digit > 9)
            return ERR_SYNTAX;
        /* Reads on after an overflow: what is no number is no big number. */
        overflow = overflow || __builtin_mul_overflow(value, 10, &value) ||
                   __builtin_add_overflow(value, digit, &value);
    }
    if (overflow)
        return ERR_LIMIT;
    *ret_value = value;
    return 0;
}

static unsigned min_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/*
 * The optimal string alignment distance: rows of the usual dynamic programme,
 * of which the swap looks back two.
 */
unsigned str_distance(struct str a, struct str b)
{
    unsigned rows[3][DISTANCE_LENGTH_MAX + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];

    if (a.n > DISTANCE_LENGTH_MAX || b.n > DISTANCE_LENGTH_MAX)
        return DISTANCE_FAR;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = (unsigned)j;

    for (size_t i = 1; i <= a.n; i++) {
        unsigned *oldest = before;
        before = above;
        above = row;
        row = oldest;
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.n; j++) {
            unsigned edit = a.p[i - 1] != b.p[j - 1];
            row[j] = min_of(min_of(above[j] + 1, row[j - 1] + 1),
                            above[j - 1] + edit);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
                a.p[i - 2] == b.p[j - 1])
                row[j] = min_of(row[j], before[j - 2] + 1);
        }
    }
    return row[b.n];
}
