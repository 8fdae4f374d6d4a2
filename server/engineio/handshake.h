/* SPDX-License-Identifier: MIT */
/*
 * The copy of the request that opened a session, kept for as long as that: so
 * it is packed, and laid out behind the session in the session's own memory. It
 * is unpacked for whoever asks.
 */
#ifndef MORTISE_ENGINEIO_HANDSHAKE_H
#define MORTISE_ENGINEIO_HANDSHAKE_H

#include "engineio/engineio.h"
#include "net/http_server.h"

struct packed_handshake {
    int64_t issued;
    uint8_t header_count;
    uint8_t revision;
    bool secure : 1;
    bool xdomain : 1;
    /* Behind it, each with its length in front: the target, the peer, and of
     * each header its name, if that is not one of the usual ones, and value. */
    char bytes[];
};

/* How many bytes the copy needs behind the struct. */
size_t handshake_size(const struct http_exchange *x);
/* Makes the copy, behind which there is that much room. */
void handshake_pack(struct packed_handshake *h, const struct http_exchange *x,
                    uint32_t revision);
/* Shows it; `headers` has room for HTTP_HEADERS_MAX. The texts are those of
 * the copy, and live as long. */
void handshake_unpack(const struct packed_handshake *h,
                      struct http_header *headers,
                      struct eio_handshake *ret_handshake);

#endif
