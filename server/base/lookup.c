/* SPDX-License-Identifier: MIT */
/* Open addressing with linear probing, as in table.c. */
#include "base/lookup.h"

#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/table.h"

#define CAP_FIRST 8u
#define CAP_LAST  (1u << 31)
/* One of so few is not worth trimming. */
#define CAP_SMALL 256u

void lookup_init(struct lookup *l, struct str (*key_of)(const void *object))
{
    *l = (struct lookup){.key_of = key_of};
}

void lookup_free(struct lookup *l)
{
    mem_free(l->objects);
    lookup_init(l, l->key_of);
}

/* The place of the object with the key, or the free one where it would go.
 * There always is a free one, so the search ends. */
static uint32_t find(const struct lookup *l, struct str key, uint32_t hash)
{
    uint32_t mask = l->cap - 1;
    uint32_t i = hash & mask;

    while (l->objects[i] &&
           (l->hashes[i] != hash || !str_eq(l->key_of(l->objects[i]), key)))
        i = (i + 1) & mask;
    return i;
}

void *lookup_get(const struct lookup *l, struct str key)
{
    if (l->count == 0)
        return NULL;
    return l->objects[find(l, key, (uint32_t)table_hash(key))];
}

/* Puts one that is not in it where it goes. */
static void put(struct lookup *l, void *object, uint32_t hash)
{
    uint32_t i = hash & (l->cap - 1);

    while (l->objects[i])
        i = (i + 1) & (l->cap - 1);
    l->objects[i] = object;
    l->hashes[i] = hash;
}

/* Moves all to where there is room for so many. */
static int resize(struct lookup *l, uint32_t cap)
{
    struct lookup other = *l;

    other.cap = cap;
    other.objects =
        mem_zalloc(cap * (sizeof(other.objects[0]) + sizeof(other.hashes[0])));
    if (!other.objects)
        return ERR_NOMEM;
    other.hashes = (uint32_t *)(void *)(other.objects + cap);
    for (uint32_t i = 0; i < l->cap; i++)
        if (l->objects[i])
            put(&other, l->objects[i], l->hashes[i]);
    mem_free(l->objects);
    *l = other;
    return 0;
}

/* Makes room for one more at a load of at most three quarters. */
static int make_room(struct lookup *l)
{
    if (l->count < l->cap / 4 * 3)
        return 0;
    if (l->cap == CAP_LAST)
        return ERR_NOMEM;
    return resize(l, l->cap ? l->cap * 2 : CAP_FIRST);
}

void lookup_trim(struct lookup *l)
{
    uint32_t cap = l->cap;

    while (cap > CAP_SMALL && l->count < cap / 8)
        cap /= 2;
    if (cap < l->cap)
        (void)resize(l, cap); /* without memory it stays as it is */
}

int lookup_add(struct lookup *l, void *object)
{
    struct str key = l->key_of(object);
    uint32_t hash = (uint32_t)table_hash(key);

    if (l->count != 0 && l->objects[find(l, key, hash)])
        return ERR_EXIST;
    if (make_room(l) < 0)
        return ERR_NOMEM;
    put(l, object, hash);
    l->count++;
    return 0;
}

/* As in table.c: moves those behind the gap that may stand nearer to their own
 * place, so that no search stops too early. */
static void close_gap(struct lookup *l, uint32_t gap)
{
    uint32_t mask = l->cap - 1;

    for (uint32_t i = (gap + 1) & mask; l->objects[i]; i = (i + 1) & mask) {
        uint32_t home = l->hashes[i] & mask;
        /* From its home to i, is the gap on the way? */
        if (((i - home) & mask) >= ((i - gap) & mask)) {
            l->objects[gap] = l->objects[i];
            l->hashes[gap] = l->hashes[i];
            gap = i;
        }
    }
    l->objects[gap] = NULL;
}

bool lookup_remove(struct lookup *l, const void *object)
{
    struct str key = l->key_of(object);

    if (l->count == 0)
        return false;
    uint32_t i = find(l, key, (uint32_t)table_hash(key));
    if (l->objects[i] != object)
        return false;
    close_gap(l, i);
    l->count--;
    return true;
}

void *lookup_next(const struct lookup *l, uint32_t *cursor)
{
    while (*cursor < l->cap) {
        void *object = l->objects[(*cursor)++];
        if (object)
            return object;
    }
    return NULL;
}
