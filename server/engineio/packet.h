/* SPDX-License-Identifier: MIT */
/*
 * One outgoing Engine.IO packet, encoded once for every receiver and both
 * transports.
 *
 * A packet is reference-counted and immutable. Its slice holds room for a
 * WebSocket header, then the bytes; a text packet's bytes begin with the type
 * digit. So the same memory is a whole WebSocket frame (from frame_at) and an
 * item of a polling payload (from text_at). Where a binary message has to look
 * otherwise, as base64 or with its type, that is made when first asked for, and
 * kept.
 */
#ifndef MORTISE_ENGINEIO_PACKET_H
#define MORTISE_ENGINEIO_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/ws_deflate.h"

enum eio_type {
    EIO_OPEN = '0',
    EIO_CLOSE = '1',
    EIO_PING = '2',
    EIO_PONG = '3',
    EIO_MESSAGE = '4',
    EIO_UPGRADE = '5',
    EIO_NOOP = '6',
};

/* What separates packets in a polling payload. */
#define EIO_SEPARATOR '\x1e'

/* Bytes a builder leaves free in front of a packet's own. */
#define EIO_HEADROOM 10

/*
 * How bytes look to a client, by the revision that it speaks and whether it
 * takes binary. Text looks the same in all forms.
 */
enum eio_form {
    EIO_BARE,         /* revision 4: nothing but themselves */
    EIO_BASE64,       /* revision 4, as text: "b" and base64 */
    EIO_TYPED,        /* revision 3: behind a byte 4, the type */
    EIO_TYPED_BASE64, /* revision 3, as text: "b4" and base64 */
};
#define EIO_FORMS 4

/* What a packet looks like where it is not as it was built. */
struct eio_forms {
    struct slice *slices[EIO_FORMS]; /* of a binary packet; NULL: not needed */
    struct ws_shared compressed[EIO_FORMS];
};

struct eio_packet {
    uint32_t refs;
    bool binary;
    bool uncompressed; /* it is to go as it is */
    uint32_t frame_at; /* where the WebSocket frame begins in the slice */
    uint32_t text_at;  /* where the payload begins: type digit, or bytes */
    struct slice *slice;
    struct eio_forms *forms; /* NULL until one is needed */
};

/*
 * Begins a text packet in `out`, which must be empty: headroom and the type
 * digit. Whoever calls appends the data and ends with eio_packet_finish().
 * Errors are the buffer's, sticky.
 */
void eio_packet_begin(struct buf *out, enum eio_type type);
/* Begins a binary message: headroom only. */
void eio_packet_begin_binary(struct buf *out);
/* Writes the WebSocket header into the headroom and takes the bytes over,
 * leaving `out` empty. One reference; NULL when the buffer has failed or
 * memory is out. */
struct eio_packet *eio_packet_finish(struct buf *out, bool binary);

/* The same in one call, with a copy of the data. */
struct eio_packet *eio_packet_text(enum eio_type type, struct str data);
struct eio_packet *eio_packet_binary(struct str data);

struct eio_packet *eio_packet_ref(struct eio_packet *p);
void eio_packet_unref(struct eio_packet *p); /* NULL is fine */

/* The WebSocket frame: bytes [frame_at, slice->n). */
static inline uint32_t eio_packet_frame_size(const struct eio_packet *p)
{
    return p->slice->n - p->frame_at;
}

/* What stands for the packet in a polling payload; {NULL, 0} when the form had
 * to be made and memory is out. Lives as long as the packet. */
struct str eio_packet_item(struct eio_packet *p, enum eio_form form);

/*
 * The packet as a WebSocket frame: bytes [*ret_at, n) of the slice returned,
 * which lives as long as the packet. NULL as above.
 */
struct slice *eio_packet_frame(struct eio_packet *p, enum eio_form form,
                               uint32_t *ret_at);

/* Where that frame is kept, compressed, for all who take the same; lives as
 * long as the packet. NULL when memory is out. */
struct ws_shared *eio_packet_shared(struct eio_packet *p, enum eio_form form);

#endif
