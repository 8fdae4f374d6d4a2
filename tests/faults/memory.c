/* SPDX-License-Identifier: MIT */
/* Memory, in front of malloc: that of libc, or of a sanitizer. */
#include "shim.h"

#include <errno.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* While the true functions are looked for, whoever looks needs memory, too. */
static alignas(max_align_t) char first[16384];
static size_t first_used;
static bool looking;

static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    void (*free)(void *);
} next;

static void look(void)
{
    if (next.free || looking)
        return;
    looking = true;
    next.malloc = dlsym(RTLD_NEXT, "malloc");
    next.calloc = dlsym(RTLD_NEXT, "calloc");
    next.realloc = dlsym(RTLD_NEXT, "realloc");
    next.posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
    next.aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
    next.free = dlsym(RTLD_NEXT, "free");
    looking = false;
}

static bool is_first(const void *p)
{
    return (const char *)p >= first && (const char *)p < first + sizeof(first);
}

/* Zeroed, and never given back. */
static void *take_first(size_t n)
{
    size_t whole = (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

    if (whole > sizeof(first) - first_used)
        abort();
    first_used += whole;
    return first + first_used - whole;
}

void *malloc(size_t n)
{
    look();
    if (!next.free)
        return take_first(n);
    return fault(KIND_memory) > 0 ? NULL : next.malloc(n);
}

void *calloc(size_t count, size_t n)
{
    look();
    if (!next.free)
        return take_first(count * n);
    return fault(KIND_memory) > 0 ? NULL : next.calloc(count, n);
}

void *realloc(void *p, size_t n)
{
    look();
    if (is_first(p)) {
        size_t most = (size_t)(first + sizeof(first) - (char *)p);
        void *fresh = malloc(n);
        return fresh ? memcpy(fresh, p, n < most ? n : most) : NULL;
    }
    return fault(KIND_memory) > 0 ? NULL : next.realloc(p, n);
}

int posix_memalign(void **ret, size_t alignment, size_t n)
{
    look();
    int error = fault(KIND_memory);
    return error > 0 ? error : next.posix_memalign(ret, alignment, n);
}

void *aligned_alloc(size_t alignment, size_t n)
{
    look();
    return fault(KIND_memory) > 0 ? NULL : next.aligned_alloc(alignment, n);
}

void free(void *p)
{
    if (!is_first(p) && p)
        next.free(p);
}
