/* SPDX-License-Identifier: MIT */
#include "engine.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "internal.h"
#include "socketio/socketio.h"

enum engine_state { ENGINE_OPEN, ENGINE_CLOSING, ENGINE_CLOSED };

/* Packets in their order; [taken, left) have left, [left, count) wait. */
struct outbox {
    struct eio_packet **packets;
    size_t taken, left, count, cap;
};

struct eio_session {
    struct sio_server *sio;
    enum engine_state state;
    bool blocked;
    struct outbox out;
    size_t waiting; /* bytes */
    struct engine_limits limits;
    struct eio_handshake handshake;
    struct http_header *headers;
    char *header_text, *target, *address; /* what the handshake points to */
    _Alignas(void *) char data[];         /* sio_eio_events.data_size */
};

const char *eio_reason_text(enum eio_reason reason)
{
    static const char *const texts[] = {
#define REASON_TEXT(name, text) [EIO_##name] = text,
        EIO_REASON_MAP(REASON_TEXT)
#undef REASON_TEXT
    };
    return texts[reason];
}

/* --- the engine's calls --- */

static size_t size_of(const struct eio_packet *p)
{
    return p->slice->n - p->text_at;
}

/* What waits has left, when the client reads. */
static void flush(struct eio_session *s)
{
    if (s->blocked)
        return;
    s->out.left = s->out.count;
    s->waiting = 0;
}

/* No book is kept. */
void eio_session_note(struct eio_session *s, enum story_kind kind,
                      uint32_t size, struct str word)
{
}

uint32_t eio_session_waiting(const struct eio_session *s)
{
    return (uint32_t)(s->out.count - s->out.left);
}

int eio_session_send(struct eio_session *s, struct eio_packet *packet)
{
    struct outbox *out = &s->out;

    if (s->state != ENGINE_OPEN)
        return ERR_CLOSED;
    if (s->blocked && (size_of(packet) > s->limits.bytes - s->waiting ||
                       eio_session_waiting(s) >= s->limits.packets))
        return ERR_BLOCKED;
    if (out->count == out->cap) {
        out->cap = out->cap ? out->cap * 2 : 16;
        out->packets =
            kit_realloc(out->packets, out->cap * sizeof(struct eio_packet *));
    }
    out->packets[out->count++] = eio_packet_ref(packet);
    s->waiting += size_of(packet);
    flush(s);
    return 0;
}

bool eio_session_writable(const struct eio_session *s)
{
    return s->state == ENGINE_OPEN && !s->blocked;
}

bool eio_session_behind(struct eio_session *s)
{
    return s->state == ENGINE_OPEN &&
           (s->waiting > s->limits.bytes_low ||
            eio_session_waiting(s) > s->limits.packets_low);
}

size_t eio_session_queued(const struct eio_session *s)
{
    return s->waiting;
}

static void drop_waiting(struct eio_session *s)
{
    while (s->out.count > s->out.left)
        eio_packet_unref(s->out.packets[--s->out.count]);
    s->waiting = 0;
}

void eio_session_cut(struct eio_session *s)
{
    if (s->state != ENGINE_OPEN)
        return;
    drop_waiting(s);
    s->blocked = false; /* what comes now is read, if late */
}

void eio_session_close(struct eio_session *s)
{
    if (s->state == ENGINE_OPEN)
        s->state = ENGINE_CLOSING;
}

void eio_session_discard(struct eio_session *s, enum eio_reason reason)
{
    if (s->state == ENGINE_OPEN)
        engine_end(s, reason);
}

const struct eio_handshake *eio_session_handshake(const struct eio_session *s)
{
    return &s->handshake;
}

/* Asked for by clients of older protocols only, which there are none of here.
 */
struct str eio_session_id(const struct eio_session *s)
{
    return STR("the-id-of-a-session!");
}

const char *eio_session_transport(const struct eio_session *s)
{
    return "websocket";
}

void *eio_session_data(struct eio_session *s)
{
    return s->data;
}

struct eio_session *eio_data_session(const void *data)
{
    return CONTAINER_OF(data, struct eio_session, data);
}

/* --- the request --- */

static char *copy(struct str s)
{
    char *z = kit_realloc(NULL, s.n + 1);
    if (s.n > 0)
        memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    return z;
}

/* Names in lower case, as the engine keeps them. False for a line without a
 * colon. */
static bool read_headers(struct eio_session *s, struct str text)
{
    struct str rest;
    uint32_t count = 0;

    s->header_text = copy(text);
    rest = str_of(s->header_text, text.n);
    while (rest.n > 0) {
        struct str value = str_cut(&rest, '\n');
        if (str_find(value, ':') == value.n)
            return false;
        struct str name = str_cut(&value, ':');
        for (size_t i = 0; i < name.n; i++) {
            size_t at = (size_t)(name.p - s->header_text) + i;
            s->header_text[at] =
                (char)tolower((unsigned char)s->header_text[at]);
        }
        s->headers = kit_realloc(s->headers, (count + 1) * sizeof(*s->headers));
        s->headers[count++] =
            (struct http_header){.name = name, .value = str_trim(value)};
    }
    s->handshake.headers = s->headers;
    s->handshake.header_count = count;
    return true;
}

static void make_handshake(struct eio_session *s,
                           const struct engine_request *request)
{
    static const char begin[] = ENGINE_TARGET;
    size_t n = sizeof(begin) - 1 + (request->query.n > 0) + request->query.n;

    s->target = kit_realloc(NULL, n + 1);
    snprintf(s->target, n + 1, "%s%s%.*s", begin,
             request->query.n > 0 ? "&" : "", STR_ARG(request->query));
    s->address = copy(request->address);
    s->handshake.target = str_of(s->target, n);
    s->handshake.query = s->handshake.target;
    str_cut(&s->handshake.query, '?');
    s->handshake.peer = str_of(s->address, request->address.n);
    s->handshake.issued = clock_wall_ms();
}

/* --- the other end --- */

struct eio_session *engine_open(struct sio_server *sio,
                                const struct engine_request *request,
                                const struct engine_limits *limits)
{
    size_t size = sizeof(struct eio_session) + sio_eio_events.data_size;
    struct eio_session *s = kit_realloc(NULL, size);

    memset(s, 0, size);
    s->sio = sio;
    s->limits = *limits;
    make_handshake(s, request);
    if (!read_headers(s, request->headers)) {
        s->state = ENGINE_CLOSED;
        engine_free(s);
        return NULL;
    }
    sio_eio_events.open(sio, s);
    return s;
}

void engine_free(struct eio_session *s)
{
    assert(s->state == ENGINE_CLOSED);
    while (s->out.taken < s->out.count)
        eio_packet_unref(s->out.packets[s->out.taken++]);
    free(s->out.packets);
    free(s->headers);
    free(s->header_text);
    free(s->target);
    free(s->address);
    free(s);
}

/* The bytes are in memory of their exact size, which is gone afterwards: who
 * reads over the end, or too late, is found by the tools for that. */
void engine_message(struct eio_session *s, bool binary, const char *p, size_t n)
{
    if (s->state != ENGINE_OPEN)
        return;
    char *bytes = kit_realloc(NULL, n);
    if (n > 0)
        memcpy(bytes, p, n);
    sio_eio_events.message(s->sio, s, binary, bytes, n);
    free(bytes);
}

void engine_end(struct eio_session *s, enum eio_reason reason)
{
    if (s->state == ENGINE_CLOSED)
        return;
    if (s->state == ENGINE_CLOSING)
        reason = EIO_FORCED_CLOSE;
    s->state = ENGINE_CLOSED;
    /* What the client has not read it never gets. */
    drop_waiting(s);
    sio_eio_events.close(s->sio, s, reason);
}

bool engine_settle(struct eio_session *s)
{
    if (s->state != ENGINE_CLOSING || s->waiting > 0)
        return false;
    engine_end(s, EIO_FORCED_CLOSE);
    return true;
}

bool engine_is_open(const struct eio_session *s)
{
    return s->state == ENGINE_OPEN;
}

void engine_block(struct eio_session *s, bool blocked)
{
    bool waited = s->waiting > 0;

    s->blocked = blocked;
    flush(s);
    if (!blocked && waited && s->state == ENGINE_OPEN && sio_eio_events.drain)
        sio_eio_events.drain(s->sio, s);
}

struct eio_packet *engine_take(struct eio_session *s)
{
    return s->out.taken < s->out.left ? s->out.packets[s->out.taken++] : NULL;
}
