/* SPDX-License-Identifier: MIT */
/*
 * Contents of small files, as they are and gzipped, kept up to a total size;
 * what was not used for the longest time goes first.
 *
 * An entry is good as long as the file behind its path has the same stamp;
 * the caller opens the file anyway and so has it at hand.
 */
#ifndef MORTISE_NET_STATIC_CACHE_H
#define MORTISE_NET_STATIC_CACHE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/table.h"

/* Larger files are not kept, and not compressed: that would hold up the
 * loop. */
#define STATIC_CACHE_FILE_MAX (1024 * 1024)
/* Smaller ones gain nothing from being compressed. */
#define STATIC_CACHE_GZIP_MIN 256

/* What tells two states of a file apart. */
struct static_stamp {
    uint64_t inode;
    uint64_t size;
    int64_t modified; /* ns since 1970 */
};

struct static_entry {
    struct str path;
    struct static_stamp stamp;
    struct slice *plain; /* NULL: not read yet */
    struct slice *gzip;  /* NULL: not made yet, or not worth it */
    bool incompressible;
    bool young; /* was changed so shortly before it was read that a later
                   change may have the same time */
    TAILQ_ENTRY(static_entry) link;
};

TAILQ_HEAD(static_entries, static_entry);

struct static_cache {
    struct table entries;
    struct static_entries used; /* the last one used first */
    size_t bytes;
    size_t max;
};

void static_cache_init(struct static_cache *cache, size_t max);
void static_cache_free(struct static_cache *cache);

/*
 * The contents of the file that fd has open and the stamp describes: from the
 * cache or read into it. A reference of the caller's; NULL for a file over
 * the limit, on a read error, or when memory is out.
 */
struct slice *static_cache_plain(struct static_cache *cache, struct str path,
                                 const struct static_stamp *stamp, int fd);
/* The same in gzip (RFC 1952); also NULL when it would hardly be smaller. */
struct slice *static_cache_gzip(struct static_cache *cache, struct str path,
                                const struct static_stamp *stamp, int fd);

/* Bytes [offset, offset + n) of a file, all of them; NULL on failure. */
struct slice *static_read(int fd, uint64_t offset, size_t n);

#endif
