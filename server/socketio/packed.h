/* SPDX-License-Identifier: MIT */
/*
 * Packets of clients whose parser is socket.io-msgpack-parser: each is one
 * binary message, a map in MessagePack.
 *
 *   { type: 0-4, nsp: "/...", data?: ..., id?: integer }
 *
 * Bytes stand in the data where they belong, so there are no binary types and
 * no attachments. Other members are ignored, as clients send some ("options").
 * On this side of the wire such a packet is one like any other: its data
 * becomes JSON with placeholders, and from there it is made.
 */
#ifndef MORTISE_SOCKETIO_PACKED_H
#define MORTISE_SOCKETIO_PACKED_H

#include "socketio/packet.h"

/* A packet that has come. */
struct sio_packed {
    struct sio_header header; /* a binary type if there are bytes */
    struct buf json;          /* header.json is in here */
    uint32_t max_attachments;
    struct str bytes[SIO_ATTACHMENTS_MAX]; /* header.attachments of them */
};

/*
 * Reads one; the name of its namespace and its bytes are in the message. To be
 * freed in any case. ERR_SYNTAX, ERR_TYPE or ERR_LIMIT for everything that
 * closes a connection: what is none, what has bytes and may not, more of them
 * than max_attachments, data deeper than `depth`. ERR_NOMEM.
 */
int sio_packed_read(struct str message, uint32_t max_attachments,
                    uint32_t depth, struct sio_packed *ret_packed);
void sio_packed_free(struct sio_packed *packed);

/* What a packet is to such a client: made when it is first asked for, and kept
 * with the packet. NULL when memory is out, or when what somebody has written
 * as a placeholder is none. */
struct eio_packet *sio_packet_packed(struct sio_packet *packet);

#endif
