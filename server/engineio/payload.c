/* SPDX-License-Identifier: MIT */
#include "engineio/payload.h"

#include "base/base64.h"
#include "base/error.h"
#include "engineio/revision.h"

int payload_decode(char *p, size_t n, struct payload_packet *ret_packet)
{
    if (n == 0)
        return ERR_SYNTAX;

    if (p[0] == 'b') {
        /* Into the place of the "b", three bytes for four. */
        size_t length;
        int r = base64_decode(p + 1, p + 1, n - 1, &length);
        if (r < 0)
            return r;
        *ret_packet = (struct payload_packet){EIO_MESSAGE, true, p + 1, length};
        return 0;
    }
    if (p[0] < EIO_OPEN || p[0] > EIO_NOOP)
        return ERR_SYNTAX;
    *ret_packet =
        (struct payload_packet){(enum eio_type)p[0], false, p + 1, n - 1};
    return 0;
}

struct payload payload_of(char *p, size_t n)
{
    /* An empty body may come without a pointer, which would mean the end. */
    static char empty;
    return (struct payload){.p = n > 0 ? p : &empty, .n = n};
}

int payload_next(struct payload *payload, struct payload_packet *ret_packet)
{
    if (!payload->p)
        return 0;

    char *p = payload->p;
    size_t n = payload->n;
    char *separator = n > 0 ? memchr(p, EIO_SEPARATOR, n) : NULL;
    if (separator) {
        size_t used = (size_t)(separator - p);
        *payload = (struct payload){.p = separator + 1, .n = n - used - 1};
        n = used;
    } else {
        *payload = (struct payload){.p = NULL};
    }
    int r = payload_decode(p, n, ret_packet);
    return r < 0 ? r : 1;
}

struct slice *payload_encode(struct eio_packet *const *packets, uint32_t count)
{
    size_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct str text = eio_packet_item(packets[i], EIO_BASE64);
        if (text.n == 0)
            return NULL;
        total += text.n + 1;
    }

    struct buf out;
    buf_init(&out, BUF_MAX);
    buf_reserve(&out, total); /* once; its failure shows at the end */
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            buf_append_char(&out, EIO_SEPARATOR);
        buf_append_str(&out, eio_packet_item(packets[i], EIO_BASE64));
    }
    return buf_to_slice(&out);
}

/* --- the table --- */

static int read_message(bool binary, char *p, size_t n,
                        struct payload_packet *ret_packet)
{
    if (!binary)
        return payload_decode(p, n, ret_packet);
    *ret_packet = (struct payload_packet){EIO_MESSAGE, true, p, n};
    return 0;
}

static struct slice *encode(struct eio_packet *const *packets, uint32_t count,
                            bool text_only, bool *ret_binary)
{
    *ret_binary = false;
    return payload_encode(packets, count);
}

const struct revision revision_4 = {
    .number = 4,
    .heartbeat = EIO_PONG,
    .form = EIO_BARE,
    .text_form = EIO_BASE64,
    .close = {"1", 1},
    .noop = {"6", 1},
    .noop_close = {"6\x1e"
                   "1",
                   3},
    .read_message = read_message,
    .next = payload_next,
    .encode = encode,
};
