/* SPDX-License-Identifier: MIT */
/*
 * WebSocket framing (RFC 6455), server side: bytes in, messages out. No input
 * or output of its own.
 *
 * Unmasks in place. A frame that is all there is shown where it stands; one
 * that is not is gathered, unmasked and checked as it comes, in a buffer that
 * never exceeds max_message. Text is checked as UTF-8 byte by byte, so a bad
 * byte fails at once (section 8.1). Messages that are compressed, where that
 * was agreed to (ws_deflate.h), come out as they are.
 *
 * There is one for each connection, and most of them are idle: so it has
 * memory only while a message is incomplete, and is told the rules each time.
 */
#ifndef MORTISE_NET_WS_PARSER_H
#define MORTISE_NET_WS_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/intake.h"
#include "base/utf8.h"

enum ws_opcode {
    WS_CONTINUATION = 0,
    WS_TEXT = 1,
    WS_BINARY = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10,
    /* With RSV1: what a message means is still to be read (ws_deflate.h). */
    WS_COMPRESSED_TEXT = 0x41,
    WS_COMPRESSED_BINARY = 0x42,
};

/* Close codes (section 7.4). */
enum {
    WS_CODE_NORMAL = 1000,
    WS_CODE_GOING_AWAY = 1001,
    WS_CODE_PROTOCOL = 1002,
    WS_CODE_NONE = 1005,     /* never sent: the close frame had no code */
    WS_CODE_ABNORMAL = 1006, /* never sent: there was no close frame */
    WS_CODE_BAD_TEXT = 1007,
    WS_CODE_TOO_BIG = 1009,
    WS_CODE_TRY_LATER = 1013,
};

#define WS_FRAGMENTS_MAX 16384

struct ws_rules {
    uint32_t max_message; /* bytes */
    bool may_compress;    /* RSV1 says so in the first frame of a message (RFC
                             7692, section 6) */
};

/* A message as far as it is there. */
struct ws_partial {
    struct buf message;      /* fragments and partial frames */
    struct intake_part held; /* see ws_parser_hold() */
    struct utf8 utf8;
    uint8_t opcode; /* 0: it was shown */
    bool final;
    bool in_frame; /* header read, payload still incomplete */
    uint8_t mask[4];
    uint64_t left;      /* payload bytes of this frame still to come */
    uint32_t fragments; /* frames so far */
};

struct ws_parser {
    struct ws_partial *partial; /* NULL: between messages */
};

struct ws_message {
    enum ws_opcode opcode; /* anything but a continuation */
    char *p;               /* payload, unmasked; until the next call */
    size_t n;
};

void ws_parser_init(struct ws_parser *parser);
void ws_parser_free(struct ws_parser *parser); /* it is then as it was first */
/* Has what is there of a message counted until it is complete, where there is
 * some; `end` makes an end of the connection (base/intake.h). */
void ws_parser_hold(struct ws_parser *parser, struct intake *in,
                    void (*end)(void *user), void *user, struct str peer);

/*
 * Reads on from p, which it changes. *ret_used says how many bytes were used
 * up. Returns 1 with a message, 0 when more bytes are needed (what is unused
 * is to be shown again, with more behind it), or a negative WebSocket close
 * code: -1002, -1007, -1009; the connection is then to be failed with it.
 * Out of memory is -1009 as well.
 */
int ws_parse(struct ws_parser *parser, const struct ws_rules *rules, char *p,
             size_t n, size_t *ret_used, struct ws_message *ret_message);

/* The code of a close frame's payload (WS_CODE_NONE when empty), or a
 * negative close code when the payload is malformed: a single byte, a code
 * that must not be sent, a reason that is not UTF-8. */
int ws_close_code(const char *p, size_t n);

#define WS_HEADER_MAX 10

/*
 * Writes the header of an unmasked, final frame so that it ENDS at `end`;
 * there are at least WS_HEADER_MAX bytes in front. Returns its length: the
 * frame begins at end - length.
 */
unsigned ws_header_before(char *end, enum ws_opcode opcode, uint64_t n);

#endif
