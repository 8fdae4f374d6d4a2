/* SPDX-License-Identifier: MIT */
/* How a session ends: with last words, at once, or without a word to anybody.
 */
#include "base/mem.h"
#include "engineio/session.h"

void session_free(struct eio_session *s)
{
    polling_free(s->polling);
    handshake_drop(&session_server(s)->handshakes, session_packed(s));
    eio_terms_unref(s->terms);
    mem_free(s);
}

static void cancel_upgrade(struct eio_session *s, void (*how)(struct upgrade *))
{
    if (s->polling)
        how(s->polling->upgrade);
}

void session_forget(struct eio_session *s)
{
    struct http_exchange *get = session_get(s);

    sessions_leave(s);
    cancel_upgrade(s, upgrade_abort);
    polling_drop_post(s);
    if (get) {
        s->polling->get = NULL;
        http_abort(get);
    }
    if (s->ws)
        websocket_abort(s->ws);
    session_free(s);
}

/* What waited is lost; in its place the upper floor may say why. */
static void say_why(struct eio_session *s, enum eio_reason reason)
{
    const struct eio_server *server = session_server(s);
    bool heard = s->on_websocket ? s->ws && !session_corked(s)
                                 : session_get(s) || s->leaving;

    session_clear_queue(s);
    if (s->state == SESSION_OPEN && reason != EIO_TRANSPORT_CLOSE && heard &&
        server->events.closing)
        server->events.closing(server->user, s, reason);
}

static void end(struct eio_session *s, enum eio_reason reason)
{
    struct eio_server *server = session_server(s);
    const struct revision *revision = session_revision(s);
    struct str farewell =
        reason == EIO_TRANSPORT_CLOSE ? revision->noop : revision->close;
    if (s->state == SESSION_CLOSING && reason != EIO_SHUTTING_DOWN)
        reason = s->leaving ? EIO_SHUTTING_DOWN : EIO_FORCED_CLOSE;

    session_set_state(s, SESSION_CLOSED);
    sessions_leave(s);

    cancel_upgrade(s, upgrade_cancel);
    polling_drop_post(s);
    polling_farewell(s, farewell);
    session_clear_queue(s);
    if (s->ws) {
        linger_add(server, s->ws);
        s->ws = NULL;
    }
    session_attend_later(s); /* who frees it */
    server->events.close(server->user, s, reason);
    eio_session_note(s, STORY_CLOSED, 0, str_z(eio_reason_text(reason)));
    session_end_story(s);
}

void session_end(struct eio_session *s, enum eio_reason reason)
{
    say_why(s, reason);
    end(s, reason);
}

void session_leave(struct eio_session *s)
{
    sessions_part(s);
    say_why(s, EIO_SHUTTING_DOWN);
    eio_session_close(s);
}

/* --- the floor's public calls --- */

void eio_session_close(struct eio_session *s)
{
    if (s->state != SESSION_OPEN)
        return;

    struct timers *timers = session_timers(s);
    session_set_state(s, SESSION_CLOSING);
    if (s->ws || session_get(s))
        timer_stop(timers, &s->timer);
    else
        timer_start(timers, &s->timer, SESSION_CLOSE_GRACE);
    /* The rest at the end of the turn: `close` must not come out of here. */
    session_attend_later(s);
}

void eio_session_discard(struct eio_session *s, enum eio_reason reason)
{
    if (s->state == SESSION_CLOSED)
        return;
    session_clear_queue(s);
    end(s, reason);
}
