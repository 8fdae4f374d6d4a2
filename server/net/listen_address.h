/* SPDX-License-Identifier: MIT */
/* Where to listen, as people write it. */
#ifndef MORTISE_NET_LISTEN_ADDRESS_H
#define MORTISE_NET_LISTEN_ADDRESS_H

#include "base/str.h"

/* In front of a path. */
#define LISTEN_UNIX    "unix:"
#define LISTEN_SYSTEMD "systemd"
/* Behind an address at which proxies speak first, and what reads that. */
#define LISTEN_PROXIED " proxy_protocol"
#define LISTEN_TLS     " tls"
#define LISTEN_ADDRESSES                                                       \
    "HOST:PORT, [IPV6]:PORT, :PORT, " LISTEN_UNIX "PATH, systemd or "          \
    "systemd:NAME"
#define LISTEN_HOST_MAX 255

struct listen_address {
    bool inherited;  /* "systemd": it listens already (net/inherited.h) */
    struct str name; /* of such; empty: all of them */
    struct str path; /* empty: of TCP */
    struct str host; /* without brackets; empty: every address */
    uint16_t port;
    bool proxied; /* the PROXY protocol comes first */
    bool tls;     /* TLS comes first */
};

enum listen_manner { LISTEN_PLAIN, LISTEN_BY_PROXY, LISTEN_BY_TLS };

/* What stands in front of " proxy_protocol" or " tls", or all of it; which of
 * these stood there. */
enum listen_manner listen_address_cut(struct str *text);
/* ERR_SYNTAX when it is none. */
int listen_address_parse(struct str text, struct listen_address *ret);

#endif
