/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <assert.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* Arrays start with about this many bytes. */
#define GROW_FIRST_BYTES 64

/* What stays with the process when it is free, and from where on memory is the
 * system's own, given back at once. */
enum { KEEP_BYTES = 8 << 20, LARGE_BYTES = 1 << 20 };

/* Relaxed everywhere: the counters order nothing, they only have to add up. */
static atomic_long live;
static atomic_long fail_after = -1;

static bool should_fail(void)
{
    if (atomic_load_explicit(&fail_after, memory_order_relaxed) < 0)
        return false;
    return atomic_fetch_sub_explicit(&fail_after, 1, memory_order_relaxed) == 0;
}

void mem_keep_freed(void)
{
#ifdef __GLIBC__
    /* Advice: where it is not taken, all is as it was. */
    mallopt(M_TRIM_THRESHOLD, KEEP_BYTES);
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}

/* Counts a successful allocation. */
static void *counted(void *p)
{
    if (p)
        atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
    return p;
}

void *mem_alloc(size_t size)
{
    if (should_fail())
        return NULL;
    /* NULL means failure and nothing else, so no request is for 0 bytes. */
    return counted(malloc(size ? size : 1));
}

void *mem_zalloc(size_t size)
{
    if (should_fail())
        return NULL;
    return counted(calloc(1, size ? size : 1));
}

void *mem_realloc(void *p, size_t size)
{
    if (!p)
        return mem_alloc(size);
    if (should_fail())
        return NULL;
    return realloc(p, size ? size : 1);
}

void mem_free(void *p)
{
    if (!p)
        return;
    atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
    free(p);
}

void *mem_dup(const void *p, size_t size)
{
    void *copy = mem_alloc(size);
    if (copy && size != 0)
        memcpy(copy, p, size);
    return copy;
}

char *mem_dupz(const char *p, size_t n)
{
    if (n == SIZE_MAX)
        return NULL;
    char *copy = mem_alloc(n + 1);
    if (!copy)
        return NULL;
    if (n != 0)
        memcpy(copy, p, n);
    copy[n] = '\0';
    return copy;
}

int mem_grow(void **array, uint32_t *cap, size_t need, size_t size)
{
    assert(size != 0);
    if (need <= *cap)
        return 0;
    if (need > UINT32_MAX)
        return ERR_NOMEM;

    size_t grown = *cap ? (size_t)*cap * 2 : GROW_FIRST_BYTES / size;
    if (grown < need)
        grown = need;
    if (grown > UINT32_MAX)
        grown = UINT32_MAX;
    size_t bytes;
    if (__builtin_mul_overflow(grown, size, &bytes))
        return ERR_NOMEM;

    /* The caller's variable is a pointer of another type; copying its bytes
     * is what the aliasing rules allow. */
    void *p;
    memcpy(&p, array, sizeof(p));
    p = mem_realloc(p, bytes);
    if (!p)
        return ERR_NOMEM;
    memcpy(array, &p, sizeof(p));
    *cap = (uint32_t)grown;
    return 0;
}

long mem_live(void)
{
    return atomic_load_explicit(&live, memory_order_relaxed);
}

void mem_fail_after(long n)
{
    atomic_store_explicit(&fail_after, n, memory_order_relaxed);
}

long mem_fail_left(void)
{
    return atomic_load_explicit(&fail_after, memory_order_relaxed);
}
