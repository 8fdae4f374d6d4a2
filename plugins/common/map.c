/* SPDX-License-Identifier: MIT */
#include "map.h"

#include <string.h>

#include <mortise/memory.h>

enum { FIRST_CAP = 64 };

uint64_t map_hash(const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * 1099511628211u;
    return hash ^ (hash >> 32);
}

static int grow(struct map *map)
{
    size_t cap = map->cap > 0 ? map->cap * 2 : FIRST_CAP;
    struct map_node **buckets = mortise_alloc(cap * sizeof(*buckets));

    if (!buckets)
        return MORTISE_ENOMEM;
    for (size_t i = 0; i < map->cap; i++) {
        struct map_node *next;
        for (struct map_node *n = map->buckets[i]; n; n = next) {
            next = n->next;
            n->next = buckets[n->hash & (cap - 1)];
            buckets[n->hash & (cap - 1)] = n;
        }
    }
    mortise_free(map->buckets);
    map->buckets = buckets;
    map->cap = cap;
    return 0;
}

int map_add(struct map *map, struct map_node *node, uint64_t hash)
{
    if (map->count == map->cap && grow(map) < 0)
        return MORTISE_ENOMEM;
    struct map_node **bucket = &map->buckets[hash & (map->cap - 1)];
    node->hash = hash;
    node->next = *bucket;
    *bucket = node;
    map->count++;
    return 0;
}

void map_remove(struct map *map, struct map_node *node)
{
    struct map_node **at = &map->buckets[node->hash & (map->cap - 1)];

    while (*at != node)
        at = &(*at)->next;
    *at = node->next;
    node->next = NULL;
    map->count--;
}

struct map_node *map_find(const struct map *map, uint64_t hash,
                          const struct map_node *after)
{
    struct map_node *n;

    if (map->cap == 0)
        return NULL;
    n = after ? after->next : map->buckets[hash & (map->cap - 1)];
    while (n && n->hash != hash)
        n = n->next;
    return n;
}

struct map_node *map_next(const struct map *map, const struct map_node *after)
{
    size_t i = 0;

    if (after && after->next)
        return after->next;
    if (after)
        i = (after->hash & (map->cap - 1)) + 1;
    while (i < map->cap && !map->buckets[i])
        i++;
    return i < map->cap ? map->buckets[i] : NULL;
}

void map_free(struct map *map)
{
    mortise_free(map->buckets);
    memset(map, 0, sizeof(*map));
}
