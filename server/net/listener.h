/* SPDX-License-Identifier: MIT */
/*
 * Listening sockets, of TCP and of the file system: resolve, bind, accept.
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
     * without port; "unix:" for one that has none. */
    void (*accepted)(void *user, int fd, struct str peer);
};

/*
 * Listens on "HOST:PORT", "[V6]:PORT" or ":PORT" (all addresses): on every
 * address the name resolves to; at least one must succeed. Port 0 takes a
 * free one (the same for all addresses of one name). Or on "unix:PATH", which
 * everybody may connect to who can reach it: that is up to the folder. With
 * " proxy_protocol" or " tls" behind it (net/listen_address.h) it is the same
 * place; what that means is up to who accepts. "systemd" is what the service
 * manager has opened (net/inherited.h). On failure *error has a sentence
 * and the result is ERR_IO, ERR_SYNTAX or ERR_NOMEM.
 */
int listener_new(struct loop *loop, struct str address,
                 const struct listener_events *events, void *user,
                 struct listener **ret_listener, struct buf *error);
/*
 * The same in two steps, of which the second cannot fail: once it is open,
 * clients can connect, and wait until it is started. Where memory is short for
 * that, it is tried again every 100 ms. beside: it may have the addresses of
 * listeners that share theirs.
 */
int listener_open(struct loop *loop, struct str address, bool beside,
                  const struct listener_events *events, void *user,
                  struct listener **ret_listener, struct buf *error);
void listener_start(struct listener *l);
/* The same, started, for a descriptor that listens already, and becomes the
 * listener's in any case. ERR_NOMEM. */
int listener_adopt(struct loop *loop, int fd,
                   const struct listener_events *events, void *user,
                   struct listener **ret_listener);
/* Whether another one may be opened beside it: its successor, which has the
 * port for more addresses, or for fewer. */
void listener_share(const struct listener *l, bool on);
/* Accepts those who have connected already: they came before it goes. */
void listener_finish(struct listener *l);
/* Stops accepting; connections made stay. NULL is fine. */
void listener_free(struct listener *l);
/* Appends what people type into a browser, e.g. "http://localhost:3000"; for a
 * path its address. Not of an adopted one. */
void listener_url(const struct listener *l, struct buf *out);
/* What it was opened with; empty for an adopted one. */
struct str listener_address(const struct listener *l);
/* The port in use; 0 for what has none. */
unsigned listener_port(const struct listener *l);

#endif
