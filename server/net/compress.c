/* SPDX-License-Identifier: MIT */
#include "net/compress.h"

#include <zlib.h>

#include "base/error.h"
#include "base/mem.h"

#define WINDOW 15
#define MEMORY 8
/* zlib's way to ask for gzip's format. */
#define AS_GZIP 16

static void *zlib_alloc(void *user, unsigned count, unsigned size)
{
    size_t bytes;
    if (__builtin_mul_overflow((size_t)count, (size_t)size, &bytes))
        return NULL;
    return mem_alloc(bytes);
}

static void zlib_free(void *user, void *p)
{
    mem_free(p);
}

int compress_slice(const struct slice *plain, enum compress_coding coding,
                   int level, struct slice **ret_slice)
{
    z_stream z = {.zalloc = zlib_alloc, .zfree = zlib_free};
    int result = ERR_NOMEM;
    struct buf out;

    if (deflateInit2(&z, level, Z_DEFLATED,
                     coding == COMPRESS_GZIP ? WINDOW + AS_GZIP : WINDOW,
                     MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return ERR_NOMEM;
    /* Without room for more it fails where it is not worth while. */
    size_t room = plain->n - plain->n / 8;
    buf_init(&out, room);
    char *to = buf_reserve(&out, room);
    if (!to)
        goto out;
    z.next_in = (unsigned char *)(uintptr_t)plain->p;
    z.avail_in = plain->n;
    z.next_out = (unsigned char *)to;
    z.avail_out = (unsigned)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        result = ERR_LIMIT;
        goto out;
    }
    buf_commit(&out, room - z.avail_out);
    struct slice *slice = buf_to_slice(&out);
    if (!slice)
        goto out;
    *ret_slice = slice;
    result = 0;
out:
    buf_free(&out);
    deflateEnd(&z);
    return result;
}
