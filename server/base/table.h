/* SPDX-License-Identifier: MIT */
/*
 * A hash table from byte strings to pointers: open addressing, linear
 * probing, SipHash-1-3 with a key drawn once a process, so that nobody
 * outside can aim at one bucket.
 *
 * The table owns neither keys nor values: a key usually stands inside the
 * value and must stay as it is while it is in the table.
 */
#ifndef MORTISE_BASE_TABLE_H
#define MORTISE_BASE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct table_entry {
    const char *key;
    void *value; /* NULL: free, never used */
    uint32_t key_length;
    uint32_t hash; /* the low half, which is enough to place it */
};

struct table {
    struct table_entry *entries;
    uint32_t count;
    uint32_t cap; /* 0 or a power of two */
};

void table_init(struct table *t); /* allocates nothing */
void table_free(struct table *t); /* the entries only */
void *table_get(const struct table *t, struct str key);
/* ERR_EXIST when the key is there (nothing changes), ERR_NOMEM. value is not
 * NULL, the key shorter than 4 GiB. */
int table_add(struct table *t, struct str key, void *value);
/* The value that was there, or NULL. */
void *table_remove(struct table *t, struct str key);
/* Gives back room that it has had for many more; not while it is visited. */
void table_trim(struct table *t);
/*
 * Visits every value once: start with *cursor = 0 until NULL comes back. The
 * table must not change between the calls.
 */
void *table_next(const struct table *t, uint32_t *cursor);

/* The hash that places a key, under this process's secret. */
uint64_t table_hash(struct str key);
/* SipHash-1-3 under any other key. */
uint64_t table_hash_keyed(const uint64_t key[2], struct str s);

#endif
