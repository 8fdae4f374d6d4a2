/* SPDX-License-Identifier: MIT */
/*
 * Numbers in place of pointers, for what is handed to a plugin.
 *
 * An id has a slot in its low 32 bits and a generation in its high 32; a slot
 * that is used again gets the next generation, so a stale id finds nothing
 * rather than somebody else's object. A slot that has had every generation is
 * retired: no id ever comes back. 0 is never an id.
 */
#ifndef MORTISE_BASE_IDS_H
#define MORTISE_BASE_IDS_H

#include <stdint.h>

struct ids_slot {
    void *object;        /* NULL: free */
    uint32_t generation; /* of the present or the next use */
    uint32_t next_free;  /* index + 1 of the next free slot, 0 for none */
};

struct ids {
    struct ids_slot *slots;
    uint32_t used; /* slots ever used */
    uint32_t cap;
    uint32_t first_free; /* index + 1, 0 for none */
    uint32_t count;      /* objects in it now */
};

void ids_init(struct ids *ids);
void ids_free(struct ids *ids);
/* The new id, or 0 when memory runs out. object is not NULL. */
uint64_t ids_add(struct ids *ids, void *object);
/* NULL for a stale, foreign or zero id. */
void *ids_get(const struct ids *ids, uint64_t id);
/* What was there, or NULL. */
void *ids_remove(struct ids *ids, uint64_t id);
/* Visits every object: start with *cursor = 0 until NULL. Adding and removing
 * between the calls is allowed; what is added may or may not be seen. */
void *ids_next(const struct ids *ids, uint32_t *cursor);

#endif
