/* SPDX-License-Identifier: MIT */
#include "engineio/session.h"

#include <assert.h>

#include "base/error.h"
#include "base/mem.h"

_Static_assert(offsetof(struct eio_session, handshake) < 200,
               "a hundred thousand of these are open at a time");

/* A queue larger than this is not kept when it is empty. */
#define QUEUE_KEPT 16

static void set_state(struct eio_session *s, enum session_state state)
{
    assert(state > s->state); /* never back, never twice */
    s->state = (uint8_t)state;
}

/* The server's list that the session is in. */
static struct session_list *list_of(const struct eio_session *s)
{
    if (s->leaving)
        return &s->server->leaving;
    return s->known ? &s->server->known : &s->server->fresh;
}

void session_know(struct eio_session *s)
{
    if (s->known)
        return;
    TAILQ_REMOVE(list_of(s), s, list);
    s->known = true;
    TAILQ_INSERT_TAIL(list_of(s), s, list);
}

/* Queues without looking at the limit. */
static int push(struct eio_session *s, struct eio_packet *packet)
{
    int r = mem_grow((void **)&s->queue, &s->queue_cap,
                     (size_t)s->queue_count + 1, sizeof(*s->queue));
    if (r < 0)
        return r;
    s->queue[s->queue_count++] = eio_packet_ref(packet);
    s->queued += eio_packet_frame_size(packet);
    return 0;
}

int session_transmit(struct eio_session *s, struct eio_packet *packet)
{
    if (s->ws && s->corked == 0)
        return channel_send(s, packet);

    size_t held = s->queued + (size_t)s->queue_count * SESSION_PACKET_COST;
    if (held + eio_packet_frame_size(packet) > s->terms->send_buffer ||
        s->queue_count >= s->terms->send_packets)
        return ERR_BLOCKED;
    int r = push(s, packet);
    if (r < 0)
        return r;
    if (s->get)
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
    struct eio_session *oldest = TAILQ_FIRST(&server->fresh);
    if (!oldest)
        return false;
    session_end(oldest, EIO_TRANSPORT_CLOSE);
    return true;
}

struct eio_session *session_new(struct eio_server *server,
                                const struct http_exchange *x,
                                const struct revision *revision, bool websocket)
{
    struct timers *timers = &server->loop->timers;
    struct eio_packet *packet = NULL;
    if (!make_room(server))
        return NULL;
    struct eio_session *s = mem_alloc(sizeof(*s) + handshake_size(x));
    if (!s)
        return NULL;

    *s = (struct eio_session){
        .server = server,
        .terms = terms_ref(server->terms),
        .revision = revision,
        .state = SESSION_OPEN,
        .on_websocket = websocket,
        .known = websocket, /* it holds a connection, which is counted */
    };
    handshake_pack(&s->handshake, x, revision->number);
    random_sid(s->sid);
    timer_init(&s->timer, heartbeat_on_timer);

    packet = open_packet(s);
    if (!packet || push(s, packet) < 0)
        goto failed;
    if (heartbeat_start(s) < 0)
        goto failed;
    if (table_add(&server->sessions, eio_session_id(s), s) < 0)
        goto failed;
    TAILQ_INSERT_TAIL(list_of(s), s, list);
    eio_packet_unref(packet);
    return s;

failed:
    timer_stop(timers, &s->timer);
    eio_packet_unref(packet);
    session_free(s);
    return NULL;
}

void session_free(struct eio_session *s)
{
    session_clear_queue(s);
    mem_free(s->queue);
    eio_terms_unref(s->terms);
    mem_free(s);
}

static void leave_server(struct eio_session *s)
{
    table_remove(&s->server->sessions, eio_session_id(s));
    TAILQ_REMOVE(list_of(s), s, list);
    timer_stop(&s->server->loop->timers, &s->timer);
}

void session_forget(struct eio_session *s)
{
    struct http_exchange *get = s->get;

    leave_server(s);
    upgrade_abort(s->upgrade);
    polling_drop_post(s);
    s->get = NULL;
    if (get)
        http_abort(get);
    if (s->ws)
        websocket_abort(s->ws);
    session_free(s);
}

void session_clear_queue(struct eio_session *s)
{
    for (uint32_t i = 0; i < s->queue_count; i++)
        eio_packet_unref(s->queue[i]);
    s->queue_count = 0;
    s->queued = 0;
    if (s->on_websocket || s->queue_cap > QUEUE_KEPT) {
        mem_free(s->queue);
        s->queue = NULL;
        s->queue_cap = 0;
    }
}

void session_drained(struct eio_session *s)
{
    if (!s->drain_due)
        return;
    s->drain_due = false;
    if (s->state == SESSION_OPEN && s->server->events.drain)
        s->server->events.drain(s->server->user, s);
}

void session_attend_later(struct eio_session *s)
{
    if (s->attended)
        return;
    s->attended = true;
    TAILQ_INSERT_TAIL(&s->server->turn, s, turn);
    loop_defer(s->server->loop, &s->server->turn_end);
}

void session_attend(struct eio_session *s)
{
    s->attended = false;
    if (s->state == SESSION_CLOSED) {
        session_free(s);
    } else if (s->corked > 0) {
        s->corked--;
        if (s->corked > 0)
            session_attend_later(s);
        else
            channel_flush(s);
    } else if (s->ws) {
        if (s->state == SESSION_CLOSING)
            channel_flush(s);
        else if (s->drain_due && websocket_flush(s->ws))
            session_drained(s);
    } else {
        if (s->rest)
            polling_go_on(s);
        if (s->get && (s->queue_count > 0 || s->state == SESSION_CLOSING))
            polling_flush(s);
    }
}

void session_packet(struct eio_session *s, const struct payload_packet *packet)
{
    struct eio_server *server = s->server;
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
        session_end(s, EIO_TRANSPORT_CLOSE);
        break;
    case EIO_PING: /* the heartbeat of the other revision */
    case EIO_PONG:
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
    struct eio_server *server = s->server;
    bool heard = s->on_websocket ? s->ws && s->corked == 0
                                 : s->get != NULL || s->leaving;

    session_clear_queue(s);
    if (s->state == SESSION_OPEN && reason != EIO_TRANSPORT_CLOSE && heard &&
        server->events.closing)
        server->events.closing(server->user, s, reason);
}

static void end(struct eio_session *s, enum eio_reason reason)
{
    struct eio_server *server = s->server;
    struct str farewell =
        reason == EIO_TRANSPORT_CLOSE ? s->revision->noop : s->revision->close;
    if (s->state == SESSION_CLOSING && reason != EIO_SHUTTING_DOWN)
        reason = s->leaving ? EIO_SHUTTING_DOWN : EIO_FORCED_CLOSE;

    set_state(s, SESSION_CLOSED);
    leave_server(s);

    upgrade_cancel(s->upgrade);
    polling_drop_post(s);
    polling_farewell(s, farewell);
    session_clear_queue(s);
    if (s->ws) {
        linger_add(server, s->ws);
        s->ws = NULL;
    }
    session_attend_later(s); /* who frees it */
    server->events.close(server->user, s, reason);
}

void session_end(struct eio_session *s, enum eio_reason reason)
{
    say_why(s, reason);
    end(s, reason);
}

void session_leave(struct eio_session *s)
{
    TAILQ_REMOVE(list_of(s), s, list);
    s->leaving = true;
    TAILQ_INSERT_TAIL(list_of(s), s, list);
    say_why(s, EIO_SHUTTING_DOWN);
    eio_session_close(s);
}

/* The floor's public calls. */

int eio_session_send(struct eio_session *s, struct eio_packet *packet)
{
    if (s->state != SESSION_OPEN)
        return ERR_CLOSED;
    int r = session_transmit(s, packet);
    if (r == 0)
        note_much(s);
    return r;
}

bool eio_session_writable(const struct eio_session *s)
{
    if (s->state != SESSION_OPEN)
        return false;
    if (s->ws)
        return s->corked == 0 && websocket_queued(s->ws) == 0;
    return s->get != NULL && s->queued == 0;
}

bool eio_session_behind(struct eio_session *s)
{
    struct websocket *ws = s->corked == 0 ? s->ws : NULL;
    bool behind;

    if (s->state != SESSION_OPEN)
        return false;
    if (ws)
        behind = is_much(s, websocket_queued(ws), websocket_waiting(ws)) &&
                 !websocket_flush(ws) &&
                 is_much(s, websocket_queued(ws), websocket_waiting(ws));
    else
        behind = is_much(s, s->queued, s->queue_count);
    if (behind)
        s->drain_due = true;
    return behind;
}

size_t eio_session_queued(const struct eio_session *s)
{
    return s->queued + (s->ws ? websocket_queued(s->ws) : 0);
}

uint32_t eio_session_waiting(const struct eio_session *s)
{
    return s->queue_count + (s->ws ? websocket_waiting(s->ws) : 0);
}

void eio_session_cut(struct eio_session *s)
{
    if (s->state != SESSION_OPEN || s->corked > 0)
        return;
    session_clear_queue(s);
    if (s->ws)
        websocket_cut(s->ws);
}

void eio_session_close(struct eio_session *s)
{
    if (s->state != SESSION_OPEN)
        return;

    struct timers *timers = &s->server->loop->timers;
    set_state(s, SESSION_CLOSING);
    if (s->ws || s->get)
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
    struct eio_server *server = s->server;
    handshake_unpack(&s->handshake, server->shown_headers, &server->shown);
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

void eio_session_set_data(struct eio_session *s, void *data)
{
    s->data = data;
}

void *eio_session_data(const struct eio_session *s)
{
    return s->data;
}

const char *eio_reason_text(enum eio_reason reason)
{
    switch (reason) {
#define REASON_TEXT(name, text)                                                \
    case EIO_##name:                                                           \
        return text;
        EIO_REASON_MAP(REASON_TEXT)
#undef REASON_TEXT
    }
    return "unknown";
}
