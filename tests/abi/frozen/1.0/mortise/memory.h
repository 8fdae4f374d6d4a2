/* SPDX-License-Identifier: MIT */
/*
 * mortise/memory.h: memory that the host counts for a plugin.
 *
 *     struct player *player = (struct player *)mortise_alloc(sizeof(*player));
 *     if (!player)
 *         return MORTISE_ENOMEM;
 *     player->name = mortise_strdup(name);
 *     ...
 *     mortise_free(player->name);
 *     mortise_free(player);
 *
 * It is memory as malloc() gives it, and a plugin need not use it. But how much
 * of it a plugin holds is among the metrics; what a build has not freed when
 * its fini returns is in the log; and tests can make it run out
 * (testkit_fail_allocation()).
 *
 * Of all threads: the `work` of a job may use it. A block is freed by the build
 * that has taken it, and by mortise_free() alone.
 */
#ifndef MORTISE_MEMORY_H
#define MORTISE_MEMORY_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Only ever appended to; the calls below document it. */
struct mortise_memory_table {
    uint32_t size;
    void *(*alloc)(mortise_host, size_t size);
    void *(*resize)(mortise_host, void *block, size_t size);
    void (*release)(mortise_host, void *block);
    char *(*copy)(mortise_host, mortise_str text);
};

MORTISE_EXTENSION_(memory, "mortise.memory/1")

/* So many bytes, all zero, also none; fit for any type. NULL: memory is out. */
static inline void *mortise_alloc(size_t size)
{
    return MORTISE_EXTENDED_(memory, alloc, NULL, size);
}

/* The same block, larger or smaller, perhaps elsewhere; NULL for `block` is a
 * new one. What is added is not zeroed. NULL: memory is out, and the block is
 * as it was. */
static inline void *mortise_realloc(void *block, size_t size)
{
    return MORTISE_EXTENDED_(memory, resize, NULL, block, size);
}

/* NULL is fine. What is seen to be no block, or freed before, is logged and
 * left alone. */
static inline void mortise_free(void *block)
{
    if (mortise_memory_table_(offsetof(struct mortise_memory_table, release)))
        mortise_memory_table_(0)->release(mortise_the_host, block);
}

/* A copy with a NUL behind it. NULL: memory is out, or there is no text. */
static inline char *mortise_strndup(const char *text, size_t n)
{
    mortise_str bytes;
    bytes.p = text;
    bytes.n = n;
    return MORTISE_EXTENDED_(memory, copy, NULL, bytes);
}
static inline char *mortise_strdup(const char *text)
{
    size_t n = 0;
    while (text && text[n])
        n++;
    return mortise_strndup(text, n);
}

#ifdef __cplusplus
}
#endif
#endif
