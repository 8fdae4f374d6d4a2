/* SPDX-License-Identifier: MIT */
/*
 * Whether a client is still there. In revision 4 the server pings after an
 * interval and the client answers within a timeout; in revision 3 it is the
 * client that pings, and it has the interval and the timeout for it.
 */
#include "engineio/session.h"

void heartbeat_on_timer(struct timer *timer)
{
    struct eio_session *s = CONTAINER_OF(timer, struct eio_session, timer);
    const struct eio_terms *terms = s->terms;
    struct timers *timers = session_timers(s);

    if (s->state == SESSION_CLOSING) {
        session_end(s, EIO_FORCED_CLOSE);
        return;
    }
    if (s->beat_due) {
        eio_session_note(s, STORY_TIMEOUT, 0, STR("pingTimeout"));
        session_end(s, EIO_PING_TIMEOUT);
        return;
    }

    /* The pong is due by the schedule, not by when we came round to asking
     * for it; unless we are so late that nobody could keep it. */
    int64_t base = timer->due;
    if (timers->now - base > terms->ping_timeout / 2)
        base = timers->now;
    s->beat_due = true;
    s->graced = false;
    /* Where there is no room for a ping there will be no pong. */
    session_transmit(s, session_server(s)->ping);
    eio_session_note(s, STORY_PING_SENT, 0, STR(""));
    if (timer_start_at(timers, timer, base + terms->ping_timeout) < 0)
        session_end(s, EIO_TRANSPORT_ERROR);
}

void heartbeat_start(struct eio_session *s)
{
    const struct eio_terms *terms = s->terms;
    bool client_pings = revision_client_pings(session_revision(s));
    int64_t time = terms->ping_interval;

    if (client_pings)
        time += terms->ping_timeout;
    s->beat_due = client_pings;
    s->graced = client_pings; /* all the time there is, it has */
    timer_start(session_timers(s), &s->timer, time);
}

void heartbeat_restart(struct eio_session *s)
{
    heartbeat_start(s);
}

bool heartbeat_overdue(const struct eio_session *s)
{
    return s->state == SESSION_OPEN && s->beat_due &&
           s->timer.due <= loop_now(session_server(s)->loop);
}

/* Whatever else arrives while a pong is due shows that the client is there:
 * once for each ping it gets the whole time again. */
static void on_sign_of_life(struct eio_session *s)
{
    if (!s->beat_due || s->graced)
        return;
    s->graced = true;
    timer_start(session_timers(s), &s->timer, s->terms->ping_timeout);
}

bool heartbeat_heard(struct eio_session *s, const struct payload_packet *packet)
{
    if (packet->type != session_revision(s)->heartbeat) {
        on_sign_of_life(s);
        return false;
    }
    heartbeat_restart(s);
    eio_session_note(
        s, packet->type == EIO_PING ? STORY_PING_RECEIVED : STORY_PONG_RECEIVED,
        0, STR(""));
    if (packet->type == EIO_PING) /* without room for it the client will see */
        session_transmit(s, session_server(s)->pong);
    return true;
}
