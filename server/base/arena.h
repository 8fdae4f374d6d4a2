/* SPDX-License-Identifier: MIT */
/*
 * Memory that is released all at once: for what lives as long as one event,
 * one request, one configuration. Grows in chunks up to a maximum.
 */
#ifndef MORTISE_BASE_ARENA_H
#define MORTISE_BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    size_t used;                /* handed out since the last reset */
    size_t max;
};

/* Allocates nothing; never hands out more than max bytes between resets. */
void arena_init(struct arena *a, size_t max);
void arena_free(struct arena *a);
/* Everything handed out is gone; keeps one chunk to start again quickly. */
void arena_reset(struct arena *a);
/* Aligned for any type, not zeroed; NULL over the maximum or out of memory. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_zalloc(struct arena *a, size_t size);
/* A NUL-terminated copy (the NUL is not counted); {NULL, 0} on failure. */
struct str arena_str(struct arena *a, struct str s);

#endif
