/* SPDX-License-Identifier: MIT */
#include "engineio/session.h"

#include <assert.h>

#include "base/error.h"
#include "base/mem.h"

/* A queue larger than this is not kept when it is empty. */
#define QUEUE_KEPT 16

static void set_state(struct eio_session *s, enum session_state state)
{
    assert(state > s->state); /* never back, never twice */
    s->state = (uint8_t)state;
}

/* Queues without looking at the limit. */
static int push(struct polling *p, struct eio_packet *packet)
{
    int r = mem_grow((void **)&p->queue, &p->queue_cap,
                     (size_t)p->queue_count + 1, sizeof(struct eio_packet *));
    if (r < 0)
        return r;
    p->queue[p->queue_count++] = eio_packet_ref(packet);
    p->queued += eio_packet_frame_size(packet);
    return 0;
}

int session_transmit(struct eio_session *s, struct eio_packet *packet)
{
    struct polling *p = s->polling;
    if (!p)
        return channel_send(s, packet);

    size_t held = p->queued + (size_t)p->queue_count * SESSION_PACKET_COST;
    if (held + eio_packet_frame_size(packet) > s->terms->send_buffer ||
        p->queue_count >= s->terms->send_packets)
        return ERR_BLOCKED;
    int r = push(p, packet);
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

static struct eio_packet *open_packet(const struct eio_session *s)
{
    const struct eio_terms *terms = s->terms;
    bool upgrades =
        !s->on_websocket && terms->websocket && terms->allow_upgrades;
    struct buf out;

    buf_init(&out, 1024);
    eio_packet_begin(&out, EIO_OPEN);
    buf_append_str(&out, STR("{\"sid\":\""));
    buf_append_str(&out, eio_session_id(s));
    buf_append_str(&out, STR("\",\"upgrades\":["));
    buf_append_str(&out, upgrades ? STR("\"websocket\"") : STR(""));
    buf_append_str(&out, STR("],\"pingInterval\":"));
    buf_append_u64(&out, (uint64_t)terms->ping_interval);
    buf_append_str(&out, STR(",\"pingTimeout\":"));
    buf_append_u64(&out, (uint64_t)terms->ping_timeout);
    buf_append_str(&out, STR(",\"maxPayload\":"));
    buf_append_u64(&out, terms->max_payload);
    buf_append_char(&out, '}');
    return eio_packet_finish(&out, false);
}

/*
 * Opening a session takes one small request, and it stays for a ping and its
 * timeout: without a limit, memory would be anybody's for the asking. Whoever
 * only opens sessions drives out his own; who goes on is safe.
 */
static bool make_room(struct eio_server *server)
{
    uint32_t limit = server->options.sessions;
    if (limit == 0 || server->sessions.count < limit)
        return true;
    struct polling *oldest = TAILQ_FIRST(&server->fresh);
    if (!oldest)
        return false;
    eio_session_note(oldest->session, STORY_MADE_ROOM, 0, STR(""));
    session_end(oldest->session, EIO_TRANSPORT_CLOSE);
    return true;
}

static struct polling *new_polling(struct eio_session *s)
{
    struct polling *p = mem_take(sizeof(*p));
    if (p)
        *p = (struct polling){.session = s};
    return p;
}

struct eio_session *session_new(struct eio_server *server,
                                const struct http_exchange *x,
                                const struct revision *revision, bool websocket)
{
    struct eio_packet *packet = NULL;
    if (!make_room(server))
        return NULL;
    size_t data_size = server->events.data_size, size;
    if (handshake_pack(&server->handshakes, x, revision->number, &size) < 0)
        return NULL;
    struct eio_session *s = mem_alloc(sizeof(*s) + data_size + size);
    if (!s)
        return NULL;

    *s = (struct eio_session){
        .terms = terms_ref(server->terms),
        .state = SESSION_OPEN,
        .on_websocket = websocket,
        .known = websocket, /* it holds a connection, which is counted */
        .revision_3 = revision == &revision_3,
    };
    memset(s->data, 0, data_size);
    random_sid(s->sid);
    timer_init(&s->timer, heartbeat_on_timer);
    if (handshake_keep(&server->handshakes, session_packed(s)) < 0)
        goto failed;
    s->polling = new_polling(s);
    packet = open_packet(s);
    if (!s->polling || !packet || push(s->polling, packet) < 0)
        goto failed;
    if (sessions_enter(s) < 0)
        goto failed;
    heartbeat_start(s);
    eio_packet_unref(packet);
    eio_session_note(s, STORY_OPENED, 0, str_z(eio_session_transport(s)));
    return s;

failed:
    eio_packet_unref(packet);
    session_free(s);
    return NULL;
}

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

void session_clear_queue(struct eio_session *s)
{
    struct polling *p = s->polling;

    if (!p)
        return;
    for (uint32_t i = 0; i < p->queue_count; i++)
        eio_packet_unref(p->queue[i]);
    p->queue_count = 0;
    p->queued = 0;
    if (p->queue_cap > QUEUE_KEPT) {
        mem_free(p->queue);
        p->queue = NULL;
        p->queue_cap = 0;
    }
}

void session_drained(struct eio_session *s)
{
    if (!s->drain_due)
        return;
    s->drain_due = false;
    const struct eio_server *server = session_server(s);
    if (s->state == SESSION_OPEN && server->events.drain)
        server->events.drain(server->user, s);
}

void session_attend_later(struct eio_session *s)
{
    if (s->attended)
        return;
    s->attended = true;
    struct eio_server *server = session_server(s);
    STAILQ_INSERT_TAIL(&server->turn, s, turn);
    loop_defer(server->loop, &server->turn_end);
}

void session_attend(struct eio_session *s)
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

void session_packet(struct eio_session *s, const struct payload_packet *packet)
{
    const struct eio_server *server = session_server(s);
    if (s->state != SESSION_OPEN)
        return;

    if (heartbeat_heard(s, packet))
        return;
    switch (packet->type) {
    case EIO_MESSAGE:
        server->events.message(server->user, s, packet->binary, packet->p,
                               packet->n);
        break;
    case EIO_CLOSE:
        eio_session_note(s, STORY_RECEIVED, 0, STR("close"));
        session_end(s, EIO_TRANSPORT_CLOSE);
        break;
    case EIO_PING: /* the heartbeat of the other revision */
    case EIO_PONG:
        eio_session_note(s, STORY_BROKE, 0, STR("a ping of a client"));
        session_end(s, EIO_TRANSPORT_ERROR);
        break;
    case EIO_OPEN:
    case EIO_UPGRADE:
    case EIO_NOOP:
        break;
    }
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

    set_state(s, SESSION_CLOSED);
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

/* The floor's public calls. */

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

void eio_session_close(struct eio_session *s)
{
    if (s->state != SESSION_OPEN)
        return;

    struct timers *timers = session_timers(s);
    set_state(s, SESSION_CLOSING);
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

const struct eio_handshake *eio_session_handshake(const struct eio_session *s)
{
    struct eio_server *server = session_server(s);
    const void *handshake = s->data + server->events.data_size;
    handshake_unpack(handshake, server->shown_headers, &server->shown);
    return &server->shown;
}

const char *eio_session_transport(const struct eio_session *s)
{
    return s->on_websocket ? "websocket" : "polling";
}

struct str eio_session_id(const struct eio_session *s)
{
    return str_of(s->sid, sizeof(s->sid));
}

void *eio_session_data(struct eio_session *s)
{
    return s->data;
}

struct eio_session *eio_data_session(const void *data)
{
    return CONTAINER_OF(data, struct eio_session, data);
}
