/* SPDX-License-Identifier: MIT */
/* What a session is sent: to its WebSocket, or into the queue of its polling.
 */
#include "base/error.h"
#include "engineio/session.h"

static bool has_room(const struct eio_session *s, size_t n)
{
    return websocket_queued(s->ws) + n <= s->terms->send_buffer &&
           websocket_waiting(s->ws) < s->terms->send_packets;
}

static enum eio_form form_for(const struct eio_session *s)
{
    const struct revision *revision = session_revision(s);
    return s->text_only ? revision->text_form : revision->form;
}

int session_frame(struct eio_session *s, struct eio_packet *packet)
{
    uint32_t at;
    struct slice *slice = eio_packet_frame(packet, form_for(s), &at);

    if (!slice)
        return ERR_NOMEM;
    uint32_t n = slice->n - at;
    if (!has_room(s, n) && (websocket_flush(s->ws), !has_room(s, n)))
        return ERR_BLOCKED;
    if (s->may_compress && !packet->uncompressed &&
        websocket_compresses(s->ws, n))
        return websocket_send_compressed(
            s->ws, slice, at, n, eio_packet_shared(packet, form_for(s)));
    return websocket_send(s->ws, slice, at, n);
}

int session_transmit(struct eio_session *s, struct eio_packet *packet)
{
    struct polling *p = s->polling;
    if (!p)
        return session_frame(s, packet);

    size_t held = p->queued + (size_t)p->queue_count * SESSION_PACKET_COST;
    if (held + eio_packet_frame_size(packet) > s->terms->send_buffer ||
        p->queue_count >= s->terms->send_packets)
        return ERR_BLOCKED;
    int r = polling_push(p, packet);
    if (r < 0)
        return r;
    if (p->get)
        session_attend_later(s);
    return 0;
}

/* Whether so much is more than may wait for a client that is not behind. */
static bool is_much(const struct eio_session *s, size_t bytes, uint32_t packets)
{
    return bytes > s->terms->send_low || packets > s->terms->send_packets_low;
}

/*
 * Whoever sends much may wait for the moment when it has left, so that moment
 * comes also where the kernel takes everything at once. A poll that is answered
 * brings it; for a WebSocket the session is attended.
 */
static void note_much(struct eio_session *s)
{
    if (s->drain_due ||
        !is_much(s, eio_session_queued(s), eio_session_waiting(s)))
        return;
    s->drain_due = true;
    if (s->ws)
        session_attend_later(s);
}

/* --- the floor's public calls --- */

int eio_session_send(struct eio_session *s, struct eio_packet *packet)
{
    if (s->state != SESSION_OPEN)
        return ERR_CLOSED;
    int r = session_transmit(s, packet);
    if (r < 0)
        return r;
    note_much(s);
    return 0;
}

bool eio_session_writable(const struct eio_session *s)
{
    if (s->state != SESSION_OPEN)
        return false;
    if (!s->polling)
        return websocket_queued(s->ws) == 0;
    return s->polling->get != NULL && s->polling->queued == 0;
}

bool eio_session_behind(struct eio_session *s)
{
    const struct polling *p = s->polling;
    struct websocket *ws = s->ws;
    bool behind;

    if (s->state != SESSION_OPEN)
        return false;
    if (p)
        behind = is_much(s, p->queued, p->queue_count);
    else
        behind = is_much(s, websocket_queued(ws), websocket_waiting(ws)) &&
                 !websocket_flush(ws) &&
                 is_much(s, websocket_queued(ws), websocket_waiting(ws));
    if (behind)
        s->drain_due = true;
    return behind;
}

size_t eio_session_queued(const struct eio_session *s)
{
    return (s->polling ? s->polling->queued : 0) +
           (s->ws ? websocket_queued(s->ws) : 0);
}

uint32_t eio_session_waiting(const struct eio_session *s)
{
    return (s->polling ? s->polling->queue_count : 0) +
           (s->ws ? websocket_waiting(s->ws) : 0);
}

void eio_session_cut(struct eio_session *s)
{
    if (s->state != SESSION_OPEN || session_corked(s))
        return;
    session_clear_queue(s);
    if (s->ws)
        websocket_cut(s->ws);
}
