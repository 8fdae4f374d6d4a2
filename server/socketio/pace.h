/* SPDX-License-Identifier: MIT */
/*
 * How much a client may say a second: packets and bytes, each out of a bucket
 * that holds SIO_PACE_BURST seconds' worth, and one message of the largest size
 * in any case. Acknowledgements count as bytes alone: how many there are is up
 * to who has asked for them.
 *
 * A client has none until it says something while there is a limit.
 */
#ifndef MORTISE_SOCKETIO_PACE_H
#define MORTISE_SOCKETIO_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define SIO_PACE_BURST 5

struct sio_client;

struct sio_pace {
    int64_t at; /* ms */
    /* Thousandths that are missing in each bucket. */
    int64_t packets, bytes;
};

/* A message of so many bytes has come. 0, ERR_DENIED (it is too much),
 * ERR_NOMEM. */
int pace_draw(struct sio_client *client, bool is_packet, uint64_t bytes);

#endif
