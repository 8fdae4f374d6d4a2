/* SPDX-License-Identifier: MIT */
/*
 * Cross-origin rules (Fetch standard, "CORS protocol"), with the meaning the
 * `cors` package gives them in the reference server, and one thing more: a
 * browser of an origin that is not allowed is refused, on WebSocket too. The
 * origin of the request's own Host is always allowed.
 */
#ifndef MORTISE_ENGINEIO_CORS_H
#define MORTISE_ENGINEIO_CORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "net/http_parser.h"

struct cors_options {
    bool enabled; /* false: same origin only, and no header is sent */
    bool any;     /* "*" */
    bool reflect; /* whatever the request's Origin is */
    bool fixed;   /* always the first origin, whatever the request's is */
    /* As browsers write them, less case; the host "*.example.org" stands for
     * all names below that one, at any depth, the port "*" for any or none. */
    const struct str *origins;
    uint32_t origin_count;
    bool credentials;
    struct str methods;         /* joined with "," */
    struct str allowed_headers; /* empty: echo what the preflight asks for */
    struct str exposed_headers; /* empty: none */
    int64_t max_age;            /* seconds; -1: not sent */
    int preflight_status;       /* what clients insist on; 0: 204 */
};

/* Whether the request may be served: it has no Origin, or one that is its own
 * host's or is allowed. */
bool cors_allows(const struct cors_options *o, const struct http_head *head,
                 bool secure);
/* Appends the response headers for any answer ("...\r\n"), none when CORS is
 * off. Nothing of the request gets in unless it is a well-formed origin. */
void cors_headers(const struct cors_options *o, const struct http_head *head,
                  struct buf *out);
/* Appends what an answer to OPTIONS has beside those. */
void cors_preflight_headers(const struct cors_options *o,
                            const struct http_head *head, struct buf *out);
/* The status of that. */
int cors_preflight_status(const struct cors_options *o);
/* Whether an Origin header value is one at all: "null" or scheme://host[:port]
 * in printable ASCII. */
bool cors_origin_valid(struct str origin);

#endif
