/* SPDX-License-Identifier: MIT */
/*
 * A hash table whose entries are part of what they stand for. What is equal is
 * the owner's business: the table knows hashes only.
 */
#ifndef COMMON_MAP_H
#define COMMON_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_node {
    struct map_node *next;
    uint64_t hash;
};

struct map {
    struct map_node **buckets;
    size_t count, cap;
};

/* What `member` of a `type` is part of. */
#define MAP_OF(node, type, member)                                             \
    ((type *)(void *)((char *)(node)-offsetof(type, member)))

/* A hash of any bytes. Not for keys that strangers choose and that stay in the
 * table: those are hashed with a key first. */
uint64_t map_hash(const void *bytes, size_t n);

/* 0 or MORTISE_ENOMEM. */
int map_add(struct map *map, struct map_node *node, uint64_t hash);
void map_remove(struct map *map, struct map_node *node);
/* The first with this hash, or the next one behind `after`; NULL. */
struct map_node *map_find(const struct map *map, uint64_t hash,
                          const struct map_node *after);
/* All of them: NULL begins, NULL is the end. Nothing may be added meanwhile,
 * and `after` must still be in it. */
struct map_node *map_next(const struct map *map, const struct map_node *after);
/* The table itself; the entries are the owner's. */
void map_free(struct map *map);

#endif
