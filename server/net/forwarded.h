/* SPDX-License-Identifier: MIT */
/*
 * Who a request is from when it came through proxies: what they say in
 * `X-Forwarded-For` and `X-Forwarded-Proto`, or in `Forwarded` (RFC 7239).
 *
 * Anybody can send such a header, and each proxy adds to what it was sent. So
 * the header is read from its end, and only as long as the one who added the
 * entry is trusted: the first address that is not a trusted proxy's is the
 * client's, and what stands in front of it is hearsay. One of the two headers
 * counts, as the configuration says: a proxy that writes the one passes the
 * other on as it came.
 */
#ifndef MORTISE_NET_FORWARDED_H
#define MORTISE_NET_FORWARDED_H

#include "base/address.h"
#include "net/http_parser.h"

/* So many entries are read, from the end. */
#define FORWARDED_MAX 32

struct http_proxies {
    const struct address_range *trusted; /* outlives its user */
    uint32_t count;
    bool standard; /* they write Forwarded */
    /* Told of a proxy that was to speak the PROXY protocol and does not, which
     * its operator has to know. NULL: nobody. */
    void (*silent)(struct str peer);
};

struct http_client {
    struct address address;
    bool secure; /* it speaks TLS with somebody */
};

/*
 * *client is who has made the connection, and whether by TLS; who is behind it
 * takes its place, if that one is a trusted proxy and says so. An entry that is
 * no address ends the reading: then the proxy that added it is all there is to
 * know.
 */
void forwarded_read(const struct http_proxies *proxies,
                    const struct http_head *head, struct http_client *client);

#endif
