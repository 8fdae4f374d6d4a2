/* SPDX-License-Identifier: MIT */
#include "base/ids.h"

#include <assert.h>
#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"

#define GENERATION_LAST UINT32_MAX

static uint64_t id_of(uint32_t index, uint32_t generation)
{
    return (uint64_t)generation << 32 | index;
}

void ids_init(struct ids *ids)
{
    *ids = (struct ids){0};
}

void ids_free(struct ids *ids)
{
    mem_free(ids->slots);
    ids_init(ids);
}

uint64_t ids_add(struct ids *ids, void *object)
{
    uint32_t index;

    assert(object);
    if (ids->first_free != 0) {
        index = ids->first_free - 1;
        ids->first_free = ids->slots[index].next_free;
    } else {
        /* index + 1 has to fit as well, which the array's limit ensures. */
        if (mem_grow((void **)&ids->slots, &ids->cap, (size_t)ids->used + 1,
                     sizeof(*ids->slots)) < 0)
            return 0;
        index = ids->used++;
        /* Generations begin with 1, which is why no id is 0. */
        ids->slots[index].generation = 1;
    }

    struct ids_slot *slot = &ids->slots[index];
    slot->object = object;
    slot->next_free = 0;
    ids->count++;
    return id_of(index, slot->generation);
}

/* The slot of a valid id, or NULL. */
static struct ids_slot *find(const struct ids *ids, uint64_t id)
{
    uint32_t index = (uint32_t)id;

    if (index >= ids->used)
        return NULL;
    struct ids_slot *slot = &ids->slots[index];
    if (!slot->object || slot->generation != (uint32_t)(id >> 32))
        return NULL;
    return slot;
}

void *ids_get(const struct ids *ids, uint64_t id)
{
    struct ids_slot *slot = find(ids, id);
    return slot ? slot->object : NULL;
}

void *ids_remove(struct ids *ids, uint64_t id)
{
    struct ids_slot *slot = find(ids, id);
    if (!slot)
        return NULL;

    void *object = slot->object;
    slot->object = NULL;
    ids->count--;
    /* A slot that has had every generation is never used again: 16 bytes for
     * each 4 billion objects are the price of ids that never come back. */
    if (slot->generation != GENERATION_LAST) {
        slot->generation++;
        slot->next_free = ids->first_free;
        ids->first_free = (uint32_t)id + 1;
    }
    return object;
}

void *ids_next(const struct ids *ids, uint32_t *cursor)
{
    while (*cursor < ids->used) {
        void *object = ids->slots[(*cursor)++].object;
        if (object)
            return object;
    }
    return NULL;
}
