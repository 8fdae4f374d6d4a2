/* SPDX-License-Identifier: MIT */
/*
 * How much clients may say a second: packets and bytes, each out of a bucket
 * that holds SIO_PACE_BURST seconds' worth, and one message of the largest size
 * in any case. Acknowledgements count as bytes alone: how many there are is up
 * to who has asked for them.
 *
 * Each client has buckets of its own, and shares others with all of its
 * address (as address_owner() has it) and with all of its user. A client has
 * none until it says something while there is a limit. What is shared outlives
 * the clients, so that nobody gets full buckets by coming again: until it is
 * full, or the last of SIO_PACES_MAX that was used.
 */
#ifndef MORTISE_SOCKETIO_PACE_H
#define MORTISE_SOCKETIO_PACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/str.h"
#include "base/table.h"

#define SIO_PACE_BURST 5
#define SIO_PACES_MAX  65536

struct sio_client;
struct sio_server;

/* What may be said a second; 0: any number. */
struct sio_pace_limit {
    int64_t packets, bytes;
};

struct sio_buckets {
    int64_t at; /* ms */
    /* Thousandths that are missing in each bucket. */
    int64_t packets, bytes;
};

/* A client's own. */
struct sio_pace {
    struct sio_buckets own;
    bool has_address; /* or it is nobody's, and may say anything */
    uint8_t address[16];
};

/* Those that are shared, by what their clients have in common. */
struct sio_paces {
    struct table table;
    TAILQ_HEAD(sio_shared_list, sio_shared) used; /* longest ago first */
};

void paces_init(struct sio_paces *paces); /* allocates nothing */
void paces_clear(struct sio_paces *paces);

/* Forgets those of clients whose buckets are full, as many as a moment allows,
 * and gives back room that there was for many more. */
void pace_trim(struct sio_server *server);
/* Forgets what no limit needs any more. */
void pace_options_changed(struct sio_server *server);
/* A message for a namespace has come, of so many bytes. 0, ERR_DENIED (it is
 * too much), ERR_NOMEM. */
int pace_draw(struct sio_client *client, struct str name_space, bool is_packet,
              uint64_t bytes);

#endif
