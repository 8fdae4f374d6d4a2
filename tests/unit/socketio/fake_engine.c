/* SPDX-License-Identifier: MIT */
#include "fake_engine.h"

#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "base/error.h"

enum fake_state { FAKE_OPEN, FAKE_CLOSING, FAKE_CLOSED };

struct eio_session {
    LIST_ENTRY(eio_session) link;
    struct sio_server *sio;
    struct eio_handshake handshake;
    enum fake_state state;
    enum eio_reason reason;
    struct eio_packet **sent;
    size_t sent_count, sent_cap, seen;
    bool writable;
    uint32_t sends_left; /* UINT32_MAX: no end */
    int send_error;
    uint32_t until_behind; /* packets; UINT32_MAX: never */
    size_t queued;
    bool cut;
    _Alignas(void *) char data[]; /* sio_eio_events.data_size */
};

static LIST_HEAD(, eio_session) sessions = LIST_HEAD_INITIALIZER(sessions);
static struct str peer; /* of the next */

/* --- the engine's calls --- */

int eio_session_send(struct eio_session *s, struct eio_packet *packet)
{
    if (s->state != FAKE_OPEN)
        return ERR_CLOSED;
    if (s->sends_left == 0)
        return s->send_error;
    if (s->sends_left != UINT32_MAX)
        s->sends_left--;
    if (s->sent_count == s->sent_cap) {
        s->sent_cap = s->sent_cap ? s->sent_cap * 2 : 16;
        s->sent = realloc(s->sent, s->sent_cap * sizeof(struct eio_packet *));
        ck_assert_ptr_nonnull(s->sent);
    }
    s->sent[s->sent_count++] = eio_packet_ref(packet);
    if (s->until_behind > 0 && s->until_behind != UINT32_MAX)
        s->until_behind--;
    return 0;
}

bool eio_session_behind(struct eio_session *s)
{
    return s->state == FAKE_OPEN && s->until_behind == 0;
}

/* No book is kept. */
void eio_session_note(struct eio_session *s, enum story_kind kind,
                      uint32_t size, struct str word)
{
}

uint32_t eio_session_waiting(const struct eio_session *s)
{
    return 0;
}

size_t eio_session_queued(const struct eio_session *s)
{
    return s->queued;
}

bool eio_session_writable(const struct eio_session *s)
{
    return s->state == FAKE_OPEN && s->writable;
}

void eio_session_cut(struct eio_session *s)
{
    if (s->state == FAKE_OPEN)
        s->sends_left = UINT32_MAX; /* there is room again */
    s->cut = true;
}

void eio_session_close(struct eio_session *s)
{
    if (s->state == FAKE_OPEN)
        s->state = FAKE_CLOSING;
}

void eio_session_discard(struct eio_session *s, enum eio_reason reason)
{
    fake_end(s, reason);
}

const struct eio_handshake *eio_session_handshake(const struct eio_session *s)
{
    return &s->handshake;
}

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

/* --- the other end --- */

static struct eio_session *open_session(struct sio_server *sio,
                                        uint32_t revision, struct str target)
{
    struct eio_session *s = calloc(1, sizeof(*s) + sio_eio_events.data_size);
    ck_assert_ptr_nonnull(s);
    s->sio = sio;
    s->handshake.target = target;
    s->handshake.revision = revision;
    s->handshake.peer = peer;
    s->writable = true;
    s->sends_left = UINT32_MAX;
    s->until_behind = UINT32_MAX;
    LIST_INSERT_HEAD(&sessions, s, link);
    sio_eio_events.open(sio, s);
    return s;
}

void fake_set_peer(const char *address)
{
    peer = str_z(address);
}

struct eio_session *fake_open(struct sio_server *sio)
{
    return open_session(sio, 4, STR("/socket.io/?EIO=4&transport=websocket"));
}

struct eio_session *fake_open_3(struct sio_server *sio)
{
    return open_session(sio, 3, STR("/socket.io/?EIO=3&transport=websocket"));
}

void fake_free_all(void)
{
    struct eio_session *s;

    while ((s = LIST_FIRST(&sessions))) {
        fake_end(s, EIO_TRANSPORT_CLOSE);
        LIST_REMOVE(s, link);
        for (size_t i = 0; i < s->sent_count; i++)
            eio_packet_unref(s->sent[i]);
        free(s->sent);
        free(s);
    }
}

/* The bytes are in memory of their exact size, changed and freed afterwards,
 * so that nobody gets away with reading over the end or too late. */
static void message(struct eio_session *s, bool binary, const char *p, size_t n)
{
    if (s->state != FAKE_OPEN)
        return;
    char *bytes = malloc(n ? n : 1);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, p, n);
    sio_eio_events.message(s->sio, s, binary, bytes, n);
    memset(bytes, 'X', n);
    free(bytes);
}

void fake_text(struct eio_session *s, const char *text)
{
    message(s, false, text, strlen(text));
}

void fake_text_n(struct eio_session *s, const char *text, size_t n)
{
    message(s, false, text, n);
}

void fake_bytes(struct eio_session *s, const char *bytes, size_t n)
{
    message(s, true, bytes, n);
}

void fake_end(struct eio_session *s, enum eio_reason reason)
{
    if (s->state == FAKE_CLOSED)
        return;
    s->reason = s->state == FAKE_CLOSING ? EIO_FORCED_CLOSE : reason;
    s->state = FAKE_CLOSED;
    sio_eio_events.close(s->sio, s, s->reason);
}

void fake_finish_closing(void)
{
    struct eio_session *s;

    LIST_FOREACH(s, &sessions, link)
    if (s->state == FAKE_CLOSING)
        fake_end(s, EIO_FORCED_CLOSE);
}

void fake_fail_sends(struct eio_session *s, uint32_t n, int error)
{
    s->sends_left = n;
    s->send_error = error;
}

void fake_fall_behind(struct eio_session *s, uint32_t n, size_t queued)
{
    s->until_behind = n;
    s->queued = queued;
}

void fake_drain(struct eio_session *s)
{
    if (s->state == FAKE_OPEN)
        sio_eio_events.drain(s->sio, s);
}

void fake_set_writable(struct eio_session *s, bool writable)
{
    s->writable = writable;
}

void fake_say_why(struct eio_session *s, enum eio_reason reason)
{
    sio_eio_events.closing(s->sio, s, reason);
    fake_end(s, reason);
}

bool fake_was_cut(const struct eio_session *s)
{
    return s->cut;
}

bool fake_is_open(const struct eio_session *s)
{
    return s->state == FAKE_OPEN;
}

bool fake_is_closing(const struct eio_session *s)
{
    return s->state == FAKE_CLOSING;
}

bool fake_is_closed(const struct eio_session *s)
{
    return s->state == FAKE_CLOSED;
}

enum eio_reason fake_reason(const struct eio_session *s)
{
    ck_assert(s->state == FAKE_CLOSED);
    return s->reason;
}

uint32_t fake_unseen(const struct eio_session *s)
{
    return (uint32_t)(s->sent_count - s->seen);
}

struct str fake_next(struct eio_session *s)
{
    ck_assert_msg(s->seen < s->sent_count, "nothing more was sent");
    return eio_packet_item(s->sent[s->seen++], EIO_BASE64);
}

void fake_expect(struct eio_session *s, const char *packet)
{
    struct str sent = fake_next(s);
    ck_assert_msg(str_eq(sent, str_z(packet)), "sent %.*s, expected %s",
                  STR_ARG(sent), packet);
}

void fake_expect_nothing(struct eio_session *s)
{
    if (s->seen < s->sent_count)
        ck_abort_msg("sent %.*s", STR_ARG(fake_next(s)));
}

uint32_t fake_skip(struct eio_session *s)
{
    uint32_t n = (uint32_t)(s->sent_count - s->seen);
    s->seen = s->sent_count;
    return n;
}
