/* SPDX-License-Identifier: MIT */
/*
 * A growable byte buffer, born with a maximum, and the slice it turns into.
 *
 * A struct buf is owned by whoever embeds it. Its failure is sticky: after
 * the first ERR_NOMEM or ERR_LIMIT every append is ignored and returns that
 * error, so that a writer may append freely and look at buf->error once.
 *
 * A slice is immutable, reference-counted bytes: what waits in the outgoing
 * queues. A broadcast is one slice with a thousand references. The buffer's
 * memory has room for the slice's header in front, so buf_to_slice() copies
 * nothing. Reference counts are not atomic: a slice stays on its loop's
 * thread.
 */
#ifndef MORTISE_BASE_BUF_H
#define MORTISE_BASE_BUF_H

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

struct slice {
    uint32_t refs;
    uint32_t n;
    size_t size; /* of the block that it is in */
    char p[];
};

struct buf {
    char *p;    /* NULL as long as nothing was reserved */
    size_t n;   /* bytes in use */
    size_t cap; /* bytes at p */
    size_t max; /* n never passes this */
    int error;  /* 0, or the first failure */
};

#define BUF_MAX ((size_t)UINT32_MAX - 64)

/* An empty buffer that never holds more than max bytes (at most BUF_MAX).
 * Allocates nothing. */
void buf_init(struct buf *b, size_t max);
/* Releases the memory; the buffer is then empty and usable again. */
void buf_free(struct buf *b);
/* Empty again, error forgotten, memory kept. */
void buf_clear(struct buf *b);

/*
 * Makes room for n more bytes and never less: the slow half of everything
 * below. 0, ERR_NOMEM or ERR_LIMIT; sticky.
 */
int buf_grow(struct buf *b, size_t n);

static inline bool buf_has_room(const struct buf *b, size_t n)
{
    return b->error == 0 && b->p && n <= b->cap - b->n;
}

/* All of these: 0, ERR_NOMEM or ERR_LIMIT; sticky. */
static inline int buf_append(struct buf *b, const void *p, size_t n)
{
    if (!buf_has_room(b, n) && buf_grow(b, n) < 0)
        return b->error;
    if (n != 0)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    return 0;
}

static inline int buf_append_str(struct buf *b, struct str s)
{
    return buf_append(b, s.p, s.n);
}

static inline int buf_append_z(struct buf *b, const char *z)
{
    return buf_append(b, z, strlen(z));
}

static inline int buf_append_char(struct buf *b, char c)
{
    if (!buf_has_room(b, 1) && buf_grow(b, 1) < 0)
        return b->error;
    b->p[b->n++] = c;
    return 0;
}

/* In decimal digits. */
int buf_append_u64(struct buf *b, uint64_t value);
/* Also ERR_INVAL for a format that printf(3) refuses. */
int buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int buf_vprintf(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/*
 * Makes room for n more bytes and returns where they go, NULL on failure.
 * The caller fills them and then says how many with buf_commit().
 */
static inline char *buf_reserve(struct buf *b, size_t n)
{
    if (!buf_has_room(b, n) && buf_grow(b, n) < 0)
        return NULL;
    return b->p + b->n;
}

static inline void buf_commit(struct buf *b, size_t n)
{
    assert(n <= b->cap - b->n);
    b->n += n;
}

/* Drops the first n bytes, at most all; the rest moves to the front. */
void buf_consume(struct buf *b, size_t n);

static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->p, b->n};
}

/*
 * Turns the contents into a slice with one reference and leaves the buffer
 * empty (same max). Gives unused memory back when much of it is unused. NULL
 * when the buffer has failed or memory runs out; the buffer is emptied all
 * the same, and its error forgotten.
 */
struct slice *buf_to_slice(struct buf *b);

/* A slice with its own copy of n bytes; NULL when memory runs out or n is
 * more than BUF_MAX. */
struct slice *slice_new(const void *p, size_t n);

static inline struct slice *slice_ref(struct slice *s)
{
    assert(s->refs != 0 && s->refs != UINT32_MAX);
    s->refs++;
    return s;
}

/* NULL is fine. */
static inline void slice_unref(struct slice *s)
{
    if (!s)
        return;
    assert(s->refs != 0);
    if (--s->refs == 0)
        mem_give(s, s->size);
}

static inline struct str slice_str(const struct slice *s)
{
    return (struct str){s->p, s->n};
}

#endif
