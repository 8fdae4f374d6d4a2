/* SPDX-License-Identifier: MIT */
/*
 * WebSocket frames (RFC 6455, section 5.2), as much as a bench needs: whole
 * messages in one frame, no extensions. Both ends of the bench use it.
 */
#ifndef MORTISE_BENCH_FRAME_H
#define MORTISE_BENCH_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_TEXT = 1,
    FRAME_BINARY = 2,
    FRAME_CLOSE = 8,
    FRAME_PING = 9,
    FRAME_PONG = 10,
    FRAME_HEAD_MAX = 14
};

struct frame {
    uint8_t opcode;
    bool masked;
    uint8_t mask[4];
    size_t head;     /* bytes before the payload */
    uint64_t length; /* bytes of payload */
};

/* Reads the head of the frame that begins at data. 1 when it is there, 0 when
 * bytes of it are missing, -1 when it is a fragment, uses an extension or has
 * an opcode that does not exist. The payload need not be there. */
int frame_parse(const uint8_t *data, size_t len, struct frame *ret_frame);

/* Writes a frame of len bytes of payload to out, which has room for
 * FRAME_HEAD_MAX more, and returns its length. Masked when mask is given. */
size_t frame_write(uint8_t *out, uint8_t opcode, const void *payload,
                   size_t len, const uint8_t *mask);

/* Applies the mask to len bytes, which takes it off as well. */
void frame_mask(uint8_t *data, size_t len, const uint8_t mask[4]);

/* The same words for every connection: the answer to a key is a constant, and
 * the floor needs no SHA-1. Both are the example of RFC 6455, section 1.3. */
#define FRAME_KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define FRAME_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#endif
