/* SPDX-License-Identifier: MIT */
#include "net/ws_parser.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "net/ws_mask.h"

/* Section 5.2. */
#define FINAL_BIT    0x80
#define RSV_BITS     0x70
#define RSV1_BIT     0x40
#define OPCODE_BITS  0x0f
#define MASK_BIT     0x80
#define LENGTH_BITS  0x7f
#define LENGTH_16    126
#define LENGTH_64    127
#define CONTROL_MAX  125
#define FIXED_LENGTH 2
#define MASK_LENGTH  4

#define RESERVE_MAX 65536

struct frame {
    bool final;
    uint8_t opcode; /* with RSV1 */
    uint8_t mask[MASK_LENGTH];
    uint64_t n;      /* of the payload */
    unsigned header; /* bytes in front of it */
};

/* What there is of a message before its first frame. */
static const struct ws_partial nothing;

void ws_parser_init(struct ws_parser *parser)
{
    parser->partial = NULL;
}

void ws_parser_free(struct ws_parser *parser)
{
    if (!parser->partial)
        return;
    intake_release(&parser->partial->held);
    buf_free(&parser->partial->message);
    mem_give(parser->partial, sizeof(*parser->partial));
    parser->partial = NULL;
}

void ws_parser_hold(struct ws_parser *parser, struct intake *in,
                    void (*end)(void *user), void *user, struct str peer)
{
    struct ws_partial *partial = parser->partial;

    if (!partial)
        return;
    partial->held.end = end;
    partial->held.user = user;
    partial->held.peer = peer;
    intake_hold(in, &partial->held, partial->message.n);
}

static bool is_control(uint8_t opcode)
{
    return opcode & WS_CLOSE;
}

/* A message is compressed, not a fragment, and no control frame ever. */
static bool is_compressed(const struct ws_rules *rules, uint8_t first)
{
    uint8_t opcode = first & (RSV_BITS | OPCODE_BITS);
    return rules->may_compress &&
           (opcode == WS_COMPRESSED_TEXT || opcode == WS_COMPRESSED_BINARY);
}

/* What the first two bytes alone can break. */
static int check_start(const struct ws_partial *partial,
                       const struct ws_rules *rules, uint8_t first,
                       uint8_t second)
{
    uint8_t opcode = first & OPCODE_BITS;
    if (((first & RSV_BITS) && !is_compressed(rules, first)) ||
        !(second & MASK_BIT))
        return -WS_CODE_PROTOCOL;
    switch (opcode) {
    case WS_CONTINUATION:
        return partial->opcode != 0 ? 0 : -WS_CODE_PROTOCOL;
    case WS_TEXT:
    case WS_BINARY:
        return partial->opcode == 0 ? 0 : -WS_CODE_PROTOCOL;
    case WS_CLOSE:
    case WS_PING:
    case WS_PONG:
        if (!(first & FINAL_BIT) || (second & LENGTH_BITS) > CONTROL_MAX)
            return -WS_CODE_PROTOCOL;
        return 0;
    default:
        return -WS_CODE_PROTOCOL;
    }
}

static uint64_t read_big_endian(const uint8_t *p, unsigned n)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < n; i++)
        value = value << 8 | p[i];
    return value;
}

/* Section 5.2. 1 with *f filled in, 0 when more bytes are needed, or a
 * negative close code. */
static int read_header(const struct ws_partial *partial,
                       const struct ws_rules *rules, const char *p, size_t n,
                       struct frame *f)
{
    const uint8_t *bytes = (const uint8_t *)p;
    if (n < FIXED_LENGTH)
        return 0;
    int result = check_start(partial, rules, bytes[0], bytes[1]);
    if (result < 0)
        return result;

    uint8_t length = bytes[1] & LENGTH_BITS;
    unsigned extra = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
    if (n < FIXED_LENGTH + extra)
        return 0;
    f->n = extra ? read_big_endian(bytes + FIXED_LENGTH, extra) : length;
    /* The length takes the fewest bytes it can, and its top bit is 0. */
    if ((extra == 2 && f->n < LENGTH_16) ||
        (extra == 8 && (f->n <= UINT16_MAX || f->n > INT64_MAX)))
        return -WS_CODE_PROTOCOL;

    f->final = bytes[0] & FINAL_BIT;
    f->opcode = bytes[0] & (RSV1_BIT | OPCODE_BITS);
    if (!is_control(f->opcode)) {
        if (f->n > rules->max_message - partial->message.n)
            return -WS_CODE_TOO_BIG;
        /* Fragments without bytes would otherwise never come to an end. */
        if (partial->fragments >= WS_FRAGMENTS_MAX)
            return -WS_CODE_TOO_BIG;
    }
    if (n < FIXED_LENGTH + extra + MASK_LENGTH)
        return 0;
    memcpy(f->mask, bytes + FIXED_LENGTH + extra, MASK_LENGTH);
    f->header = FIXED_LENGTH + extra + MASK_LENGTH;
    return 1;
}

/* Takes what there is of the payload of the frame in progress. */
static int gather(struct ws_partial *partial, const char *p, size_t n,
                  size_t *ret_used)
{
    if (n > partial->left)
        n = (size_t)partial->left;
    *ret_used = n;
    if (n == 0)
        return 0;
    /* Room for the whole frame when it is not large; what is not written to
     * costs no memory. */
    size_t room = n;
    if (room < RESERVE_MAX)
        room =
            partial->left < RESERVE_MAX ? (size_t)partial->left : RESERVE_MAX;
    char *to = buf_reserve(&partial->message, room);
    if (!to)
        return -WS_CODE_TOO_BIG;
    memcpy(to, p, n);
    bool high = ws_unmask(to, n, partial->mask, 0);
    if (partial->opcode == WS_TEXT &&
        (high || !utf8_complete(&partial->utf8)) &&
        utf8_feed(&partial->utf8, to, n) < 0)
        return -WS_CODE_BAD_TEXT;
    buf_commit(&partial->message, n);

    /* The mask is turned, so that it always begins with the next byte's. */
    uint8_t turned[MASK_LENGTH];
    for (unsigned i = 0; i < MASK_LENGTH; i++)
        turned[i] = partial->mask[(n + i) & 3];
    memcpy(partial->mask, turned, sizeof(turned));
    partial->left -= n;
    return 0;
}

/* Goes on with the frame in progress. Results as of ws_parse(). */
static int continue_frame(struct ws_partial *partial, const char *p, size_t n,
                          size_t *ret_used, struct ws_message *ret_message)
{
    int result = gather(partial, p, n, ret_used);
    if (result < 0 || partial->left > 0)
        return result;
    partial->in_frame = false;
    if (!partial->final)
        return 0;
    if (partial->opcode == WS_TEXT && !utf8_complete(&partial->utf8))
        return -WS_CODE_BAD_TEXT;
    *ret_message = (struct ws_message){partial->opcode, partial->message.p,
                                       partial->message.n};
    partial->opcode = 0;
    partial->fragments = 0;
    return 1;
}

/* A message or control frame of one piece, unmasked where it stands. */
static int whole_frame(const struct frame *f, char *payload,
                       struct ws_message *ret_message)
{
    size_t n = (size_t)f->n;
    bool high = ws_unmask(payload, n, f->mask, 0);
    if (f->opcode == WS_TEXT && high && !utf8_valid(payload, n))
        return -WS_CODE_BAD_TEXT;
    *ret_message = (struct ws_message){f->opcode, payload, n};
    return 1;
}

/* A frame of a message that is not all there. False: no memory. */
static bool begin_frame(struct ws_parser *parser, const struct ws_rules *rules,
                        const struct frame *f)
{
    struct ws_partial *partial = parser->partial;
    if (!partial) {
        partial = mem_take(sizeof(*partial));
        if (!partial)
            return false;
        *partial = nothing;
        buf_init(&partial->message, rules->max_message);
        utf8_init(&partial->utf8);
        parser->partial = partial;
    }
    if (f->opcode != WS_CONTINUATION)
        partial->opcode = f->opcode;
    partial->fragments++;
    partial->final = f->final;
    partial->left = f->n;
    partial->in_frame = true;
    memcpy(partial->mask, f->mask, sizeof(partial->mask));
    return true;
}

int ws_parse(struct ws_parser *parser, const struct ws_rules *rules, char *p,
             size_t n, size_t *ret_used, struct ws_message *ret_message)
{
    size_t at = 0;
    /* The message shown last is over. */
    if (parser->partial && parser->partial->opcode == 0)
        ws_parser_free(parser);

    for (;;) {
        int result;
        size_t used = 0;
        if (!parser->partial || !parser->partial->in_frame) {
            struct frame f;
            result = read_header(parser->partial ? parser->partial : &nothing,
                                 rules, p + at, n - at, &f);
            if (result < 0)
                return result;
            bool all_here = result > 0 && f.n <= n - at - f.header;
            if (result == 0 || (is_control(f.opcode) && !all_here))
                break;
            at += f.header;
            if (all_here && f.final && f.opcode != WS_CONTINUATION) {
                result = whole_frame(&f, p + at, ret_message);
                if (result > 0)
                    *ret_used = at + (size_t)f.n;
                return result;
            }
            if (!begin_frame(parser, rules, &f))
                return -WS_CODE_TOO_BIG;
        }
        result =
            continue_frame(parser->partial, p + at, n - at, &used, ret_message);
        if (result < 0)
            return result;
        at += used;
        if (result > 0) {
            *ret_used = at;
            return 1;
        }
        if (parser->partial->in_frame)
            break;
    }
    *ret_used = at;
    return 0;
}

/* Section 7.4; what lies between 1000 and 2999 is for the protocol's own
 * extensions, of which the server speaks none. */
static bool is_sendable(unsigned code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1011) ||
           (code >= 3000 && code <= 4999);
}

int ws_close_code(const char *p, size_t n)
{
    if (n == 0)
        return WS_CODE_NONE;
    if (n == 1)
        return -WS_CODE_PROTOCOL;
    unsigned code = (unsigned)read_big_endian((const uint8_t *)p, 2);
    if (!is_sendable(code))
        return -WS_CODE_PROTOCOL;
    if (!utf8_valid(p + 2, n - 2))
        return -WS_CODE_BAD_TEXT;
    return (int)code;
}

unsigned ws_header_before(char *end, enum ws_opcode opcode, uint64_t n)
{
    unsigned extra = n < LENGTH_16 ? 0 : n <= UINT16_MAX ? 2 : 8;
    unsigned length = FIXED_LENGTH + extra;
    uint8_t *header = (uint8_t *)end - length;
    header[0] = (uint8_t)(FINAL_BIT | opcode);
    header[1] = extra == 0 ? (uint8_t)n : extra == 2 ? LENGTH_16 : LENGTH_64;
    for (unsigned i = 0; i < extra; i++)
        header[FIXED_LENGTH + i] = (uint8_t)(n >> 8 * (extra - 1 - i));
    return length;
}
