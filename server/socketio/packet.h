/* SPDX-License-Identifier: MIT */
/*
 * Socket.IO protocol revision 5, and 4: the grammar of one packet, both ways.
 *
 *   packet = type [ attachments "-" ] [ nsp "," ] [ ack-id ] [ json ]
 *
 * Reading cuts the header off and says where the JSON stands; writing builds
 * the Engine.IO packets of one Socket.IO packet: the text and its attachments,
 * which belong together and are sent back to back.
 */
#ifndef MORTISE_SOCKETIO_PACKET_H
#define MORTISE_SOCKETIO_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "engineio/packet.h"
#include "json/writer.h"
#include "socketio/notices.h"

enum sio_type {
    SIO_CONNECT,
    SIO_DISCONNECT,
    SIO_EVENT,
    SIO_ACK,
    SIO_CONNECT_ERROR,
    SIO_BINARY_EVENT,
    SIO_BINARY_ACK,
};

#define SIO_NAMESPACE_MAX   256 /* bytes of a namespace's name */
#define SIO_ATTACHMENTS_MAX 64  /* whatever the configuration says */

struct sio_header {
    enum sio_type type;
    bool has_id;
    uint32_t attachments; /* 0 but for the binary types */
    uint64_t id;
    struct str name_space; /* "/" when the packet names none */
    struct str json;       /* the rest; may be empty */
    struct str query;      /* sio_header_cut_query() */
};

/* Reads a packet's header. ERR_SYNTAX for everything that closes a connection
 * (section 3.2 of the protocol): unknown type, bad attachment count (0, more
 * than max_attachments, missing), an ack id that is none or beyond 64 bits. */
int sio_header_parse(struct str text, uint32_t max_attachments,
                     struct sio_header *ret_header);

/* Revision 4: takes the query behind a "?" out of the name of a namespace. */
void sio_header_cut_query(struct sio_header *h);

/* Names that neither side may use for an event. */
bool sio_event_reserved(struct str name);

/*
 * A Socket.IO packet ready to be sent: one text packet and its attachments.
 * Reference-counted and immutable; a broadcast is one of these.
 */
struct sio_packet {
    uint32_t refs;
    uint8_t count;
    uint8_t name_length; /* of an event, as it is written, or less; else 0 */
    uint16_t name_at;    /* in the first part */
    struct eio_packet *packed; /* packed.h; NULL: not needed yet */
    struct eio_packet *parts[];
};

struct sio_packet *sio_packet_ref(struct sio_packet *p);
void sio_packet_unref(struct sio_packet *p); /* NULL is fine */
/* Says of a new one that it is not to be compressed on its way. */
void sio_packet_leave_uncompressed(struct sio_packet *p);

/*
 * Builds one. Begin, put the values through `json` (the arguments of an event
 * or answer; the array around them and the event's name are the builder's),
 * finish. A builder may be used again after finish or abandon; it keeps no
 * memory between.
 */
struct sio_builder {
    struct buf out;
    struct json_writer json;
    enum sio_type type;
    struct str name_space; /* must outlive the building */
    bool has_id;
    uint64_t id;
    size_t args_at;     /* where the JSON begins in out */
    size_t name_length; /* of an event's name */
    uint32_t attachments;
    size_t binary_size; /* bytes of all attachments */
    struct eio_packet *binary[SIO_ATTACHMENTS_MAX];
    uint32_t max_attachments;
};

/* max_size bounds the bytes of a packet, text and attachments together. */
void sio_builder_init(struct sio_builder *b, size_t max_size,
                      uint32_t max_attachments);
/* EVENT: [name, ...]. ERR_RESERVED for a reserved name (a notice's is one,
 * too), ERR_SYNTAX for one
 * that is not UTF-8; has_id asks for an acknowledgement. */
int sio_builder_event(struct sio_builder *b, struct str name_space, bool has_id,
                      uint64_t id, struct str name);
/* ACK: [...]. */
void sio_builder_ack(struct sio_builder *b, struct str name_space, uint64_t id);
/* NULL when an append failed (*ret_error: its code) or memory is out. */
struct sio_packet *sio_builder_finish(struct sio_builder *b, int *ret_error);
void sio_builder_abandon(struct sio_builder *b);

/*
 * Reads the array of an event or answer that was built back, with its bytes in
 * place of the placeholders: they live as long as the packet. ERR_LIMIT
 * (depth, arena), ERR_NOMEM, ERR_SYNTAX (somebody has written a placeholder of
 * his own).
 */
int sio_packet_read(const struct sio_packet *packet, struct arena *arena,
                    uint32_t depth, struct json **ret_args);

/* CONNECT with {"sid":"..."}, unless that is empty; CONNECT_ERROR with message
 * and, unless empty, data (compact JSON); DISCONNECT. NULL when memory runs
 * out, or when the message is not UTF-8. */
struct sio_packet *sio_packet_connect(struct str name_space, struct str sid);
struct sio_packet *sio_packet_connect_error(struct str name_space,
                                            struct str message,
                                            struct str data);
/* The same in revision 4, ERROR: the data, or else the message, and nothing
 * around it. */
struct sio_packet *sio_packet_error(struct str name_space, struct str message,
                                    struct str data);
struct sio_packet *sio_packet_disconnect(struct str name_space);
/* The EVENT of a notice. NULL as above. */
struct sio_packet *sio_packet_notice(struct str name_space,
                                     const struct sio_notice *notice);

#endif
