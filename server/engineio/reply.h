/* SPDX-License-Identifier: MIT */
/*
 * The answers of this floor to HTTP requests, to the byte. All carry the CORS
 * headers that are due; after each the exchange is over.
 */
#ifndef MORTISE_ENGINEIO_REPLY_H
#define MORTISE_ENGINEIO_REPLY_H

#include "engineio/session.h"

/* Why a request is refused: number and message are part of the protocol; what
 * the reference server does and this one does not is said with its number. */
#define REPLY_CODE_MAP(X)                                                      \
    X(UNKNOWN_TRANSPORT, 0, "Transport unknown")                               \
    X(UNKNOWN_SID, 1, "Session ID unknown")                                    \
    X(BAD_METHOD, 2, "Bad handshake method")                                   \
    X(BAD_REQUEST, 3, "Bad request")                                           \
    X(FORBIDDEN, 4, "Forbidden")                                               \
    X(UNKNOWN_VERSION, 5, "Unsupported protocol version")                      \
    X(NO_JSONP, 0, "Transport unknown: polling with JSONP is not supported")   \
    X(BAD_EXTENSIONS, 3,                                                       \
      "Invalid or unacceptable Sec-WebSocket-Extensions header")               \
    X(TOO_OFTEN, 3, "Too many sessions begun; wait a moment")                  \
    X(TOO_MANY, 3, "Too many sessions open at this address")

enum reply_code {
#define REPLY_CODE_ENUM(name, number, text) REPLY_##name,
    REPLY_CODE_MAP(REPLY_CODE_ENUM)
#undef REPLY_CODE_ENUM
};

/* Refuses: JSON with code and message; 403 for FORBIDDEN, 429 with Retry-After
 * for TOO_OFTEN and TOO_MANY, else 400. */
void reply_error(struct eio_server *server, struct http_exchange *x,
                 enum reply_code code);
/* Refuses an upgrade: 400 (or 429 as above) with the message as text/html and
 * `headers` (whole lines, may be empty), and closes the connection. */
void reply_no_upgrade(struct eio_server *server, struct http_exchange *x,
                      enum reply_code code, struct str headers);
/* A status without a body; `headers` as above. */
void reply_status(struct eio_server *server, struct http_exchange *x,
                  int status, struct str headers);
/* Answers a preflight request. */
void reply_preflight(struct eio_server *server, struct http_exchange *x);
/* Answers a POST: "ok". */
void reply_ok(struct eio_server *server, struct http_exchange *x);
/* Answers a poll with `body`, whose bytes may be more than text, and which may
 * be compressed, or with `text` when that is NULL. */
void reply_payload(struct eio_server *server, struct http_exchange *x,
                   struct slice *body, bool binary, bool compress,
                   struct str text);

/* The CORS headers for an answer, whole lines; until the next call. */
struct str reply_cors_headers(struct eio_server *server,
                              const struct http_exchange *x);

#endif
