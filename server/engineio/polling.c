/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "base/error.h"
#include "base/utf8.h"
#include "engineio/reply.h"
#include "engineio/session.h"

/* Answers the held GET with the queue and then `tail`. */
static int answer(struct eio_session *s, struct str tail)
{
    struct http_exchange *x = s->get;
    struct slice *body = payload_encode(s->queue, s->queue_count, tail);

    s->get = NULL;
    if (!body) {
        http_abort(x);
        return ERR_NOMEM;
    }
    reply_payload(s->server, x, body, STR(""));
    slice_unref(body);
    session_clear_queue(s);
    return 0;
}

void polling_flush(struct eio_session *s)
{
    assert(s->get && !s->on_websocket);
    bool closing = s->state == SESSION_CLOSING;
    bool drain = session_drain_due(s);

    int r = answer(s, closing ? STR("1") : STR(""));
    if (r < 0)
        session_end(s, EIO_TRANSPORT_ERROR);
    else if (closing)
        session_end(s, EIO_FORCED_CLOSE);
    else if (drain)
        session_drained(s);
}

void polling_release(struct eio_session *s, struct str text)
{
    struct http_exchange *x = s->get;
    if (!x)
        return;
    s->get = NULL;
    reply_payload(s->server, x, NULL, text);
}

void polling_farewell(struct eio_session *s, struct str text)
{
    if (s->get && s->queue_count > 0)
        answer(s, text);
    else
        polling_release(s, text);
}

void polling_drop_post(struct eio_session *s)
{
    struct http_exchange *x = s->post;
    if (!x)
        return;
    s->post = NULL;
    http_abort(x);
}

/* A GET for a session that has been closed here: what is queued first, and
 * with the GET after it the end, in the form clients have always seen. */
static void answer_closing(struct eio_session *s)
{
    bool end = s->queue_count == 0;
    int r = answer(s, end ? STR("6\x1e"
                                "1")
                          : STR(""));
    if (end || r < 0)
        session_end(s, EIO_FORCED_CLOSE);
}

void polling_get(struct eio_session *s, struct http_exchange *x)
{
    if (s->get) {
        /* Two polls at a time: which of them would get the packets? */
        reply_status(s->server, x, 400, STR(""));
        session_end(s, EIO_TRANSPORT_ERROR);
        return;
    }
    x->data = s;
    s->get = x;
    if (s->state == SESSION_CLOSING)
        answer_closing(s);
    else if (s->queue_count > 0)
        polling_flush(s);
}

static bool is_octet_stream(const struct http_head *head)
{
    struct str type = http_header_get(head, STR("Content-Type"));
    return str_eq_nocase(str_trim(str_cut(&type, ';')),
                         STR("application/octet-stream"));
}

void polling_post(struct eio_session *s, struct http_exchange *x)
{
    if (s->post || is_octet_stream(&x->head)) {
        reply_status(s->server, x, 400, STR(""));
        session_end(s, EIO_TRANSPORT_ERROR);
        return;
    }
    x->data = s;
    s->post = x;
    http_accept_body(x, s->server->options.max_payload);
}

/* Hands the packets of a payload to the session. ERR_SYNTAX for the first that
 * is none; those in front of it have been delivered. */
static int deliver(struct eio_session *s, char *p, size_t n)
{
    struct payload payload = payload_of(p, n);
    struct payload_packet packet;
    uint32_t left = s->server->options.packets_per_payload;

    if (!utf8_valid(p, n))
        return ERR_SYNTAX;
    while (s->state == SESSION_OPEN) {
        int r = payload_next(&payload, &packet);
        if (r <= 0)
            return r;
        if (left-- == 0)
            return ERR_SYNTAX;
        session_packet(s, &packet);
    }
    return 0;
}

void polling_body(struct eio_session *s, struct http_exchange *x,
                  struct str body)
{
    struct eio_server *server = s->server;
    s->post = NULL;
    x->data = NULL;

    /* The bytes are the exchange's own, and nobody reads them after us. */
    if (deliver(s, (char *)body.p, body.n) == 0) {
        reply_ok(server, x);
        return;
    }
    reply_status(server, x, 400, STR(""));
    if (s->state == SESSION_OPEN)
        session_end(s, EIO_PARSE_ERROR);
}

void polling_aborted(struct eio_session *s, struct http_exchange *x)
{
    if (s->get == x)
        s->get = NULL;
    else if (s->post == x)
        s->post = NULL;
    else
        return;
    /* A body over the limit was answered so; the session goes on. */
    if (x->status != 413)
        session_end(s, EIO_TRANSPORT_ERROR);
}
