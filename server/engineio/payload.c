/* SPDX-License-Identifier: MIT */
#include "engineio/payload.h"

#include "base/base64.h"
#include "base/error.h"

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
    return (struct payload){n > 0 ? p : &empty, n};
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
        *payload = (struct payload){separator + 1, n - used - 1};
        n = used;
    } else {
        *payload = (struct payload){NULL, 0};
    }
    int r = payload_decode(p, n, ret_packet);
    return r < 0 ? r : 1;
}

struct slice *payload_encode(struct eio_packet *const *packets, uint32_t count,
                             struct str tail)
{
    size_t total = tail.n;
    for (uint32_t i = 0; i < count; i++) {
        struct str text = eio_packet_polling(packets[i]);
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
        buf_append_str(&out, eio_packet_polling(packets[i]));
    }
    if (count > 0 && tail.n > 0)
        buf_append_char(&out, EIO_SEPARATOR);
    buf_append_str(&out, tail);
    return buf_to_slice(&out);
}
