/* SPDX-License-Identifier: MIT */
/*
 * Packets of revision 3. A payload has two forms:
 *
 *   text:    length ":" packet, again and again; the length counts UTF-16
 *            code units, for it is that of a string in JavaScript
 *   binary:  a byte 0 (text) or 1 (binary), the decimal digits of the length
 *            in bytes as bytes 0 to 9, a byte 255, the packet
 *
 * Bytes have the type in front of them: "4" behind the "b" of base64, the byte
 * 4 where they are themselves. We answer in the binary form when there are
 * bytes among the packets and the client has not asked for text.
 */
#include "base/base64.h"
#include "base/error.h"
#include "base/utf8.h"
#include "engineio/revision.h"

/* What stands in front of the length and behind it, in the binary form. */
enum { FRAME_TEXT = 0, FRAME_BINARY = 1, FRAME_LENGTH_END = 0xff };

#define TYPE_BYTE (EIO_MESSAGE - '0')

/* Beside the packet: digits of its length, two marks, the type of bytes. */
#define ITEM_COST 24

static int read_text(char *p, size_t n, struct payload_packet *ret_packet)
{
    size_t length;

    if (n == 0 || p[0] != 'b')
        return payload_decode(p, n, ret_packet);
    if (n < 2 || p[1] != EIO_MESSAGE)
        return ERR_SYNTAX;
    int r = base64_decode(p + 2, p + 2, n - 2, &length);
    if (r < 0)
        return r;
    *ret_packet = (struct payload_packet){EIO_MESSAGE, true, p + 2, length};
    return 0;
}

static int read_bytes(char *p, size_t n, struct payload_packet *ret_packet)
{
    if (n == 0 || p[0] != TYPE_BYTE)
        return ERR_SYNTAX;
    *ret_packet = (struct payload_packet){EIO_MESSAGE, true, p + 1, n - 1};
    return 0;
}

static int read_message(bool binary, char *p, size_t n,
                        struct payload_packet *ret_packet)
{
    return binary ? read_bytes(p, n, ret_packet) : read_text(p, n, ret_packet);
}

/* --- reading a payload --- */

/*
 * Takes a length off the front, with the `end` behind it. What is more than can
 * follow is an error before it is more than a number can be; so are zeros in
 * front, and 0 itself, for a packet has a type.
 */
static int cut_length(struct payload *payload, char zero, char end,
                      size_t *ret_length)
{
    size_t length = 0;

    for (size_t i = 0; i < payload->n; i++) {
        if (payload->p[i] == end && length > 0) {
            payload->p += i + 1;
            payload->n -= i + 1;
            *ret_length = length;
            return 0;
        }
        unsigned digit = (unsigned char)(payload->p[i] - zero);
        if (digit > 9)
            break;
        length = length * 10 + digit;
        if (length == 0 || length > payload->n)
            break;
    }
    return ERR_SYNTAX;
}

/* Takes n bytes off the front. */
static char *cut_bytes(struct payload *payload, size_t n)
{
    char *p = payload->p;
    payload->p = n < payload->n ? p + n : NULL;
    payload->n -= n;
    return p;
}

static int next_text(struct payload *payload, struct payload_packet *ret_packet)
{
    size_t units, n;

    if (cut_length(payload, '0', ':', &units) < 0 ||
        utf8_cut_utf16(payload->p, payload->n, units, &n) < 0)
        return ERR_SYNTAX;
    return read_text(cut_bytes(payload, n), n, ret_packet);
}

static int next_binary(struct payload *payload,
                       struct payload_packet *ret_packet)
{
    unsigned char kind = payload->n > 0 ? (unsigned char)*payload->p : 0xff;
    size_t n;

    if (kind > FRAME_BINARY)
        return ERR_SYNTAX;
    cut_bytes(payload, 1);
    if (!payload->p || cut_length(payload, 0, (char)FRAME_LENGTH_END, &n) < 0 ||
        n > payload->n)
        return ERR_SYNTAX;
    char *p = cut_bytes(payload, n);
    if (kind == FRAME_BINARY)
        return read_bytes(p, n, ret_packet);
    return utf8_valid(p, n) ? read_text(p, n, ret_packet) : ERR_SYNTAX;
}

static int next(struct payload *payload, struct payload_packet *ret_packet)
{
    if (!payload->p)
        return 0;
    int r = payload->binary ? next_binary(payload, ret_packet)
                            : next_text(payload, ret_packet);
    return r < 0 ? r : 1;
}

/* --- writing one --- */

static bool any_binary(struct eio_packet *const *packets, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (packets[i]->binary)
            return true;
    return false;
}

/* False when memory is out. */
static bool put_text(struct buf *out, struct eio_packet *packet)
{
    struct str text = eio_packet_item(packet, EIO_TYPED_BASE64);

    if (text.n == 0)
        return false;
    buf_append_u64(out, utf8_utf16_length(text.p, text.n));
    buf_append_char(out, ':');
    buf_append_str(out, text);
    return true;
}

/* Bytes get their type here, so that nobody else needs a copy with it. */
static void put_binary(struct buf *out, struct eio_packet *packet)
{
    struct str item = eio_packet_item(packet, EIO_BARE);
    size_t at;

    buf_append_char(out, packet->binary ? FRAME_BINARY : FRAME_TEXT);
    at = out->n;
    buf_append_u64(out, item.n + (packet->binary ? 1 : 0));
    for (; at < out->n; at++)
        out->p[at] = (char)(out->p[at] - '0');
    buf_append_char(out, (char)FRAME_LENGTH_END);
    if (packet->binary)
        buf_append_char(out, TYPE_BYTE);
    buf_append_str(out, item);
}

static struct slice *encode(struct eio_packet *const *packets, uint32_t count,
                            bool text_only, bool *ret_binary)
{
    bool binary = !text_only && any_binary(packets, count);
    size_t total = 0;
    struct buf out;

    buf_init(&out, BUF_MAX);
    for (uint32_t i = 0; i < count; i++)
        total += ITEM_COST + packets[i]->slice->n;
    buf_reserve(&out, total); /* enough, but for base64 */
    for (uint32_t i = 0; i < count; i++) {
        if (binary) {
            put_binary(&out, packets[i]);
        } else if (!put_text(&out, packets[i])) {
            buf_free(&out);
            return NULL;
        }
    }
    *ret_binary = binary;
    return buf_to_slice(&out);
}

const struct revision revision_3 = {
    .number = 3,
    .heartbeat = EIO_PING,
    .form = EIO_TYPED,
    .text_form = EIO_TYPED_BASE64,
    .binary_payloads = true,
    .close = {"1:1", 3},
    .noop = {"1:6", 3},
    .noop_close = {"1:61:1", 6},
    .read_message = read_message,
    .next = next,
    .encode = encode,
};
