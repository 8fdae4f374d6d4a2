/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "engineio/reply.h"
#include "engineio/session.h"

static void on_message(void *user, bool binary, char *p, size_t n)
{
    struct eio_session *s = user;
    struct payload_packet packet;

    if (session_revision(s)->read_message(binary, p, n, &packet) < 0) {
        eio_session_note(s, STORY_BROKE, (uint32_t)n, STR("no packet"));
        if (s->state == SESSION_OPEN)
            session_end(s, EIO_PARSE_ERROR);
        return;
    }
    session_packet(s, &packet);
}

static void on_closed(void *user, int code)
{
    struct eio_session *s = user;
    bool broken = code == WS_CODE_PROTOCOL || code == WS_CODE_BAD_TEXT ||
                  code == WS_CODE_TOO_BIG;

    s->ws = NULL;
    eio_session_note(s, STORY_WEBSOCKET_CLOSED, (uint32_t)code, STR(""));
    session_end(s, broken ? EIO_TRANSPORT_ERROR : EIO_TRANSPORT_CLOSE);
}

static void on_drained(void *user)
{
    session_drained(user);
}

static const struct websocket_events events = {
    .message = on_message,
    .closed = on_closed,
    .drained = on_drained,
};

/*
 * The session is corked, and its first packets leave in the next turn: there
 * are clients that lose a frame which comes in one segment with the 101.
 */
bool channel_accept(struct eio_session *s, struct http_exchange *x)
{
    struct eio_server *server = session_server(s);

    s->ws =
        websocket_accept(x, reply_cors_headers(server, x),
                         s->terms->max_payload, &server->deflate, &events, s);
    if (!s->ws)
        return false;
    s->may_compress = websocket_may_compress(s->ws);
    s->polling->corked = 2;
    session_attend_later(s);
    return true;
}

void channel_adopt(struct eio_session *s, struct websocket *ws, bool text_only)
{
    s->ws = ws;
    s->on_websocket = true;
    s->may_compress = websocket_may_compress(ws);
    s->text_only = text_only;
    websocket_set_user(ws, &events, s);
}

void channel_flush(struct eio_session *s)
{
    struct polling *p = s->polling;

    for (uint32_t i = 0; p && i < p->queue_count; i++) {
        int r = session_frame(s, p->queue[i]);
        if (r == ERR_BLOCKED || r == ERR_NOMEM) {
            /* Going on without it would be a lie. */
            session_end(s, EIO_TRANSPORT_ERROR);
            return;
        }
    }
    session_clear_queue(s);
    if (s->state == SESSION_CLOSING) {
        websocket_close(s->ws, WS_CODE_NONE);
        return;
    }
    s->polling = NULL;
    polling_free(p);
    if (s->drain_due) /* it is with the stream now */
        session_attend_later(s);
}
