/* SPDX-License-Identifier: MIT */
#include "net/static_source.h"

#include <unistd.h>

#include "base/mem.h"
#include "net/static_cache.h"

struct file_source {
    struct http_source source;
    int fd;
    uint64_t at;
};

static struct slice *file_next(struct http_source *source, size_t max)
{
    struct file_source *f = CONTAINER_OF(source, struct file_source, source);
    struct slice *piece = static_read(f->fd, f->at, max);
    f->at += max;
    return piece;
}

static void file_release(struct http_source *source)
{
    struct file_source *f = CONTAINER_OF(source, struct file_source, source);
    close(f->fd);
    mem_free(f);
}

struct http_source *static_source_new(int *fd, uint64_t first, uint64_t end)
{
    struct file_source *f = mem_zalloc(sizeof(*f));
    if (!f)
        return NULL;
    f->source.length = end - first;
    f->source.next = file_next;
    f->source.release = file_release;
    f->fd = *fd;
    f->at = first;
    *fd = -1;
    return &f->source;
}
