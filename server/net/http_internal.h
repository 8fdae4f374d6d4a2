/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the HTTP server share: http_server.c (mounts, limits),
 * http_connection.c (reading, the life of a connection), http_proxy.c (who the
 * client is), http_body.c, http_response.c (answering), http_errors.c
 * (counting). For nobody else.
 *
 * A connection is small and lives as long as its stream. A request is large
 * (its table of headers alone takes 3 KiB) and exists only while an exchange
 * does; spent ones wait on the server to be used again, so that a connection
 * between requests costs little and a request no allocation.
 */
#ifndef MORTISE_NET_HTTP_INTERNAL_H
#define MORTISE_NET_HTTP_INTERNAL_H

#include <assert.h>
#include <sys/queue.h>

#include "base/intake.h"
#include "base/timer.h"
#include "net/http_fields.h"
#include "net/http_server.h"

/* Spent requests that are kept, and the memory each may keep. */
#define HTTP_SPARE_MAX       64
#define HTTP_SPARE_BYTES_MAX 16384
/* The most that is read and thrown away of a body nobody wanted. */
#define HTTP_SKIP_MAX 65536
/* A response body goes to the stream in pieces of this size. */
#define HTTP_PIECE_SIZE (256 * 1024)
/* How long a connection that is being closed may take to hand over the rest,
 * ms. */
#define HTTP_CLOSE_GRACE 5000

/* Statuses that are counted, see http_errors.c. */
#define HTTP_ERRORS 9

struct http_request {
    struct http_exchange x; /* first: what the handler has is the request */
    struct http_connection *connection; /* NULL once the exchange is over */
    const struct http_handler *handler; /* NULL: nobody has mounted the path */
    void *user;
    struct buf head;                /* what x.head points into */
    char client[ADDRESS_TEXT_SIZE]; /* its address, as a proxy has said */
    struct buf body;                /* as far as it has come */
    size_t body_max;
    struct intake_part held;   /* the body, as long as it is not all there */
    struct http_request *next; /* of the spare ones */
};

enum http_state {
    HTTP_WAITING,  /* for a request, or for the rest of its head */
    HTTP_HELD,     /* the handler has the exchange */
    HTTP_BODY,     /* reads the body the handler has asked for */
    HTTP_SENDING,  /* the response leaves in pieces; requests wait */
    HTTP_SKIPPING, /* throws away the rest of a request's body */
    HTTP_PROXY,    /* waits for what a proxy says first, see http_proxy.c */
    HTTP_DEAD,     /* over; the memory goes when read() is done with it */
};

struct http_connection {
    struct http_server *server;
    struct stream *stream;
    struct http_request *request; /* HELD and BODY only */
    TAILQ_ENTRY(http_connection) link;
    /*
     * Fires at `deadline` or earlier, and then goes on waiting. Moving the
     * deadline back costs nothing this way, and that happens with every
     * request.
     */
    struct timer timer;
    int64_t deadline;       /* INT64_MAX: none */
    struct deferred resume; /* goes on outside of read() */
    /* The request's body. */
    struct http_chunks chunks;
    uint64_t body_left; /* by Content-Length. Of a chunked one that is being
                           skipped: how much more may come */
    /* The response's body, as far as the stream does not have it yet. */
    struct slice *rest;
    uint32_t rest_at;
    struct http_source *source;
    uint64_t source_left;
    size_t send_buffer;   /* what the stream was made with */
    uint64_t handed;      /* bytes ever given to the stream */
    uint64_t written;     /* of them to the kernel, when last looked at */
    size_t seen;          /* bytes of an incomplete head looked at in vain */
    uint8_t state;        /* enum http_state */
    bool chunked : 1;     /* the request's body is */
    bool body_done : 1;   /* all of it was read */
    bool body_begun : 1;  /* the limit was checked, 100 was sent */
    bool continued : 1;   /* the client was told to send it, or never asked */
    bool head_begun : 1;  /* part of a head is there */
    bool close : 1;       /* after this response */
    bool in_read : 1;     /* the memory must outlive what handlers do */
    bool leftover : 1;    /* the stream keeps bytes for us */
    bool paused : 1;      /* it keeps so many that reading was stopped */
    bool peer_closed : 1; /* nothing more comes than that */
    bool secure : 1;      /* the proxy said so: its client speaks TLS */
};

struct http_mount {
    char *prefix;
    size_t n;
    const struct http_handler *handler;
    void *user;
    uint64_t errors[HTTP_ERRORS]; /* of a handler with a name */
};

struct http_server {
    struct loop *loop;
    struct http_limits limits;
    struct http_proxies proxies;
    struct http_mount *mounts; /* longest prefix first */
    uint32_t mount_count;
    uint32_t mount_cap;
    TAILQ_HEAD(, http_connection) connections;
    uint32_t count; /* those, and the upgraded ones */
    struct http_request *spare;
    uint32_t spare_count;
    struct buf scratch; /* where responses are put together */
    int64_t date_second;
    char date[HTTP_DATE_LENGTH];
    int64_t refusing_since; /* when connections were first too many, ms */
    uint32_t refused;       /* politely, since then */
    uint64_t refusals[HTTP_REFUSALS];
    struct intake intake;         /* of all that its connections become, too */
    uint64_t errors[HTTP_ERRORS]; /* of nobody else */
    bool draining;
};

/* What read() was shown and has not used up. */
struct http_input {
    const char *p;
    size_t n;
};

/* ---- http_server.c ---- */

/* The mount with the longest prefix of this path; NULL. */
const struct http_mount *http_server_find(const struct http_server *server,
                                          struct str path);
/* A request to be filled in; NULL when memory runs out. */
struct http_request *http_request_new(struct http_server *server);
void http_request_release(struct http_server *server, struct http_request *r);
/* Whether an address has as many of something as it may have connections,
 * `open` of them: then it is to be refused, and is counted as that. */
bool http_server_refuses(struct http_server *server, struct str peer,
                         uint32_t open);
/* The value of the Date header now. */
struct str http_server_date(struct http_server *server);

/* ---- http_errors.c ---- */

/* An answer with this status leaves, to a request or, with NULL, to what did
 * not become one. */
void http_errors_count(struct http_server *server, const struct http_request *r,
                       int status);

/* ---- http_connection.c ---- */

/* Takes the descriptor over. proxied: the PROXY protocol comes first. */
void http_connection_new(struct http_server *server, int fd, struct str peer,
                         bool proxied, const struct tls_context *tls);
/* Whether nothing at all has come of the next request. */
bool http_connection_idle(const struct http_connection *c);
/* Moves the deadline; the timer follows when it must. */
void http_connection_wait(struct http_connection *c, int64_t delay);
/* Ends it after what is queued was written, or at once. A handler that still
 * has an exchange is told that it was aborted, and with which answer. */
void http_connection_end(struct http_connection *c, int status);
void http_connection_cut(struct http_connection *c, int status);
/* Ends it with an answer to what cannot be read any further. */
void http_connection_fail(struct http_connection *c, int status);
/* Changes the state; asserts that the move is legal. */
void http_connection_set_state(struct http_connection *c,
                               enum http_state state);
/* The response is on its way: what comes next on this connection. May end
 * it. */
void http_connection_next(struct http_connection *c);
/* Whose exchange it is; asserts that it is not over. */
static inline struct http_connection *
http_connection_of(const struct http_exchange *x)
{
    const struct http_request *r = (const struct http_request *)(const void *)x;
    assert(r->connection && r->connection->request == r);
    return r->connection;
}
/* Takes the request off the connection; the exchange is over. */
void http_connection_finish(struct http_connection *c);

/* ---- http_proxy.c ---- */

/* Reads what a proxy says in front of all requests. Returns whether there may
 * be more to do; the connection may have ended. */
bool http_proxy_read(struct http_connection *c, struct http_input *in);
/* Says of a request who its client is, and whether that one speaks TLS. */
void http_proxy_identify(struct http_connection *c, struct http_request *r);

/* ---- http_body.c ---- */

/* A request begins whose head this is. */
void http_body_init(struct http_connection *c, const struct http_head *head);
/*
 * Reads on for the handler, who is called when all is there. Returns whether
 * there may be more to do; the connection may have ended.
 */
bool http_body_read(struct http_connection *c, struct http_input *in);
/* The rest is to be thrown away; then the same for that. */
void http_body_init_skip(struct http_connection *c);
bool http_body_skip(struct http_connection *c, struct http_input *in);

/* ---- http_response.c ---- */

/*
 * Hands more of a response to the stream, and goes on with the next request
 * when that was all. Only while SENDING; may end the connection.
 */
void http_response_pump(struct http_connection *c);
/* Queues a response without text and without an exchange, after which the
 * connection is to be ended. */
void http_response_refuse(struct http_connection *c, int status);
/* Whether bytes reached the kernel since the last call. */
bool http_response_progress(struct http_connection *c);

#endif
