/* SPDX-License-Identifier: MIT */
/*
 * Who is connected, by address: how many connections each has, and how many
 * sessions it may begin now. Of an IPv6 address the first 64 bits count, for
 * whoever has one has all of those.
 *
 * This machine (127.0.0.0/8, ::1) and sockets of the file system are nobody's
 * address: a proxy that is not listed as one may stand there with everybody
 * behind it. They are not counted and may do anything.
 *
 * There is an entry for each address that has a connection, and for those that
 * have drawn from their bucket until it must be full again; of these at most
 * PEERS_IDLE_MAX, then the one that was not used for longest goes.
 */
#ifndef MORTISE_NET_PEERS_H
#define MORTISE_NET_PEERS_H

#include <stdint.h>
#include <sys/queue.h>

#include "base/str.h"
#include "base/table.h"

#define PEERS_IDLE_MAX 65536
/* A bucket holds as much as comes within so many seconds. */
#define PEERS_BURST 5

struct peer;

struct peers {
    struct table table; /* by the bytes that count */
    TAILQ_HEAD(peer_list, peer)
    idle; /* without a connection; the one used
           longest ago first */
    uint32_t idle_count;
};

void peers_init(struct peers *peers); /* allocates nothing */
void peers_free(struct peers *peers);

/* A connection begins, or ends. The address as text, as listener_events has
 * it; now: monotonic ms. ERR_NOMEM: it is not counted. */
int peers_enter(struct peers *peers, struct str address, int64_t now);
void peers_leave(struct peers *peers, struct str address, int64_t now);
/* How many this address has; 0 for what is nobody's. */
uint32_t peers_open(const struct peers *peers, struct str address);

/* Forgets those that are over, as many as a moment allows, and gives back room
 * that it has had for many more. */
void peers_trim(struct peers *peers, int64_t now);

/*
 * Draws one from the bucket of an address, which gets per_second (0: it may
 * draw any number). Returns 0, or in how many milliseconds there will be one;
 * the same without memory for a bucket.
 */
int64_t peers_draw(struct peers *peers, struct str address, uint32_t per_second,
                   int64_t now);

#endif
