/* SPDX-License-Identifier: MIT */
/* mortise/memory.h. */
#include "host/services/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include <mortise/memory.h>

#include "base/mem.h"
#include "host/calls/api.h"
#include "host/calls/extensions.h"
#include "host/calls/plugin_log.h"

/* What stands in front of each block. */
struct block {
    alignas(max_align_t) size_t size;
    uint64_t mark;
};

/* Nothing that a plugin would have in front of memory of its own. */
#define TAKEN UINT64_C(0x6b636f6c62656361)
#define FREED UINT64_C(0x6465657266656361)

#define BLOCK_MAX (SIZE_MAX / 2)

static void count(struct memory *m, size_t bytes)
{
    size_t now =
        atomic_fetch_add_explicit(&m->bytes, bytes, memory_order_relaxed) +
        bytes;
    size_t peak = atomic_load_explicit(&m->peak, memory_order_relaxed);

    while (now > peak && !atomic_compare_exchange_weak_explicit(
                             &m->peak, &peak, now, memory_order_relaxed,
                             memory_order_relaxed))
        continue;
}

static void uncount(struct memory *m, size_t bytes)
{
    atomic_fetch_sub_explicit(&m->bytes, bytes, memory_order_relaxed);
}

static void *memory_alloc(mortise_host table, size_t size)
{
    struct memory *m = &api_caller(table)->memory;
    struct block *block =
        size < BLOCK_MAX ? mem_zalloc(sizeof(*block) + size) : NULL;

    if (!block)
        return NULL;
    block->size = size;
    block->mark = TAKEN;
    atomic_fetch_add_explicit(&m->blocks, 1, memory_order_relaxed);
    count(m, size);
    return block + 1;
}

/* NULL, and a line of the log, for what is none. */
static struct block *block_of(mortise_host table, const char *call, void *p)
{
    struct block *block = (struct block *)p - 1;

    if ((uintptr_t)p % alignof(max_align_t) == 0 && block->mark == TAKEN)
        return block;
    plugin_error(api_caller(table),
                 "%s: this is no block of mortise_alloc(), or was freed before",
                 call);
    return NULL;
}

static void *memory_resize(mortise_host table, void *p, size_t size)
{
    struct memory *m = &api_caller(table)->memory;

    if (!p)
        return memory_alloc(table, size);
    struct block *block = block_of(table, "mortise_realloc", p);
    if (!block || size >= BLOCK_MAX)
        return NULL;
    size_t before = block->size;
    block = mem_realloc(block, sizeof(*block) + size);
    if (!block)
        return NULL;
    block->size = size;
    if (size > before)
        count(m, size - before);
    else
        uncount(m, before - size);
    return block + 1;
}

static void memory_release(mortise_host table, void *p)
{
    struct memory *m = &api_caller(table)->memory;
    struct block *block = p ? block_of(table, "mortise_free", p) : NULL;

    if (!block)
        return;
    atomic_fetch_sub_explicit(&m->blocks, 1, memory_order_relaxed);
    uncount(m, block->size);
    block->mark = FREED;
    mem_free(block);
}

static char *memory_copy(mortise_host table, mortise_str text)
{
    char *copy =
        text.p && text.n < BLOCK_MAX ? memory_alloc(table, text.n + 1) : NULL;
    if (copy)
        memcpy(copy, text.p, text.n);
    return copy;
}

void memory_report(const struct generation *g)
{
    size_t blocks = atomic_load(&g->memory.blocks);
    size_t bytes = atomic_load(&g->memory.bytes);

    if (blocks > 0)
        plugin_warn(g, "%zu block%s, %zu bytes were not freed", blocks,
                    blocks == 1 ? "" : "s", bytes);
}

const struct mortise_memory_table ext_memory = {
    .size = sizeof(struct mortise_memory_table),
    .alloc = memory_alloc,
    .resize = memory_resize,
    .release = memory_release,
    .copy = memory_copy,
};
