/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "engineio/reply.h"
#include "engineio/session.h"

/*
 * So many packets of a POST are delivered before the others have their turn:
 * there may be ten thousand, and each may go out to a thousand receivers.
 */
#define PACKETS_AT_A_TIME 128

struct polling_rest {
    struct payload payload;
    uint32_t packets; /* so many more may come */
};

/* The end is for the next GET: clients hand on what they get a moment later,
 * and what came together with the end would be lost to them. */
static void await_last_get(struct eio_session *s)
{
    if (timer_start(session_timers(s), &s->timer, SESSION_CLOSE_GRACE) < 0)
        session_end(s, EIO_FORCED_CLOSE);
}

void polling_flush(struct eio_session *s)
{
    assert(s->polling->get && !s->on_websocket);
    bool closing = s->state == SESSION_CLOSING;
    bool end = closing && s->polling->queue_count == 0;

    if (end)
        /* which says "close" */
        session_end(s, EIO_FORCED_CLOSE);
    else if (polling_answer(s) < 0)
        session_end(s, EIO_TRANSPORT_ERROR);
    else if (closing)
        await_last_get(s);
    else
        session_drained(s);
}

/* A GET for a session that has been closed here: what is queued first, and
 * with the GET after it the end, in the form clients have always seen. */
static void answer_closing(struct eio_session *s)
{
    bool end = s->polling->queue_count == 0;
    if (end)
        polling_release(s, session_revision(s)->noop_close);
    if (end || polling_answer(s) < 0)
        session_end(s, EIO_FORCED_CLOSE);
}

void polling_get(struct eio_session *s, struct http_exchange *x)
{
    struct polling *p = s->polling;

    if (p->get) {
        /* Two polls at a time: which of them would get the packets? */
        reply_status(session_server(s), x, 400, STR(""));
        eio_session_note(s, STORY_BROKE, 0, STR("two polls at a time"));
        session_end(s, EIO_TRANSPORT_ERROR);
        return;
    }
    eio_session_note(s, STORY_POLLED, 0, STR(""));
    x->data = s;
    p->get = x;
    if (s->state == SESSION_CLOSING)
        answer_closing(s);
    else if (p->queue_count > 0)
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
    if (s->polling->post ||
        (is_octet_stream(&x->head) && !session_revision(s)->binary_payloads)) {
        reply_status(session_server(s), x, 400, STR(""));
        eio_session_note(s, STORY_BROKE, 0, STR("two POSTs, or one of bytes"));
        session_end(s, EIO_TRANSPORT_ERROR);
        return;
    }
    x->data = s;
    s->polling->post = x;
    http_accept_body(x, s->terms->max_payload);
}

/* Hands packets of the payload to the session, as many as have their turn: 1
 * when there are more. ERR_SYNTAX for the first that is none; those in front
 * of it have been delivered. */
static int deliver(struct eio_session *s, struct polling_rest *rest)
{
    struct payload_packet packet;

    for (int i = 0; s->state == SESSION_OPEN; i++) {
        if (i == PACKETS_AT_A_TIME && rest->payload.p)
            return 1;
        int r = session_revision(s)->next(&rest->payload, &packet);
        if (r <= 0)
            return r;
        if (rest->packets-- == 0)
            return ERR_SYNTAX;
        session_packet(s, &packet);
    }
    return 0;
}

static void answer_post(struct eio_session *s, struct http_exchange *x,
                        int error)
{
    if (error == 0) {
        reply_ok(session_server(s), x);
        return;
    }
    reply_status(session_server(s), x, 400, STR(""));
    eio_session_note(s, STORY_BROKE, 0, STR("no payload"));
    if (s->state == SESSION_OPEN)
        session_end(s, EIO_PARSE_ERROR);
}

/* Puts the rest off to the next turn; false when memory is out. */
static bool put_off(struct eio_session *s, struct http_exchange *x,
                    const struct polling_rest *rest)
{
    struct polling *p = s->polling;

    p->rest = mem_dup(rest, sizeof(*rest));
    if (!p->rest)
        return false;
    p->post = x;
    x->data = s;
    session_attend_later(s);
    return true;
}

static void go_on(struct eio_session *s, struct http_exchange *x,
                  struct polling_rest rest)
{
    int r;

    /* While packets are delivered the exchange is ours: it is answered also
     * when one of them ends the session. */
    s->polling->post = NULL;
    x->data = NULL;
    do {
        r = deliver(s, &rest);
        if (r == 1 && put_off(s, x, &rest))
            return;
    } while (r == 1);
    answer_post(s, x, r);
}

void polling_go_on(struct eio_session *s)
{
    struct polling *p = s->polling;
    struct polling_rest rest = *p->rest;

    polling_drop_rest(p);
    go_on(s, p->post, rest);
}

void polling_body(struct eio_session *s, struct http_exchange *x,
                  struct str body)
{
    /* The bytes are the exchange's own, and nobody reads them after us. */
    struct polling_rest rest = {
        .payload = payload_of((char *)body.p, body.n),
        .packets = session_server(s)->options.packets_per_payload,
    };

    rest.payload.binary = is_octet_stream(&x->head);
    s->polling->post = NULL;
    x->data = NULL;
    if (rest.payload.binary || utf8_valid(body.p, body.n))
        go_on(s, x, rest);
    else
        answer_post(s, x, ERR_SYNTAX);
}

void polling_aborted(struct eio_session *s, struct http_exchange *x)
{
    struct polling *p = s->polling;

    if (p && p->get == x)
        p->get = NULL;
    else if (p && p->post == x)
        p->post = NULL;
    else
        return;
    if (!p->post)
        polling_drop_rest(p);
    /* A body over the limit was answered so; the session goes on. */
    if (x->status != 413)
        session_end(s, EIO_TRANSPORT_ERROR);
}
