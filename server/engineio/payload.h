/* SPDX-License-Identifier: MIT */
/*
 * Packets of revision 4 as text: one alone (a WebSocket message) or several
 * with U+001E between them (the body of a POST, the answer to a GET). Pure
 * functions. revision.h has them in a table, beside those of revision 3.
 */
#ifndef MORTISE_ENGINEIO_PAYLOAD_H
#define MORTISE_ENGINEIO_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engineio/packet.h"

/* One packet as it came; points into the input. */
struct payload_packet {
    enum eio_type type;
    bool binary; /* a message of bytes, which came as base64 */
    char *p;     /* what stands behind the type */
    size_t n;
};

/*
 * Reads one packet. Base64 is decoded where it stands, so the input changes.
 * ERR_SYNTAX: it is empty, has an unknown type or bad base64.
 */
int payload_decode(char *p, size_t n, struct payload_packet *ret_packet);

/* What is left of a payload. */
struct payload {
    char *p; /* NULL: nothing is left */
    size_t n;
    bool binary; /* of revision 3, in its binary form */
};

/* Starts reading a payload. Even an empty one has a packet, a malformed one. */
struct payload payload_of(char *p, size_t n);
/* Reads the next packet: 1, 0 when there is none, or ERR_SYNTAX. */
int payload_next(struct payload *payload, struct payload_packet *ret_packet);

/* Joins packets, at least one, to one payload. NULL when memory runs out. */
struct slice *payload_encode(struct eio_packet *const *packets, uint32_t count);

#endif
