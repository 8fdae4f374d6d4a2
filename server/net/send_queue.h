/* SPDX-License-Identifier: MIT */
/*
 * What waits to be written to one peer: a ring of references to slices.
 *
 * Belongs to a stream, which limits its bytes. The ring is allocated only
 * when a second slice waits, and released as soon as nothing does; so it must
 * not be moved in memory.
 */
#ifndef MORTISE_NET_SEND_QUEUE_H
#define MORTISE_NET_SEND_QUEUE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/buf.h"

struct send_entry {
    struct slice *slice;
    uint32_t offset;
    uint32_t n;
};

struct send_queue {
    struct send_entry *entries; /* ring; &one as long as that is enough */
    struct send_entry one;
    uint32_t first; /* index of the oldest entry */
    uint32_t count;
    uint32_t cap; /* a power of two */
    size_t bytes; /* in all entries */
};

void send_queue_init(struct send_queue *q);
/* Drops everything. */
void send_queue_clear(struct send_queue *q);
/* Adds n > 0 bytes of a slice, with a reference of its own. 0, ERR_NOMEM. */
int send_queue_push(struct send_queue *q, struct slice *slice, uint32_t offset,
                    uint32_t n);

#define SEND_VECTOR_MAX 64
/* Runs of small slices are copied together: one vector costs the kernel more
 * than copying a few hundred bytes costs us. */
#define SEND_SCRATCH_SIZE 16384

struct send_vector {
    struct iovec iov[SEND_VECTOR_MAX];
    unsigned count;
    size_t bytes;
    char scratch[SEND_SCRATCH_SIZE];
};

/* Describes the oldest bytes, as many as fit. Valid until the next call. */
void send_queue_vector(const struct send_queue *q, struct send_vector *v);
/* Drops the oldest n bytes, which have been written. */
void send_queue_advance(struct send_queue *q, size_t n);

/* What the queue counts against a limit: its bytes, and the memory of the
 * entries once there are many of them. */
size_t send_queue_weight(const struct send_queue *q);

#endif
