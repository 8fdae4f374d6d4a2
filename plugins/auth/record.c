/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mortise/memory.h>
#include <sodium.h>

/* A field is its number, four bytes of length, the text and a NUL. */
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
        sodium_memzero(r->p, r->n);
    mortise_free(r->p);
    r->p = p;
    r->cap = cap;
    return 0;
}

void record_put(struct record *r, enum field field, const char *text)
{
    size_t n = text ? strlen(text) : 0;

    if (!text || r->error != 0)
        return;
    r->error = n < UINT32_MAX / 2 ? reserve(r, HEAD + n + 1) : MORTISE_ENOMEM;
    if (r->error != 0)
        return;
    r->p[r->n] = (char)field;
    for (int i = 0; i < 4; i++)
        r->p[r->n + 1 + (size_t)i] = (char)(n >> (8 * i));
    memcpy(r->p + r->n + HEAD, text, n + 1);
    r->n += HEAD + n + 1;
}

void record_put_int(struct record *r, enum field field, int64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, value);
    record_put(r, field, text);
}

const char *record_text(mortise_str bytes, enum field field)
{
    const char *found = "";
    size_t at = 0;

    while (bytes.n - at > HEAD) {
        const unsigned char *p = (const unsigned char *)bytes.p + at;
        size_t n =
            p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16 | (size_t)p[4] << 24;
        if (n >= bytes.n - at - HEAD || p[HEAD + n] != '\0')
            break;
        if (p[0] == field)
            found = bytes.p + at + HEAD;
        at += HEAD + n + 1;
    }
    return found;
}

int64_t record_int(mortise_str bytes, enum field field)
{
    return strtoll(record_text(bytes, field), NULL, 10);
}

mortise_str record_bytes(const struct record *r)
{
    return (mortise_str){r->p, r->n};
}

void record_free(struct record *r)
{
    if (r->p)
        sodium_memzero(r->p, r->n);
    mortise_free(r->p);
    memset(r, 0, sizeof(*r));
}
