/* SPDX-License-Identifier: MIT */
/* The pins of mortise/memory.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/memory.h>

/* clang-format off */

PIN_ID(memory, "mortise.memory/1");

PIN_SIZE_MIN(struct mortise_memory_table, 40);
PIN(struct mortise_memory_table, size, 0, uint32_t);
PIN(struct mortise_memory_table, alloc, 8, void *(*)(host, size_t));
PIN(struct mortise_memory_table, resize, 16, void *(*)(host, void *, size_t));
PIN(struct mortise_memory_table, release, 24, void (*)(host, void *));
PIN(struct mortise_memory_table, copy, 32, char *(*)(host, struct mortise_str));
