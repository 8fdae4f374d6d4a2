/* SPDX-License-Identifier: MIT */
/*
 * What a build of a plugin holds of mortise/memory.h. Counted on any thread,
 * so the numbers are right one by one and not together.
 */
#ifndef MORTISE_HOST_MEMORY_H
#define MORTISE_HOST_MEMORY_H

#include <stdatomic.h>

struct generation;

struct memory {
    atomic_size_t blocks, bytes, peak; /* `peak` of bytes */
};

/* Warns of what is left, once nothing of the generation will run any more. */
void memory_report(const struct generation *g);

#endif
