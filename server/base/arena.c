/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdbool.h>

#include "base/mem.h"

/* Sizes of whole chunks: they double from the first to the largest. */
#define CHUNK_FIRST 4096
#define CHUNK_LAST  65536
/* What is larger gets a chunk to itself, so that little is left unused at the
 * end of the others. */
#define SHARED_MAX (CHUNK_LAST / 4)

struct arena_chunk {
    struct arena_chunk *older;
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

/* From here on things come from this chunk, which is empty. */
static void begin_chunk(struct arena *a, struct arena_chunk *chunk)
{
    a->chunks = chunk;
    a->at = chunk->data;
    a->end = chunk->data + chunk->size;
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *keep = a->chunks;

    if (!keep)
        return;
    free_chunks(keep->older);
    keep->older = NULL;
    /* One large request does not hold its memory for ever. */
    if (keep->size > CHUNK_DATA(CHUNK_LAST)) {
        arena_free(a);
        return;
    }
    a->used = 0;
    begin_chunk(a, keep);
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

/* What is too large to share a chunk gets one behind the newest, which still
 * has room for others. */
static void *own_chunk(struct arena *a, size_t size)
{
    struct arena_chunk *newest = a->chunks, *own = chunk_new(size);

    if (!own)
        return NULL;
    own->older = newest->older;
    newest->older = own;
    a->used += size;
    return own->data;
}

/* Makes a chunk with room for size bytes the newest. */
static bool add_chunk(struct arena *a, size_t size)
{
    struct arena_chunk *newest = a->chunks;
    size_t whole = CHUNK_FIRST;

    if (newest)
        whole = newest->size + sizeof(*newest) >= CHUNK_LAST / 2
                    ? CHUNK_LAST
                    : (newest->size + sizeof(*newest)) * 2;
    while (whole < CHUNK_LAST && CHUNK_DATA(whole) < size)
        whole *= 2;

    struct arena_chunk *chunk =
        chunk_new(CHUNK_DATA(whole) < size ? size : CHUNK_DATA(whole));
    if (!chunk)
        return false;
    chunk->older = newest;
    begin_chunk(a, chunk);
    return true;
}

static void *take(struct arena *a, size_t size, size_t alignment)
{
    size_t padding = -(uintptr_t)a->at & (alignment - 1);
    size_t left = (size_t)(a->end - a->at);
    bool fits = size <= left && padding <= left - size;

    if (!fits)
        padding = 0;
    if (size > a->max - a->used || padding > a->max - a->used - size)
        return NULL;
    if (!fits && size > SHARED_MAX && a->chunks)
        return own_chunk(a, size);
    if (!fits && !add_chunk(a, size))
        return NULL;

    void *p = a->at + padding;
    a->at += padding + size;
    a->used += padding + size;
    return p;
}

void *arena_alloc_any(struct arena *a, size_t size)
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
