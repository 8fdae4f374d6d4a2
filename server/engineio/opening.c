/* SPDX-License-Identifier: MIT */
/* How a session begins. */
#include "base/mem.h"
#include "engineio/session.h"

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
    if (!s->polling || !packet || polling_push(s->polling, packet) < 0)
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
