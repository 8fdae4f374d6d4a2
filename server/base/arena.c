/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>

#include "base/mem.h"

/* Sizes of whole chunks: they double from the first to the largest. */
#define CHUNK_FIRST 4096
#define CHUNK_LAST  65536
/* What is larger gets a chunk to itself, so that little is left unused at the
 * end of the others. */
#define SHARED_MAX (CHUNK_LAST / 4)

struct arena_chunk {
    struct arena_chunk *older;
    size_t used;
    size_t size; /* of data */
    alignas(max_align_t) char data[];
};

#define CHUNK_DATA(whole) ((whole) - sizeof(struct arena_chunk))

void arena_init(struct arena *a, size_t max)
{
    *a = (struct arena){.max = max};
}

static void free_chunks(struct arena_chunk *chunk)
{
    while (chunk) {
        struct arena_chunk *older = chunk->older;
        mem_free(chunk);
        chunk = older;
    }
}

void arena_free(struct arena *a)
{
    free_chunks(a->chunks);
    arena_init(a, a->max);
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *keep = a->chunks;

    a->used = 0;
    if (!keep)
        return;
    free_chunks(keep->older);
    keep->older = NULL;
    keep->used = 0;
    /* One large request does not hold its memory for ever. */
    if (keep->size > CHUNK_DATA(CHUNK_LAST)) {
        mem_free(keep);
        a->chunks = NULL;
    }
}

static struct arena_chunk *chunk_new(size_t size)
{
    /* No object is larger than half of the address space. */
    if (size > PTRDIFF_MAX - sizeof(struct arena_chunk))
        return NULL;
    struct arena_chunk *chunk = mem_alloc(sizeof(*chunk) + size);
    if (chunk)
        *chunk = (struct arena_chunk){.size = size};
    return chunk;
}

/* A chunk with room for size bytes at its start; it is linked in. */
static struct arena_chunk *add_chunk(struct arena *a, size_t size)
{
    struct arena_chunk *newest = a->chunks;

    if (size > SHARED_MAX && newest) {
        /* Behind the newest, which still has room for others. */
        struct arena_chunk *own = chunk_new(size);
        if (own) {
            own->older = newest->older;
            newest->older = own;
        }
        return own;
    }

    size_t whole = CHUNK_FIRST;
    if (newest)
        whole = newest->size + sizeof(*newest) >= CHUNK_LAST / 2
                    ? CHUNK_LAST
                    : (newest->size + sizeof(*newest)) * 2;
    while (whole < CHUNK_LAST && CHUNK_DATA(whole) < size)
        whole *= 2;

    struct arena_chunk *chunk =
        chunk_new(CHUNK_DATA(whole) < size ? size : CHUNK_DATA(whole));
    if (chunk) {
        chunk->older = newest;
        a->chunks = chunk;
    }
    return chunk;
}

static void *take(struct arena *a, size_t size, size_t alignment)
{
    struct arena_chunk *chunk = a->chunks;
    size_t padding = 0;

    if (chunk) {
        padding = -chunk->used & (alignment - 1);
        if (chunk->size - chunk->used < padding ||
            chunk->size - chunk->used - padding < size)
            chunk = NULL;
    }
    if (!chunk)
        padding = 0;
    if (size > a->max - a->used || padding > a->max - a->used - size)
        return NULL;
    if (!chunk)
        chunk = add_chunk(a, size);
    if (!chunk)
        return NULL;

    void *p = chunk->data + chunk->used + padding;
    chunk->used += padding + size;
    a->used += padding + size;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    return take(a, size ? size : 1, alignof(max_align_t));
}

void *arena_zalloc(struct arena *a, size_t size)
{
    void *p = arena_alloc(a, size);
    if (p)
        memset(p, 0, size);
    return p;
}

struct str arena_str(struct arena *a, struct str s)
{
    char *p = s.n < SIZE_MAX ? take(a, s.n + 1, 1) : NULL;
    if (!p)
        return (struct str){NULL, 0};
    if (s.n != 0)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (struct str){p, s.n};
}
