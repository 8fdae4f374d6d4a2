/* SPDX-License-Identifier: MIT */
/*
 * What the revisions of the protocol do otherwise: how packets look on the
 * wire, and who sends the pings. A session is given one at its handshake and
 * keeps it.
 *
 * Revision 4 is what clients speak since Socket.IO 3. Revision 3 is that of the
 * clients before, which have no other name for it than whatever they say
 * instead of "EIO=4", nothing included.
 */
#ifndef MORTISE_ENGINEIO_REVISION_H
#define MORTISE_ENGINEIO_REVISION_H

#include "base/str.h"
#include "engineio/payload.h"

struct revision {
    uint32_t number;
    /* The packet that shows that the client lives: the pong to our ping, or a
     * ping of its own, which is answered with a pong. */
    enum eio_type heartbeat;
    /* How bytes go over a WebSocket; for who asked for text only. */
    enum eio_form form, text_form;
    bool binary_payloads; /* POST bodies may have a binary form */
    /* Ready-made payloads. */
    struct str close, noop, noop_close;
    /* Reads the packet that is a WebSocket message, which changes. */
    int (*read_message)(bool binary, char *p, size_t n,
                        struct payload_packet *ret_packet);
    /* payload_next() for a payload in this revision. */
    int (*next)(struct payload *payload, struct payload_packet *ret_packet);
    /* Joins packets, at least one, to one payload; whether it is in binary form
     * is the second result. NULL when memory runs out. */
    struct slice *(*encode)(struct eio_packet *const *packets, uint32_t count,
                            bool text_only, bool *ret_binary);
};

extern const struct revision revision_3; /* payload_v3.c */
extern const struct revision revision_4; /* payload.c */

static inline bool revision_client_pings(const struct revision *r)
{
    return r->heartbeat == EIO_PING;
}

#endif
