/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "engineio/reply.h"
#include "engineio/session.h"

/* The session goes on with polling, unless only the upgrade has kept it. */
static void go_back(struct eio_session *s)
{
    if (s->leaving)
        session_end(s, EIO_SHUTTING_DOWN);
}

/* The trial has failed, which is not yet the end of the session. */
static void fail(struct upgrade *u, struct str why)
{
    struct eio_session *s = u->session;

    eio_session_note(s, STORY_UPGRADE_ENDED, 0, why);
    upgrade_cancel(u);
    go_back(s);
}

static void on_timeout(struct timer *timer)
{
    fail(CONTAINER_OF(timer, struct upgrade, timeout), STR("upgradeTimeout"));
}

/*
 * The client stops polling before it changes over, and for that its GET has to
 * return. Again and again, because a GET that was answered before the client
 * saw our probe is followed by another one; but on a tick, so that the client
 * does not spin meanwhile.
 */
static void on_tick(struct timer *timer)
{
    struct upgrade *u = CONTAINER_OF(timer, struct upgrade, tick);
    struct eio_session *s = u->session;

    if (s->polling->queue_count == 0 && s->state == SESSION_OPEN)
        polling_release(s, session_revision(s)->noop);
    if (timer_start(session_timers(s), timer, UPGRADE_TICK) < 0)
        fail(u, STR("no memory"));
}

static void on_probe(struct upgrade *u)
{
    struct eio_server *server = session_server(u->session);
    struct eio_packet *probe = server->probe;

    int r = websocket_send(u->ws, probe->slice, probe->frame_at,
                           eio_packet_frame_size(probe));
    if (r == 0 && !u->probed)
        r = timer_start(&server->loop->timers, &u->tick, UPGRADE_TICK);
    u->probed = true;
    eio_session_note(u->session, STORY_PROBED, 0, STR(""));
    if (r < 0)
        fail(u, STR("no memory"));
}

/* The change-over: from here on polling is history. */
static void finish(struct upgrade *u)
{
    struct eio_session *s = u->session;

    eio_session_note(s, STORY_UPGRADED, 0, STR("websocket"));
    channel_adopt(s, u->ws, u->text_only);
    upgrade_release(u);
    polling_release(s, session_revision(s)->noop);
    polling_drop_post(s);
    if (s->state == SESSION_OPEN)
        heartbeat_restart(s);
    else
        timer_stop(session_timers(s), &s->timer);
    channel_flush(s);
}

static void on_message(void *user, bool binary, char *p, size_t n)
{
    struct upgrade *u = user;

    if (!binary && str_eq(str_of(p, n), STR("2probe")))
        on_probe(u);
    else if (!binary && str_eq(str_of(p, n), STR("5")))
        finish(u);
    else
        fail(u, STR("something else was said"));
}

static void on_closed(void *user, int code)
{
    struct upgrade *u = user;
    struct eio_session *s = u->session;

    eio_session_note(s, STORY_UPGRADE_ENDED, (uint32_t)code, STR("closed"));
    upgrade_release(u);
    go_back(s);
}

static const struct websocket_events events = {
    .message = on_message,
    .closed = on_closed,
};

void upgrade_begin(struct eio_session *s, struct http_exchange *x,
                   bool text_only)
{
    struct eio_server *server = session_server(s);
    if (s->state != SESSION_OPEN || s->on_websocket || s->polling->upgrade) {
        linger_accept(server, x);
        return;
    }

    struct upgrade *u = mem_zalloc(sizeof(*u));
    if (!u) {
        http_abort(x);
        return;
    }
    u->session = s;
    u->text_only = text_only;
    timer_init(&u->timeout, on_timeout);
    timer_init(&u->tick, on_tick);
    if (timer_start(&server->loop->timers, &u->timeout,
                    server->options.upgrade_timeout) < 0) {
        http_abort(x);
        upgrade_release(u);
        return;
    }
    u->ws =
        websocket_accept(x, reply_cors_headers(server, x),
                         s->terms->max_payload, &server->deflate, &events, u);
    if (!u->ws) {
        upgrade_release(u);
        return;
    }
    s->polling->upgrade = u;
}
