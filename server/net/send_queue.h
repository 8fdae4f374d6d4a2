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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    bool begun;   /* a part of the oldest has been written */
    size_t bytes; /* in all entries */
};

void send_queue_init(struct send_queue *q);
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
