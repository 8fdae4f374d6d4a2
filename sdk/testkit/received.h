/* SPDX-License-Identifier: MIT */
/*
 * Socket.IO packets as a client reads them: put together from the engine's
 * packets, with attachments in their places.
 */
#ifndef MORTISE_TESTKIT_RECEIVED_H
#define MORTISE_TESTKIT_RECEIVED_H

#include <sys/queue.h>

#include "base/arena.h"
#include "json/json.h"
#include "socketio/internal.h"

struct received {
    TAILQ_ENTRY(received) link;
    struct sio_partial *packet; /* header, text and attachments */
    struct arena arena;
    struct json *body; /* NULL: none */
};
TAILQ_HEAD(received_list, received);

/*
 * Reads one more packet of a connection. *open is the packet that still waits
 * for attachments, NULL at first. Returns a whole packet, which is then the
 * caller's, or NULL when more is to come.
 */
struct received *received_read(struct received **open,
                               const struct eio_packet *part);
void received_free(struct received *r); /* NULL is fine */

/* Name of an event; the empty string for anything else. */
struct str received_name(const struct received *r);
/* The first argument of an event or acknowledgement; the others follow. */
const struct json *received_args(const struct received *r);

/* The same one of a sio_packet that was built here. */
struct received *received_of(const struct sio_packet *packet);

#endif
