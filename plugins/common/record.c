/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mortise/memory.h>

/* A field is its number, four bytes of length, the bytes and a NUL. */
enum { HEAD = 5 };

/* Not by mortise_realloc(): that would leave a copy behind, unwiped. */
static int reserve(struct record *r, size_t more)
{
    size_t cap = r->cap > 0 ? r->cap : RECORD_FIRST_CAP;

    while (cap - r->n < more)
        cap *= 2;
    if (cap == r->cap)
        return 0;
    char *p = mortise_alloc(cap);
    if (!p)
        return MORTISE_ENOMEM;
    if (r->n > 0)
        memcpy(p, r->p, r->n);
    if (r->p)
        explicit_bzero(r->p, r->n);
    mortise_free(r->p);
    r->p = p;
    r->cap = cap;
    return 0;
}

void record_put_bytes(struct record *r, int field, mortise_str bytes)
{
    size_t n = bytes.n;

    if (r->error != 0)
        return;
    r->error = n < UINT32_MAX / 2 ? reserve(r, HEAD + n + 1) : MORTISE_ENOMEM;
    if (r->error != 0)
        return;
    r->p[r->n] = (char)field;
    for (int i = 0; i < 4; i++)
        r->p[r->n + 1 + (size_t)i] = (char)(n >> (8 * i));
    if (n > 0)
        memcpy(r->p + r->n + HEAD, bytes.p, n);
    r->p[r->n + HEAD + n] = '\0';
    r->n += HEAD + n + 1;
}

void record_put(struct record *r, int field, const char *text)
{
    if (text)
        record_put_bytes(r, field, (mortise_str){text, strlen(text)});
}

void record_put_int(struct record *r, int field, int64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, value);
    record_put(r, field, text);
}

void record_put_all(struct record *r, mortise_str other)
{
    if (r->error == 0 && other.n > 0)
        r->error = reserve(r, other.n);
    if (r->error != 0 || other.n == 0)
        return;
    memcpy(r->p + r->n, other.p, other.n);
    r->n += other.n;
}

/* The field at the beginning of *rest, which is cut off; its number, or 0 at
 * the end, and where something makes no sense. */
static int cut(mortise_str *rest, mortise_str *ret)
{
    const unsigned char *p = (const unsigned char *)rest->p;

    if (rest->n <= HEAD)
        return 0;
    size_t n =
        p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16 | (size_t)p[4] << 24;
    if (n >= rest->n - HEAD || p[HEAD + n] != '\0')
        return 0;
    *ret = (mortise_str){rest->p + HEAD, n};
    rest->p += HEAD + n + 1;
    rest->n -= HEAD + n + 1;
    return p[0];
}

int record_next(mortise_str *rest, int field, mortise_str *ret)
{
    int found;

    while ((found = cut(rest, ret)) != 0)
        if (found == field)
            return 1;
    return 0;
}

mortise_str record_part(mortise_str bytes, int field)
{
    mortise_str part, last = {"", 0};

    while (record_next(&bytes, field, &part))
        last = part;
    return last;
}

const char *record_text(mortise_str bytes, int field)
{
    return record_part(bytes, field).p;
}

int64_t record_int(mortise_str bytes, int field)
{
    return strtoll(record_text(bytes, field), NULL, 10);
}

mortise_str record_bytes(const struct record *r)
{
    return (mortise_str){r->p ? r->p : "", r->n};
}

void record_free(struct record *r)
{
    if (r->p)
        explicit_bzero(r->p, r->n);
    mortise_free(r->p);
    memset(r, 0, sizeof(*r));
}
