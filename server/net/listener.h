/* SPDX-License-Identifier: MIT */
/*
 * Listening sockets: resolve, bind, accept.
 *
 * When descriptors run out, accepting pauses for 100 ms instead of spinning,
 * and a spare descriptor is used to accept and close one connection, so that
 * the client learns of it. TCP_NODELAY is set on what is accepted, and
 * descriptors are close-on-exec and non-blocking.
 */
#ifndef MORTISE_NET_LISTENER_H
#define MORTISE_NET_LISTENER_H

#include "base/buf.h"
#include "base/str.h"
#include "net/loop.h"

struct listener;

struct listener_events {
    /* A new connection; the descriptor is the callee's. peer: its address
     * without port. */
    void (*accepted)(void *user, int fd, struct str peer);
};

/*
 * Listens on "HOST:PORT", "[V6]:PORT" or ":PORT" (all addresses): on every
 * address the name resolves to; at least one must succeed. Port 0 takes a
 * free one (the same for all addresses of one name). On failure *error has a
 * sentence and the result is ERR_IO, ERR_SYNTAX or ERR_NOMEM.
 */
int listener_new(struct loop *loop, struct str address,
                 const struct listener_events *events, void *user,
                 struct listener **ret_listener, struct buf *error);
/* Stops accepting; connections made stay. NULL is fine. */
void listener_free(struct listener *l);
/* Appends what people type into a browser, e.g. "http://localhost:3000". */
void listener_url(const struct listener *l, struct buf *out);
/* The port in use. */
unsigned listener_port(const struct listener *l);

#endif
