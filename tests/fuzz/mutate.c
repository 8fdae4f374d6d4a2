/* SPDX-License-Identifier: MIT */
#include "mutate.h"

#include <string.h>

/* Most inputs are close to a seed: what is far from it is refused early. */
#define CHANGES_MAX 8
#define PIECE_MAX   64

/* What a parser has reason to look at twice. */
static const char *const words[] = {
    "\"",  "{",    "}",          "[",
    "]",   ",",    ":",          "\\u",
    "-",   "0",    "1e9",        "\r\n",
    "%00", "\x1e", "4294967296", "-1",
    ";",   "=",    "\x7f",       "\xff",
    "\\",  "/",    "..",         "451-",
    "40",  "/a,",  "null",       " ",
    "\t",  "\xc3", "\xed\xa0",   "18446744073709551616",
};

void mutate_init(struct mutate *m, const struct mutate_seed *seeds,
                 size_t count, uint64_t number)
{
    *m = (struct mutate){.seeds = seeds, .count = count, .state = number};
}

/* SplitMix64, by Sebastiano Vigna: any number will do to begin with. */
static uint64_t draw(struct mutate *m)
{
    uint64_t z = m->state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* Less than n; 0 when that is 0. */
static size_t below(struct mutate *m, size_t n)
{
    return n == 0 ? 0 : (size_t)(draw(m) % n);
}

/* Puts a piece in at `at`, as far as there is room. Its new length. */
static size_t put(uint8_t *out, size_t n, size_t at, const void *piece,
                  size_t size)
{
    if (size > MUTATE_MAX - n)
        size = MUTATE_MAX - n;
    memmove(out + at + size, out + at, n - at);
    memcpy(out + at, piece, size);
    return n + size;
}

static size_t take(uint8_t *out, size_t n, size_t at, size_t size)
{
    if (size > n - at)
        size = n - at;
    memmove(out + at, out + at + size, n - at - size);
    return n - size;
}

/* A piece of some seed, into `piece`. */
static size_t cut(struct mutate *m, uint8_t piece[PIECE_MAX])
{
    const struct mutate_seed *seed = &m->seeds[below(m, m->count)];
    size_t at = below(m, seed->n);
    size_t size = below(m, PIECE_MAX) + 1;

    if (size > seed->n - at)
        size = seed->n - at;
    if (size > 0)
        memcpy(piece, seed->data + at, size);
    return size;
}

static size_t change(struct mutate *m, uint8_t *out, size_t n)
{
    uint8_t piece[PIECE_MAX];
    size_t at = below(m, n), size = below(m, PIECE_MAX) + 1;
    const char *word = words[below(m, sizeof(words) / sizeof(words[0]))];

    switch (draw(m) % 8) {
    case 0: /* one bit */
        if (n > 0)
            out[at] ^= (uint8_t)(1 << below(m, 8));
        return n;
    case 1: /* one byte */
        if (n > 0)
            out[at] = (uint8_t)draw(m);
        return n;
    case 2:
        return take(out, n, at, size);
    case 3:
        return put(out, n, at, word, strlen(word));
    case 4: /* over what was there */
        n = take(out, n, at, strlen(word));
        return put(out, n, at, word, strlen(word));
    case 5:
        return put(out, n, at, piece, cut(m, piece));
    case 6: /* twice the same */
        if (size > n - at)
            size = n - at;
        memcpy(piece, out + at, size);
        return put(out, n, at, piece, size);
    default: /* the end of it */
        return at;
    }
}

size_t mutate_next(struct mutate *m, uint8_t *out)
{
    const struct mutate_seed *seed = &m->seeds[below(m, m->count)];
    size_t n = seed->n;

    if (n > 0)
        memcpy(out, seed->data, n);
    for (size_t left = below(m, CHANGES_MAX) + 1; left > 0; left--)
        n = change(m, out, n);
    return n;
}
