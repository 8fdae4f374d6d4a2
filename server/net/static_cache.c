/* SPDX-License-Identifier: MIT */
#include "net/static_cache.h"

#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "net/compress.h"

/* How coarse the times of files may be. */
#define YOUNG_MS 1000

#define GZIP_LEVEL 6

void static_cache_init(struct static_cache *cache, size_t max)
{
    table_init(&cache->entries);
    TAILQ_INIT(&cache->used);
    cache->bytes = 0;
    cache->max = max;
}

static size_t entry_bytes(const struct static_entry *e)
{
    return sizeof(*e) + e->path.n + (e->plain ? e->plain->n : 0) +
           (e->gzip ? e->gzip->n : 0);
}

static void drop_entry(struct static_cache *cache, struct static_entry *e)
{
    cache->bytes -= entry_bytes(e);
    table_remove(&cache->entries, e->path);
    TAILQ_REMOVE(&cache->used, e, link);
    slice_unref(e->plain);
    slice_unref(e->gzip);
    mem_free(e);
}

void static_cache_free(struct static_cache *cache)
{
    struct static_entry *e;
    while ((e = TAILQ_FIRST(&cache->used)))
        drop_entry(cache, e);
    assert(cache->bytes == 0);
    table_free(&cache->entries);
}

static bool same_stamp(const struct static_stamp *a,
                       const struct static_stamp *b)
{
    return a->inode == b->inode && a->size == b->size &&
           a->modified == b->modified;
}

static struct static_entry *add_entry(struct static_cache *cache,
                                      struct str path,
                                      const struct static_stamp *stamp)
{
    struct static_entry *e = mem_zalloc(sizeof(*e) + path.n);
    if (!e)
        return NULL;
    char *copy = (char *)(e + 1);
    memcpy(copy, path.p, path.n);
    e->path = str_of(copy, path.n);
    e->stamp = *stamp;
    e->young = clock_wall_ms() - stamp->modified / 1000000 < YOUNG_MS;
    if (table_add(&cache->entries, e->path, e) < 0) {
        mem_free(e);
        return NULL;
    }
    TAILQ_INSERT_HEAD(&cache->used, e, link);
    cache->bytes += entry_bytes(e);
    return e;
}

/* Makes the total fit again, at the cost of the others. */
static void evict(struct static_cache *cache, const struct static_entry *keep)
{
    struct static_entry *last;
    while (cache->bytes > cache->max &&
           (last = TAILQ_LAST(&cache->used, static_entries)) != keep)
        drop_entry(cache, last);
}

/* The entry of this state of the file, now the last one used. */
static struct static_entry *find_entry(struct static_cache *cache,
                                       struct str path,
                                       const struct static_stamp *stamp)
{
    struct static_entry *e = table_get(&cache->entries, path);
    if (e && !e->young && same_stamp(&e->stamp, stamp)) {
        TAILQ_REMOVE(&cache->used, e, link);
        TAILQ_INSERT_HEAD(&cache->used, e, link);
        return e;
    }
    if (e)
        drop_entry(cache, e);
    e = add_entry(cache, path, stamp);
    if (e)
        evict(cache, e);
    return e;
}

struct slice *static_read(int fd, uint64_t offset, size_t n)
{
    struct buf b;

    buf_init(&b, n);
    while (b.n < n) {
        char *to = buf_reserve(&b, n - b.n);
        if (!to)
            break;
        ssize_t got = pread(fd, to, n - b.n, (off_t)(offset + b.n));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        buf_commit(&b, (size_t)got);
    }
    if (b.n == n && n > 0)
        return buf_to_slice(&b);
    buf_free(&b);
    return n == 0 ? slice_new(NULL, 0) : NULL;
}

/* The entry with its contents read; NULL on failure. */
static struct static_entry *load(struct static_cache *cache, struct str path,
                                 const struct static_stamp *stamp, int fd)
{
    if (stamp->size > STATIC_CACHE_FILE_MAX)
        return NULL;
    struct static_entry *e = find_entry(cache, path, stamp);
    if (!e || e->plain)
        return e;
    e->plain = static_read(fd, 0, (size_t)stamp->size);
    if (!e->plain)
        return NULL;
    cache->bytes += e->plain->n;
    evict(cache, e);
    return e;
}

struct slice *static_cache_plain(struct static_cache *cache, struct str path,
                                 const struct static_stamp *stamp, int fd)
{
    struct static_entry *e = load(cache, path, stamp, fd);
    return e ? slice_ref(e->plain) : NULL;
}

struct slice *static_cache_gzip(struct static_cache *cache, struct str path,
                                const struct static_stamp *stamp, int fd)
{
    if (stamp->size < STATIC_CACHE_GZIP_MIN)
        return NULL;
    struct static_entry *e = load(cache, path, stamp, fd);
    if (!e || e->incompressible)
        return NULL;
    if (e->gzip)
        return slice_ref(e->gzip);
    struct slice *gzip;
    int r = compress_slice(e->plain, COMPRESS_GZIP, GZIP_LEVEL, &gzip);
    if (r < 0) {
        e->incompressible = r == ERR_LIMIT;
        return NULL;
    }
    e->gzip = gzip;
    cache->bytes += gzip->n;
    evict(cache, e);
    return slice_ref(gzip);
}
