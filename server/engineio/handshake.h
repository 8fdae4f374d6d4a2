/* SPDX-License-Identifier: MIT */
/*
 * The copy of the request that opened a session, kept for as long as that: so
 * it is packed, and unpacked for whoever asks.
 *
 * Most of a request is the same for many clients: the build of a browser, the
 * page, the languages. That is the head of the copy, of which all who have the
 * same share one. The rest, among it all that is a secret, stands in the
 * session's own memory.
 */
#ifndef MORTISE_ENGINEIO_HANDSHAKE_H
#define MORTISE_ENGINEIO_HANDSHAKE_H

#include "base/lookup.h"
#include "engineio/engineio.h"
#include "net/http_server.h"

struct handshake_head;

struct packed_handshake {
    struct handshake_head *head;
    int64_t issued;
    char own[];
};

/* All heads that are in use, and the request that is being packed. */
struct handshakes {
    struct lookup heads;
    struct buf head, own;
};

void handshakes_init(struct handshakes *all);
/* All were dropped before. */
void handshakes_free(struct handshakes *all);

/* Packs a request, for handshake_keep(), and says how many bytes that needs.
 * ERR_NOMEM. */
int handshake_pack(struct handshakes *all, const struct http_exchange *x,
                   uint32_t revision, size_t *ret_size);
/* Makes the copy of what was packed last, where there is that much room.
 * ERR_NOMEM; also then it is to be dropped. */
int handshake_keep(struct handshakes *all, struct packed_handshake *h);
void handshake_drop(struct handshakes *all, struct packed_handshake *h);
/* The address of its client; lives as long as the copy. */
struct str handshake_peer(const struct packed_handshake *h);
/* Shows it; `headers` has room for HTTP_HEADERS_MAX. The texts are those of
 * the copy, and live as long. */
void handshake_unpack(const struct packed_handshake *h,
                      struct http_header *headers,
                      struct eio_handshake *ret_handshake);

#endif
