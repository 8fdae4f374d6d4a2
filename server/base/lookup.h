/* SPDX-License-Identifier: MIT */
/*
 * A hash table for objects that are many: like base/table.h, but it keeps 12
 * bytes of each and asks the object for its key.
 *
 * It owns no object; the key of one must stay as it is while that is in it.
 */
#ifndef MORTISE_BASE_LOOKUP_H
#define MORTISE_BASE_LOOKUP_H

#include <stdint.h>

#include "base/str.h"

struct lookup {
    struct str (*key_of)(const void *object);
    void **objects;   /* NULL: free */
    uint32_t *hashes; /* of the same places, in the same memory */
    uint32_t count;
    uint32_t cap; /* 0 or a power of two */
};

/* Allocates nothing. */
void lookup_init(struct lookup *l, struct str (*key_of)(const void *object));
void lookup_free(struct lookup *l); /* none of the objects */
void *lookup_get(const struct lookup *l, struct str key);
/* An object that is not NULL. ERR_EXIST when there is one with its key (nothing
 * changes), ERR_NOMEM. */
int lookup_add(struct lookup *l, void *object);
/* Takes this very object out; whether it was in it. */
bool lookup_remove(struct lookup *l, const void *object);
/* Gives back room that it has had for many more; not while it is visited. */
void lookup_trim(struct lookup *l);
/*
 * Visits every object: start with *cursor = 0 until NULL comes back. What is
 * removed between the calls may hide others from this round, or show them
 * twice; nothing is to be added.
 */
void *lookup_next(const struct lookup *l, uint32_t *cursor);

#endif
