/* SPDX-License-Identifier: MIT */
#include "mem.h"

#include <stdlib.h>
#include <string.h>

#include "proc.h"

void *mem_new(size_t n)
{
    void *p = calloc(1, n > 0 ? n : 1);

    if (p == NULL)
        proc_fail("out of memory");
    return p;
}

void mem_free(void *p)
{
    free(p);
}

void bytes_append(struct bytes *b, const void *data, size_t len)
{
    if (len > BYTES_MAX - b->len)
        proc_fail("more than %zu bytes are waiting", BYTES_MAX);
    if (b->len + len > b->cap) {
        size_t cap = b->cap > 0 ? b->cap : 256;

        while (cap < b->len + len)
            cap *= 2;
        b->data = realloc(b->data, cap);
        if (b->data == NULL)
            proc_fail("out of memory");
        b->cap = cap;
    }
    if (len > 0)
        memcpy(b->data + b->len, data, len);
    b->len += len;
}

void bytes_drop(struct bytes *b, size_t n)
{
    if (n >= b->len) {
        bytes_free(b);
        return;
    }
    memmove(b->data, b->data + n, b->len - n);
    b->len -= n;
}

void bytes_free(struct bytes *b)
{
    free(b->data);
    *b = (struct bytes){0};
}
