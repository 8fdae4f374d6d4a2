/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "engineio/reply.h"
#include "engineio/session.h"

/* A query string is part of a request head, which has its own limit. */
#define QUERY_MAX 65536

/* What a request asks for. */
struct request {
    struct str transport;
    struct str sid;
    const struct revision *revision;
    bool text_only;              /* "b64": no binary frames, please */
    bool jsonp;                  /* "j": polls that are scripts */
    struct eio_session *session; /* NULL: a handshake */
};

static void read_query(struct eio_server *server, struct http_exchange *x,
                       struct request *ret_request)
{
    struct arena *arena = &server->arena;
    struct str query = x->head.query;

    arena_reset(arena);
    buf_clear(&server->refusal);
    *ret_request = (struct request){
        .transport = http_query_get(arena, query, STR("transport")),
        .sid = http_query_get(arena, query, STR("sid")),
        .revision = str_eq(http_query_get(arena, query, STR("EIO")), STR("4"))
                        ? &revision_4
                        : &revision_3,
        .text_only = http_query_get(arena, query, STR("b64")).n > 0,
        .jsonp = http_query_get(arena, query, STR("j")).p != NULL,
    };
}

static bool is_websocket(const struct request *r)
{
    return str_eq(r->transport, STR("websocket"));
}

/* An open session keeps the transports there were when it began. */
static bool transport_known(const struct eio_server *server,
                            const struct request *r)
{
    const struct eio_session *s =
        r->sid.n > 0 ? lookup_get(&server->sessions, r->sid) : NULL;
    const struct eio_terms *terms = s ? s->terms : server->terms;

    if (str_eq(r->transport, STR("polling")))
        return terms->polling;
    return is_websocket(r) && terms->websocket;
}

/* 0 stands for a code of its own, so "nothing is wrong" is negative. */
#define ALL_RIGHT (-1)

/* Whether its page may, and what the application has to say. */
static bool allowed(struct eio_server *server, struct http_exchange *x,
                    bool handshake)
{
    const struct eio_options *options = &server->options;

    if (!cors_allows(&options->cors, &x->head, x->secure)) {
        if (options->foreign)
            options->foreign(options->allow_user,
                             http_header_get(&x->head, STR("Origin")));
        return false;
    }
    return !options->allow ||
           options->allow(options->allow_user, x, handshake, &server->refusal);
}

/* A request that names a session; finds it. */
static int check_session(struct eio_server *server, struct http_exchange *x,
                         struct request *r)
{
    struct eio_session *s = lookup_get(&server->sessions, r->sid);
    if (s && x->head.method == HTTP_GET && heartbeat_overdue(s)) {
        session_end(s, EIO_PING_TIMEOUT);
        s = NULL;
    }
    if (!s)
        return REPLY_UNKNOWN_SID;
    /* A poll after the change-over; or no upgrade where one has to be. */
    if (x->head.upgrade ? !is_websocket(r) : is_websocket(r) || s->on_websocket)
        return REPLY_BAD_REQUEST;
    if (r->revision != session_revision(s))
        return REPLY_BAD_REQUEST;
    if (!allowed(server, x, false))
        return REPLY_FORBIDDEN;
    /* Whoever was asked may have ended it. */
    s = lookup_get(&server->sessions, r->sid);
    if (!s)
        return REPLY_UNKNOWN_SID;
    sessions_know(s);
    r->session = s;
    return ALL_RIGHT;
}

static int check_handshake(struct eio_server *server, struct http_exchange *x,
                           struct request *r)
{
    if (x->head.method != HTTP_GET)
        return REPLY_BAD_METHOD;
    if (x->head.upgrade != is_websocket(r))
        return REPLY_BAD_REQUEST;
    int64_t wait = http_exchange_draw(x, peers_open(&server->holders, x->peer));
    if (wait != 0)
        return wait < 0 ? REPLY_TOO_MANY : REPLY_TOO_OFTEN;
    if (!allowed(server, x, true))
        return REPLY_FORBIDDEN;
    if (r->revision == &revision_3 && !server->options.allow_eio3)
        return REPLY_UNKNOWN_VERSION;
    if (r->revision == &revision_3 && r->jsonp && !is_websocket(r))
        return REPLY_NO_JSONP;
    return ALL_RIGHT;
}

/* In the order in which the reference server checks: clients and tests see
 * which of several faults is named. */
static int check_request(struct eio_server *server, struct http_exchange *x,
                         struct request *r)
{
    struct str origin = http_header_get(&x->head, STR("Origin"));

    read_query(server, x, r);
    if (!transport_known(server, r))
        return REPLY_UNKNOWN_TRANSPORT;
    if (origin.p && !cors_origin_valid(origin))
        return REPLY_BAD_REQUEST;
    return r->sid.n > 0 ? check_session(server, x, r)
                        : check_handshake(server, x, r);
}

static void unavailable(struct eio_server *server, struct http_exchange *x)
{
    reply_status(server, x, 503, STR(""));
}

static void handshake_polling(struct eio_server *server,
                              struct http_exchange *x, const struct request *r)
{
    struct eio_session *s =
        server->shut_down ? NULL : session_new(server, x, r->revision, false);
    if (!s) {
        unavailable(server, x);
        return;
    }
    s->text_only = r->text_only;
    x->data = s;
    s->polling->get = x;
    server->events.open(server->user, s);
    /* With what the upper floor has sent, unless it has ended the session. */
    if (s->polling->get)
        polling_flush(s);
}

static void handshake_websocket(struct eio_server *server,
                                struct http_exchange *x,
                                const struct request *r)
{
    struct eio_session *s =
        server->shut_down ? NULL : session_new(server, x, r->revision, true);
    if (!s) {
        unavailable(server, x);
        return;
    }
    s->text_only = r->text_only;
    if (!channel_accept(s, x)) {
        session_forget(s);
        return;
    }
    server->events.open(server->user, s);
}

static void request_upgrade(struct eio_server *server, struct http_exchange *x)
{
    struct request r;
    int code = check_request(server, x, &r);
    if (code == ALL_RIGHT &&
        !http_header_has_token(&x->head, STR("Upgrade"), STR("websocket")))
        code = REPLY_BAD_REQUEST;
    if (code != ALL_RIGHT) {
        reply_no_upgrade(server, x, (enum reply_code)code, STR(""));
        return;
    }
    int status = websocket_check(x);
    if (status == 0 && !websocket_check_offer(x, &server->deflate)) {
        reply_no_upgrade(server, x, REPLY_BAD_EXTENSIONS, STR(""));
        return;
    }
    if (status != 0) {
        reply_no_upgrade(server, x, REPLY_BAD_REQUEST,
                         status == 426 ? STR(WEBSOCKET_VERSION_HEADER)
                                       : STR(""));
        return;
    }
    if (r.session)
        upgrade_begin(r.session, x, r.text_only);
    else
        handshake_websocket(server, x, &r);
}

static void request_plain(struct eio_server *server, struct http_exchange *x)
{
    struct request r;
    int code = check_request(server, x, &r);
    if (code != ALL_RIGHT)
        reply_error(server, x, (enum reply_code)code);
    else if (!r.session)
        handshake_polling(server, x, &r);
    else if (x->head.method == HTTP_GET)
        polling_get(r.session, x);
    else if (x->head.method == HTTP_POST)
        polling_post(r.session, x);
    else
        reply_status(server, x, 405, STR("Allow: GET, POST\r\n"));
}

static void on_request(void *user, struct http_exchange *x)
{
    struct eio_server *server = user;

    if (x->head.method == HTTP_OPTIONS && server->options.cors.enabled)
        reply_preflight(server, x);
    else if (x->head.upgrade)
        request_upgrade(server, x);
    else
        request_plain(server, x);
}

static void on_body(void *user, struct http_exchange *x, struct str body)
{
    assert(x->data);
    polling_body(x->data, x, body);
}

/* Without them a page of another origin could not tell a message that is too
 * large from a server that is gone. */
static struct str on_refusing(void *user, struct http_exchange *x)
{
    return reply_cors_headers(user, x);
}

static void on_aborted(void *user, struct http_exchange *x)
{
    if (x->data)
        polling_aborted(x->data, x);
}

const struct http_handler eio_http_handler = {
    .request = on_request,
    .refusing = on_refusing,
    .body = on_body,
    .aborted = on_aborted,
};

/* The end of a turn in which there was reason to look at the session: gives
 * what was queued to the transport, or frees the memory. */
static void attend(struct eio_session *s)
{
    struct polling *p = s->polling;

    s->attended = false;
    if (s->state == SESSION_CLOSED) {
        session_free(s);
    } else if (session_corked(s)) {
        if (--p->corked > 0)
            session_attend_later(s);
        else
            channel_flush(s);
    } else if (s->ws) {
        if (s->state == SESSION_CLOSING)
            channel_flush(s);
        else if (s->drain_due && websocket_flush(s->ws))
            session_drained(s);
    } else {
        if (p->rest)
            polling_go_on(s);
        if (p->get && (p->queue_count > 0 || s->state == SESSION_CLOSING))
            polling_flush(s);
    }
}

static void on_turn_end(struct deferred *deferred)
{
    struct eio_server *server =
        CONTAINER_OF(deferred, struct eio_server, turn_end);
    struct session_turn now = STAILQ_HEAD_INITIALIZER(now);
    struct eio_session *s;

    STAILQ_CONCAT(&now, &server->turn);
    while ((s = STAILQ_FIRST(&now)) != NULL) {
        STAILQ_REMOVE_HEAD(&now, turn);
        attend(s);
    }
}

static struct str sid_of(const void *session)
{
    return eio_session_id(session);
}

struct eio_server *eio_server_new(struct loop *loop,
                                  const struct eio_options *options,
                                  const struct eio_events *events, void *user)
{
    struct eio_server *server = mem_zalloc(sizeof(*server));
    if (!server)
        return NULL;

    assert(events->data_size % sizeof(void *) == 0);
    server->loop = loop;
    server->options = *options;
    server->terms = eio_terms_new(options);
    server->events = *events;
    server->user = user;
    lookup_init(&server->sessions, sid_of);
    TAILQ_INIT(&server->fresh);
    TAILQ_INIT(&server->leaving);
    STAILQ_INIT(&server->turn);
    LIST_INIT(&server->lingering);
    ws_deflate_pool_init(&server->deflate, loop);
    ws_deflate_pool_change(&server->deflate, &options->deflate);
    deferred_init(&server->turn_end, on_turn_end);
    arena_init(&server->arena, QUERY_MAX);
    buf_init(&server->headers, QUERY_MAX);
    buf_init(&server->refusal, QUERY_MAX);
    handshakes_init(&server->handshakes);
    peers_init(&server->holders);
    server->ping = eio_packet_text(EIO_PING, STR(""));
    server->pong = eio_packet_text(EIO_PONG, STR(""));
    server->probe = eio_packet_text(EIO_PONG, STR("probe"));
    if (!server->terms || !server->ping || !server->pong || !server->probe) {
        eio_server_free(server);
        return NULL;
    }
    server->terms->server = server;
    return server;
}

void eio_server_free(struct eio_server *server)
{
    struct eio_session *s;
    struct polling *p;
    uint32_t cursor = 0;
    if (!server)
        return;

    deferred_cancel(&server->turn_end);
    while ((s = STAILQ_FIRST(&server->turn)) != NULL) {
        STAILQ_REMOVE_HEAD(&server->turn, turn);
        if (s->state == SESSION_CLOSED)
            session_free(s);
    }
    while ((s = shutdown_next(server, &cursor)) != NULL)
        session_forget(s);
    while ((p = TAILQ_FIRST(&server->leaving)) != NULL)
        session_forget(p->session);
    linger_abort_all(server);
    ws_deflate_pool_free(&server->deflate);
    eio_terms_unref(server->terms);
    eio_packet_unref(server->ping);
    eio_packet_unref(server->pong);
    eio_packet_unref(server->probe);
    buf_free(&server->headers);
    buf_free(&server->refusal);
    arena_free(&server->arena);
    handshakes_free(&server->handshakes);
    peers_free(&server->holders);
    lookup_free(&server->sessions);
    mem_free(server);
}

void eio_server_change(struct eio_server *server,
                       const struct eio_options *options,
                       struct eio_terms *terms)
{
    eio_terms_unref(server->terms);
    server->terms = terms;
    terms->server = server;
    server->options = *options;
    ws_deflate_pool_change(&server->deflate, &options->deflate);
}

uint32_t eio_server_sessions(const struct eio_server *server)
{
    return server->sessions.count + server->linger_count;
}
