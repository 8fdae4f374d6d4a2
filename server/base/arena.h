/* SPDX-License-Identifier: MIT */
/*
 * Memory that is released all at once: for what lives as long as one event,
 * one request, one configuration. Grows in chunks up to a maximum.
 */
#ifndef MORTISE_BASE_ARENA_H
#define MORTISE_BASE_ARENA_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena_chunk;

struct arena {
    char *at, *end;             /* what is left of the newest chunk */
    struct arena_chunk *chunks; /* newest first */
    size_t used;                /* handed out since the last reset */
    size_t max;
};

/* Allocates nothing; never hands out more than max bytes between resets. */
void arena_init(struct arena *a, size_t max);
void arena_free(struct arena *a);
/* Everything handed out is gone; keeps one chunk to start again quickly. */
void arena_reset(struct arena *a);
/* The slow half of arena_alloc(): also where another chunk is wanted. */
void *arena_alloc_any(struct arena *a, size_t size);
/* Aligned for any type, not zeroed; NULL over the maximum or out of memory. */
static inline void *arena_alloc(struct arena *a, size_t size)
{
    size_t padding = -(uintptr_t)a->at & (alignof(max_align_t) - 1);
    size_t left = (size_t)(a->end - a->at);

    if (size == 0 || size > left || padding > left - size ||
        padding + size > a->max - a->used)
        return arena_alloc_any(a, size);
    void *p = a->at + padding;
    a->at += padding + size;
    a->used += padding + size;
    return p;
}
void *arena_zalloc(struct arena *a, size_t size);
/* A NUL-terminated copy (the NUL is not counted); {NULL, 0} on failure. */
struct str arena_str(struct arena *a, struct str s);

#endif
