/* SPDX-License-Identifier: MIT */
/*
 * The one message a run sends again and again, and the answer it expects,
 * both to the byte.
 *
 * All messages of a run are alike, so that a server which answers by rote
 * (the floor) can serve them. With `vary` every message carries its number in
 * its payload, and in its acknowledgement's id, which proves that a server
 * really echoes, in order.
 */
#ifndef MORTISE_BENCH_MESSAGE_H
#define MORTISE_BENCH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_SIZE_MIN 32
#define MESSAGE_SIZE_MAX ((size_t)512 << 10)

enum message_kind {
    MESSAGE_ECHO,   /* a string */
    MESSAGE_OBJECT, /* a JSON object with a little of everything */
    MESSAGE_ACK,    /* a string, answered by an acknowledgement */
    MESSAGE_CAST,   /* a string, to everyone in the room */
    MESSAGE_BINARY  /* one attachment */
};

/* One packet of the answer. */
struct part {
    uint8_t opcode; /* of the WebSocket frame it comes in */
    uint8_t *data;
    size_t len;
    size_t stamps[2]; /* where its number stands */
    unsigned stamp_count;
};

struct message {
    bool vary;
    uint8_t mask[4];
    uint8_t *wire; /* what is sent: frames, or one packet for polling */
    size_t len;
    size_t stamps[2];      /* where the number stands in it */
    uint8_t stamp_mask[2]; /* and where in the mask that place is */
    unsigned stamp_count;
    bool masked;
    struct part parts[2];
    unsigned part_count;
};

/* Makes the message with size bytes of payload, MESSAGE_SIZE_MIN to
 * MESSAGE_SIZE_MAX; for polling when asked, otherwise as masked frames. */
void message_init(struct message *message, enum message_kind kind, size_t size,
                  bool polling, bool vary);
void message_free(struct message *message);

/* Writes the message of that number to out, which has room for message->len
 * bytes. */
void message_put(struct message *message, uint8_t *out, uint64_t number);

/* Whether data is that part of the answer to the message of that number. */
bool message_matches(struct message *message, unsigned part, uint64_t number,
                     uint8_t opcode, const uint8_t *data, size_t len);

#endif
