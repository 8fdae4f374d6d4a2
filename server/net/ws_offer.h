/* SPDX-License-Identifier: MIT */
/*
 * What a client offers in Sec-WebSocket-Extensions (RFC 6455, 9.1), and what
 * becomes of it: permessage-deflate (RFC 7692, 7.1), or nothing. Answers are
 * those of the reference server, to the byte. No input or output, no
 * allocation.
 */
#ifndef MORTISE_NET_WS_OFFER_H
#define MORTISE_NET_WS_OFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/http_parser.h"

enum ws_param {
    WS_SERVER_NO_TAKEOVER, /* each message of the server begins anew */
    WS_CLIENT_NO_TAKEOVER,
    WS_SERVER_BITS, /* size of the server's window */
    WS_CLIENT_BITS,
};
#define WS_PARAMS 4

#define WS_BITS_MIN 8
#define WS_BITS_MAX 15
/* A parameter that has no value. */
#define WS_BARE 1

/* Parameters of one offer, or of the answer. */
struct ws_terms {
    uint8_t values[WS_PARAMS]; /* 0: not there; WS_BARE; or bits */
    uint8_t order[WS_PARAMS];  /* enum ws_param, as they were said */
    uint8_t count;
};

/*
 * Chooses. `own` is what the server insists on: bits of WS_SERVER_BITS and
 * WS_CLIENT_BITS, WS_BARE for the others, 0 for what is the client's to say;
 * its order is of no interest. 1 with terms, 0 when permessage-deflate was not
 * offered, ERR_SYNTAX when the header is malformed, knows parameters that are
 * none, or none of its offers can be accepted; the handshake is then refused
 * (400).
 */
int ws_offer_choose(const struct http_head *head, const struct ws_terms *own,
                    struct ws_terms *ret_terms);

/* Appends the header line that says so. */
void ws_terms_write(const struct ws_terms *terms, struct buf *out);

/* Of a window; where nothing is said it is the largest there is. */
static inline uint8_t ws_terms_bits(const struct ws_terms *terms,
                                    enum ws_param param)
{
    return terms->values[param] ? terms->values[param] : WS_BITS_MAX;
}

#endif
