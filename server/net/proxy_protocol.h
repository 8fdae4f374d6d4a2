/* SPDX-License-Identifier: MIT */
/*
 * The header of the PROXY protocol, versions 1 and 2: what a proxy that only
 * passes bytes on says of its client, once, in front of all other bytes.
 * https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt
 *
 * Bytes in, a client out; no input or output, no allocation.
 */
#ifndef MORTISE_NET_PROXY_PROTOCOL_H
#define MORTISE_NET_PROXY_PROTOCOL_H

#include <stdbool.h>

#include "base/address.h"

/* The longest header that is read; a usual one has less than 108 bytes, and
 * more with the certificate's name or an id. */
#define PROXY_HEADER_MAX 4096

struct proxy_header {
    /* Whether it says anything: not for a check by the proxy itself (LOCAL),
     * nor for a client of another kind (UNKNOWN). */
    bool has_source;
    bool secure; /* the client speaks TLS with the proxy */
    struct address source;
};

/*
 * Looks for a whole header at the beginning of n bytes. Its length, ERR_AGAIN
 * (more bytes are needed) or ERR_SYNTAX: it is none, is too long, or its
 * checksum, if it has one, is wrong. Of what may follow the addresses (TLVs)
 * only the checksum and the use of TLS are looked at.
 */
int proxy_header_parse(const char *p, size_t n, struct proxy_header *ret);

#endif
