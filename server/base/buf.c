/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdio.h>

#include "base/error.h"

/* The first memory of a buffer, header included. */
#define FIRST_BYTES 128
_Static_assert(FIRST_BYTES > sizeof(struct slice) + 64, "room for something");
/* buf_to_slice() leaves less than this unused without further ado. */
#define WASTE_MAX 512

#define HEADER_BYTES sizeof(struct slice)

/*
 * In front of p is room for the slice's header, and behind cap room for the
 * NUL that vsnprintf(3) writes.
 */
#define BYTES_FOR(cap) (HEADER_BYTES + (cap) + 1)

static struct slice *header_of(struct buf *b)
{
    return (struct slice *)(void *)(b->p - HEADER_BYTES);
}

static int fail(struct buf *b, int error)
{
    b->error = error;
    return error;
}

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max < BUF_MAX ? max : BUF_MAX};
}

void buf_free(struct buf *b)
{
    if (b->p)
        mem_give(header_of(b), BYTES_FOR(b->cap));
    buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->error = 0;
}

/* Other memory for the buffer, with what is in it; NULL when it runs out, and
 * nothing has changed then. What is no block may grow where it is. */
static char *resize(struct buf *b, size_t cap)
{
    size_t from = BYTES_FOR(b->cap), to = BYTES_FOR(cap);

    if (b->p && from > MEM_BLOCK_LAST && to > MEM_BLOCK_LAST)
        return mem_realloc(header_of(b), to);
    char *whole = mem_take(to);
    if (whole && b->p) {
        memcpy(whole + HEADER_BYTES, b->p, b->n);
        mem_give(header_of(b), from);
    }
    return whole;
}

int buf_grow(struct buf *b, size_t n)
{
    if (b->error != 0)
        return b->error;
    if (n > b->max - b->n)
        return fail(b, ERR_LIMIT);
    if (b->p && n <= b->cap - b->n)
        return 0;

    size_t cap = b->p ? BYTES_FOR(b->cap) * 2 : FIRST_BYTES;
    cap -= BYTES_FOR(0);
    if (cap < b->n + n)
        cap = b->n + n;
    cap = mem_block(BYTES_FOR(cap)) - BYTES_FOR(0);
    if (cap > b->max)
        cap = b->max;
    char *whole = resize(b, cap);
    if (!whole)
        return fail(b, ERR_NOMEM);
    b->p = whole + HEADER_BYTES;
    b->cap = cap;
    return 0;
}

int buf_append_u64(struct buf *b, uint64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    return buf_append(b, digits + at, sizeof(digits) - at);
}

int buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int r = buf_vprintf(b, format, args);
    va_end(args);
    return r;
}

int buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    char *to = buf_reserve(b, 0);
    if (!to)
        return b->error;

    va_copy(again, args);
    int n = vsnprintf(to, b->cap - b->n + 1, format, args);
    if (n < 0) {
        fail(b, ERR_INVAL);
    } else if ((size_t)n > b->cap - b->n) {
        to = buf_reserve(b, (size_t)n);
        if (to)
            vsnprintf(to, (size_t)n + 1, format, again);
    }
    va_end(again);
    if (b->error == 0)
        buf_commit(b, (size_t)n);
    return b->error;
}

void buf_consume(struct buf *b, size_t n)
{
    assert(n <= b->n);
    b->n -= n;
    if (b->n != 0)
        memmove(b->p, b->p + n, b->n);
}

struct slice *buf_to_slice(struct buf *b)
{
    struct slice *s = NULL;

    if (!buf_reserve(b, 0)) {
        buf_free(b);
        goto out;
    }
    s = header_of(b);
    if (b->n < b->cap / 2 && b->cap - b->n > WASTE_MAX) {
        char *smaller = resize(b, b->n);
        /* Without it the slice is merely larger than it need be. */
        if (smaller) {
            s = (struct slice *)(void *)smaller;
            b->cap = b->n;
        }
    }
    s->refs = 1;
    s->n = (uint32_t)b->n;
    s->size = BYTES_FOR(b->cap);
    buf_init(b, b->max);

out:
    return s;
}

struct slice *slice_new(const void *p, size_t n)
{
    if (n > BUF_MAX)
        return NULL;
    struct slice *s = mem_take(sizeof(*s) + n);
    if (!s)
        return NULL;
    s->refs = 1;
    s->n = (uint32_t)n;
    s->size = sizeof(*s) + n;
    if (n != 0)
        memcpy(s->p, p, n);
    return s;
}
