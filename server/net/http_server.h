/* SPDX-License-Identifier: MIT */
/*
 * HTTP/1.1 connections: reads requests off a stream, hands each to the
 * handler mounted on its path, writes the response, and goes on.
 *
 * One exchange (request and response) at a time on a connection; pipelined
 * requests wait in the stream. While a handler holds an exchange back (a long
 * poll) the connection goes on reading, so a client that vanishes is noticed
 * at once and told to the handler as `aborted`.
 *
 * The server owns connections and exchanges. A handler may keep an exchange
 * pointer until it has answered, upgraded, or been told `aborted`.
 */
#ifndef MORTISE_NET_HTTP_SERVER_H
#define MORTISE_NET_HTTP_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/intake.h"
#include "net/forwarded.h"
#include "net/http_parser.h"
#include "net/loop.h"
#include "net/stream.h"

/* Why a connection, or what begins with a request, is refused. */
enum http_refusal {
    HTTP_REFUSED_FULL,    /* there are as many connections as may be */
    HTTP_REFUSED_ADDRESS, /* or as its address may have */
    HTTP_REFUSED_PACE,    /* its address begins too many sessions a second */
    HTTP_REFUSED_CROWDED, /* others needed the room of an unfinished message */
    HTTP_REFUSALS
};

struct http_limits {
    uint32_t connections;
    /* Of one address (net/peers.h), which is the client's where a proxy speaks
     * the PROXY protocol; trusted proxies may have any number, and so may all
     * for 0. */
    uint32_t connections_per_address;
    uint32_t draws_per_second;  /* see http_exchange_draw(); 0: any number */
    uint32_t header_size;       /* bytes */
    int64_t header_timeout;     /* ms, for the whole head: then 408 */
    int64_t body_timeout;       /* ms, for the whole body: then 408 */
    int64_t keep_alive_timeout; /* ms between requests: then closed */
    size_t send_buffer;         /* bytes waiting for one client */
    size_t unfinished;          /* see base/intake.h: bytes; 0: any number */
    /* Told of each refusal, and of whom. NULL: nobody. */
    void (*refused)(enum http_refusal why, struct str peer);
};

struct http_server;
struct http_exchange; /* see below */

struct http_handler {
    /*
     * A request's head is complete. The handler answers (now or later),
     * upgrades, or calls http_accept_body() first. It sees requests whose
     * path begins with its prefix; the longest prefix wins.
     */
    void (*request)(void *user, struct http_exchange *x);
    /* The body asked for is complete; it lives until the exchange ends. May
     * be NULL for a handler that never accepts one. */
    void (*body)(void *user, struct http_exchange *x, struct str body);
    /* The connection went away, the body broke a limit or timed out, or the
     * server is closing: the exchange must not be used after this returns.
     * Not called once the response is complete. May be NULL. */
    void (*aborted)(void *user, struct http_exchange *x);
    /* The server is about to refuse the body (413, 408, 400): header lines to
     * send along, which live until the handler is called again. May be
     * NULL. */
    struct str (*refusing)(void *user, struct http_exchange *x);
    /* Under which its errors are counted, no two alike; NULL: as those of the
     * server itself. */
    const char *name;
};

struct http_exchange {
    struct http_head head; /* lives as long as the exchange */
    struct str peer;       /* address of the client, behind all proxies */
    bool secure;           /* it speaks TLS, with us or with a proxy that says
                              so */
    void *data;            /* the handler's own, NULL at first */
    int status;            /* in `aborted`: 413, 408 or 400 when the server has
                              answered so (body too large, too slow, not in
                              the chunked coding), else 0 */
};

/*
 * A body that is made while the client takes it, for what is too large to lie
 * in memory. Embedded in its owner.
 */
struct http_source {
    uint64_t length; /* of the whole body */
    /* The next 1 to max bytes, in a slice that becomes the caller's. NULL
     * when there are none: the connection is then cut. */
    struct slice *(*next)(struct http_source *source, size_t max);
    /* Nothing more is wanted; called once in any case. */
    void (*release)(struct http_source *source);
};

struct http_response {
    int status;
    struct str type;            /* Content-Type; empty: none sent */
    struct str headers;         /* further whole lines, each ended by CRLF */
    struct str text;            /* the body (copied), or ... */
    struct slice *body;         /* ... a slice (a reference is taken), or ... */
    struct http_source *source; /* ... made in pieces; now the server's */
    bool close;                 /* close the connection after it */
};

struct http_server *http_server_new(struct loop *loop,
                                    const struct http_limits *limits);
/* Aborts every connection. NULL is fine. */
void http_server_free(struct http_server *server);
/* Other limits from now on: connections that are too many stay, a time that
 * runs runs on, and each keeps its send_buffer. */
void http_server_set_limits(struct http_server *server,
                            const struct http_limits *limits);

/* The proxies that are trusted from now on; none at first. The ranges outlive
 * the server, or the next call. */
void http_server_set_proxies(struct http_server *server,
                             const struct http_proxies *proxies);

/* What has begun to come and is not all there: bodies, and whatever is made of
 * its connections counts here. */
struct intake *http_server_intake(struct http_server *server);

/* Mounts a handler on a prefix of the path ("/", "/socket.io/"), which is
 * copied. ERR_EXIST, ERR_NOMEM. Paths nobody has mounted are answered 404. */
int http_server_mount(struct http_server *server, struct str prefix,
                      const struct http_handler *handler, void *user);
/* Removes it; exchanges it holds are finished by the handler first. */
void http_server_unmount(struct http_server *server, struct str prefix);

/* A new connection (see struct listener_events). */
void http_server_accept(struct http_server *server, int fd, struct str peer);
/* The same with TLS in front (net/tls.h). */
struct tls_context;
void http_server_accept_tls(struct http_server *server, int fd, struct str peer,
                            const struct tls_context *tls);
/*
 * One at which the PROXY protocol comes first, in the time for a request's
 * head; without it the connection is cut. False when the peer is no trusted
 * proxy: the descriptor is closed, and whoever reads logs wants to know.
 */
bool http_server_accept_proxied(struct http_server *server, int fd,
                                struct str peer);

/* No more keep-alive: idle connections close, busy ones after their
 * response. */
void http_server_drain(struct http_server *server);
/* After a peak: gives back what is kept for requests to come. Not from within a
 * handler. */
void http_server_trim(struct http_server *server);
uint32_t http_server_connections(const struct http_server *server);
/* How many it has refused for this reason. */
uint64_t http_server_refusals(const struct http_server *server,
                              enum http_refusal why);

/* Tells how many answers there were with each status that refuses something,
 * of the server itself (by "http") and of each handler that has a name. */
void http_server_errors(const struct http_server *server,
                        void (*tell)(void *user, const char *by, int status,
                                     uint64_t count),
                        void *user);

/*
 * Whether the client's address (behind all proxies) may begin one more of what
 * takes memory: 0, in how many milliseconds it may, or ERR_BLOCKED: it has
 * `open` of them, and may have as many as connections. Draws one of
 * draws_per_second, of which five seconds' worth may be drawn at once. Counts
 * as refused unless it is 0.
 */
int64_t http_exchange_draw(const struct http_exchange *x, uint32_t open);

/*
 * Reads the request's body, of at most max bytes, then calls `body`. A larger
 * one is answered 413 with an empty body and the connection closed; `aborted`
 * is called. A request without a body gets an empty one. None of that happens
 * before the callback this is called from has returned (or, when it is called
 * from elsewhere, before the end of the turn). Sends "100 Continue" where it
 * is expected.
 */
void http_accept_body(struct http_exchange *x, size_t max);

/*
 * Answers; the exchange is over when this returns. Content-Length, Date and,
 * where it says something, Connection are added; a HEAD request gets the same
 * without the body, 204 and 304 have none. A request body that was not
 * accepted is skipped when it is short, else the connection closes.
 *
 * The type and the headers go out as they are: whoever puts a foreign text
 * into them sees to it that it has no line end.
 */
void http_respond(struct http_exchange *x, const struct http_response *r);
/* A short answer in text/plain: the status text. */
void http_respond_status(struct http_exchange *x, int status);
/* Cuts the connection without an answer. */
void http_abort(struct http_exchange *x);

/*
 * Gives the connection to another protocol after writing `head` (a whole
 * response head, flushed at once). Returns the stream, whose user the caller
 * sets at once; bytes that came behind the request are shown to it. The
 * exchange and the HTTP connection are over. The caller still counts as a
 * connection until it calls http_server_release(). NULL when memory runs out:
 * the connection is then gone, and does not count.
 */
struct stream *http_upgrade(struct http_exchange *x, struct str head);
void http_server_release(struct http_server *server);
struct http_server *http_exchange_server(const struct http_exchange *x);

#endif
