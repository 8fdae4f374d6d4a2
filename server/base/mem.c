/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <assert.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

/* Arrays start with about this many bytes. */
#define GROW_FIRST_BYTES 64

/* An array of no more bytes than this is not worth shrinking. */
#define SHRINK_FROM_BYTES 4096

/* What stays with the process when it is free, and from where on memory is the
 * system's own, given back at once. */
enum { KEEP_BYTES = 8 << 20, LARGE_BYTES = 1 << 20 };

/* Relaxed everywhere: the counters order nothing, they only have to add up. */
static atomic_long live;
static atomic_long fail_after = -1;

/* Of this thread; see mem_asked(). */
static _Thread_local uint64_t asked;

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
    asked++;
    return counted(malloc(size ? size : 1));
}

void *mem_zalloc(size_t size)
{
    if (should_fail())
        return NULL;
    asked++;
    return counted(calloc(1, size ? size : 1));
}

void *mem_realloc(void *p, size_t size)
{
    if (!p)
        return mem_alloc(size);
    if (should_fail())
        return NULL;
    asked++;
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

void mem_shrink(void **array, uint32_t *cap, size_t need, size_t size)
{
    assert(size != 0 && need <= *cap);
    if (*cap * size <= SHRINK_FROM_BYTES || need >= *cap / 8)
        return;
    size_t least = SHRINK_FROM_BYTES / size;
    size_t smaller = need * 2 > least ? need * 2 : least;
    void *p;
    memcpy(&p, array, sizeof(p));
    p = mem_realloc(p, smaller * size);
    if (!p)
        return;
    memcpy(array, &p, sizeof(p));
    *cap = (uint32_t)smaller;
}

/* --- blocks --- */

/* The sizes are powers of two, from 32 bytes to MEM_BLOCK_LAST. */
#define BLOCK_SHIFT 5
#define BLOCK_SIZES 12
_Static_assert(1u << (BLOCK_SHIFT + BLOCK_SIZES - 1) == MEM_BLOCK_LAST, "");

/* Spare ones are a list; where memory is watched, the rest of them is closed to
 * everybody. */
struct spare {
    struct spare *next;
};

static _Thread_local struct {
    unsigned keepers; /* 0: none are kept */
    struct {
        struct spare *first;
        uint32_t count;
    } sizes[BLOCK_SIZES];
} spares;

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define CLOSE(p, size) __asan_poison_memory_region(p, size)
#define OPEN(p, size)  __asan_unpoison_memory_region(p, size)
#else
#define CLOSE(p, size) ((void)0)
#define OPEN(p, size)  ((void)0)
#endif

/* The smallest that has room; for up to MEM_BLOCK_LAST bytes. */
static unsigned index_of(size_t size)
{
    if (size <= 1u << BLOCK_SHIFT)
        return 0;
    return 64 - (unsigned)__builtin_clzll(size - 1) - BLOCK_SHIFT;
}

static size_t size_at(unsigned index)
{
    return (size_t)1 << (index + BLOCK_SHIFT);
}

size_t mem_block(size_t size)
{
    return size <= MEM_BLOCK_LAST ? size_at(index_of(size)) : size;
}

/* Takes the first of the spare ones out; there is one. */
static void *pop(unsigned index)
{
    struct spare *spare = spares.sizes[index].first;

    spares.sizes[index].first = spare->next;
    spares.sizes[index].count--;
    OPEN(spare, size_at(index));
    return spare;
}

void *mem_take(size_t size)
{
    if (size > MEM_BLOCK_LAST)
        return mem_alloc(size);
    unsigned index = index_of(size);
    if (!spares.sizes[index].first)
        return mem_alloc(size_at(index));
    return should_fail() ? NULL : counted(pop(index));
}

void mem_give(void *p, size_t size)
{
    if (!p)
        return;
    unsigned index = size <= MEM_BLOCK_LAST ? index_of(size) : BLOCK_SIZES;
    if (spares.keepers == 0 || index == BLOCK_SIZES ||
        spares.sizes[index].count >= MEM_SPARE_BYTES / size_at(index)) {
        mem_free(p);
        return;
    }
    struct spare *spare = p;
    spare->next = spares.sizes[index].first;
    spares.sizes[index].first = spare;
    spares.sizes[index].count++;
    CLOSE(spare + 1, size_at(index) - sizeof(*spare));
    atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
}

void mem_keep_spares(void)
{
    spares.keepers++;
}

static void free_spares(void)
{
    for (unsigned i = 0; i < BLOCK_SIZES; i++)
        while (spares.sizes[i].first)
            free(pop(i));
}

void mem_drop_spares(void)
{
    assert(spares.keepers > 0);
    if (--spares.keepers == 0)
        free_spares();
}

/* --- what the system has given --- */

void mem_trim(void)
{
    free_spares();
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

size_t mem_resident(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    size_t pages = 0;

    if (!file)
        return 0;
    if (fscanf(file, "%*u %zu", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

size_t mem_used(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

uint64_t mem_asked(void)
{
    return asked;
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
