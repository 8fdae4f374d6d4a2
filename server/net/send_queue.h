/* SPDX-License-Identifier: MIT */
/*
 * What waits to be written to one peer: references to slices, oldest first.
 *
 * Belongs to a stream, which limits its bytes to SEND_QUEUE_MAX. One slice, as
 * an answer mostly is, stands in the queue itself; a ring of them is allocated
 * when a second one waits, and released as soon as nothing does. An empty queue
 * is all 0.
 */
#ifndef MORTISE_NET_SEND_QUEUE_H
#define MORTISE_NET_SEND_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define SEND_QUEUE_MAX ((size_t)INT32_MAX)

struct send_entry {
    struct slice *slice;
    uint32_t offset;
    uint32_t n;
};

struct send_ring {
    size_t bytes;   /* in all entries */
    uint32_t first; /* index of the oldest entry */
    uint32_t count;
    uint32_t cap;
    struct send_entry entries[];
};

struct send_queue {
    union {
        struct slice *one;
        struct send_ring *ring;
    };
    uint32_t offset; /* of the one */
    uint32_t n : 31; /* the same; 0: it is a ring, or NULL */
    bool begun : 1;  /* a part of the oldest has been written */
};

static inline bool send_queue_empty(const struct send_queue *q)
{
    return q->one == NULL;
}

static inline uint32_t send_queue_count(const struct send_queue *q)
{
    return q->n != 0 ? 1 : q->ring ? q->ring->count : 0;
}

static inline size_t send_queue_bytes(const struct send_queue *q)
{
    return q->n != 0 ? q->n : q->ring ? q->ring->bytes : 0;
}

/* Drops everything. */
void send_queue_clear(struct send_queue *q);
/* Drops the entries of which nothing has been written. */
void send_queue_cut(struct send_queue *q);
/* Adds n > 0 bytes of a slice, with a reference of its own. 0, ERR_NOMEM. */
int send_queue_push(struct send_queue *q, struct slice *slice, uint32_t offset,
                    uint32_t n);

/*
 * Writes to a socket, without waiting. 0 when all is written, ERR_AGAIN when
 * more would have to wait, ERR_IO.
 */
int send_queue_write(struct send_queue *q, int fd);

/* Moves the oldest bytes, as many as fit, out of it. How many those are. */
size_t send_queue_take(struct send_queue *q, char *to, size_t max);

/* What the queue counts against a limit: its bytes, and the memory of the
 * entries once there are many of them. */
size_t send_queue_weight(const struct send_queue *q);

#endif
