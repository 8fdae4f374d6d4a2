/* SPDX-License-Identifier: MIT */
/* A client: its beginning and end, and what it is sent. */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/random.h"
#include "socketio/dialect.h"
#include "socketio/packed.h"
#include "socketio/story_words.h"

static const struct json no_auth = {
    .type = JSON_OBJECT, .compact = true, .raw = {"{}", 2}};
const struct json *const client_no_auth = &no_auth;

/* A client on polling may not come for its end for half a minute, or ever: it
 * is not counted any more. */
static void uncount(struct sio_client *client)
{
    client->server->clients -= client->counted;
    client->counted = false;
}

void client_free_if_done(struct sio_client *client)
{
    if (!client->closed || !SLIST_EMPTY(&client->sockets))
        return;
    partial_free(client_settle(client));
    mem_free(client->pace);
    uncount(client);
}

struct sio_socket *client_socket(const struct sio_client *client,
                                 struct str name_space)
{
    struct sio_socket *s;
    SLIST_FOREACH(s, &client->sockets, link)
    if (s->state != SOCKET_CLOSING &&
        str_eq(sio_namespace_name(s->name_space), name_space))
        return s;
    return NULL;
}

bool client_on_websocket(const struct sio_client *client)
{
    const struct eio_session *session = client_session(client);

    return session ? strcmp(eio_session_transport(session), "websocket") == 0
                   : client->on_websocket;
}

/* --- what it owes --- */

static void deadline_passed(struct timer *timer)
{
    struct sio_client *client =
        CONTAINER_OF(timer, struct sio_due, deadline)->client;

    if (!client->closed)
        eio_session_note(client_session(client), STORY_TIMEOUT, 0,
                         STR("connectTimeout"));
    client_fail(client, SIO_NOTICE_TOO_LATE);
}

int client_owes(struct sio_client *client, struct sio_partial *partial)
{
    struct sio_due *due = mem_take(sizeof(*due));

    assert(!client->due);
    if (!due)
        return ERR_NOMEM;
    due->client = client;
    due->partial = partial;
    timer_init(&due->deadline, deadline_passed);
    client->due = due;
    client_owes_more(client);
    return 0;
}

void client_owes_more(struct sio_client *client)
{
    struct sio_server *server = client->server;
    timer_start(server->timers, &client->due->deadline,
                server->options.connect_timeout);
}

struct sio_partial *client_settle(struct sio_client *client)
{
    struct sio_due *due = client->due;

    if (!due)
        return NULL;
    struct sio_partial *partial = due->partial;
    client->due = NULL;
    timer_stop(client->server->timers, &due->deadline);
    mem_give(due, sizeof(*due));
    return partial;
}

void client_joined(struct sio_client *client)
{
    if (!client_partial(client))
        client_settle(client);
}

/* --- its last words --- */

static void say(struct sio_socket *s, const struct sio_notice *why)
{
    struct sio_client *client = s->client;

    if (!client->server->options.notices || client->closed ||
        s->state != SOCKET_JOINED)
        return;
    struct sio_packet *packet =
        sio_packet_notice(sio_namespace_name(s->name_space), why);
    /* Whether there was room for it changes nothing. */
    if (packet)
        client_send_part(client, packet, 0);
    sio_packet_unref(packet);
}

void client_count_end(struct sio_client *client, struct str code, bool whole)
{
    if (client->ended)
        return;
    client->ended = whole;
    client->server->ended[sio_notice_find(code)]++;
}

void client_notice_socket(struct sio_socket *s, const struct sio_notice *why)
{
    story_notice(s->client, why->code);
    say(s, why);
}

void client_notice(struct sio_client *client, enum sio_notice_code code)
{
    struct sio_notice notice = sio_notice_of(code);
    struct sio_socket *s;
    uint32_t later;

    if (code == SIO_NOTICE_SHUTTING_DOWN) {
        random_bytes(&later, sizeof(later));
        notice.retry += later % (SIO_NOTICE_SPREAD + 1);
    }
    client_count_end(client, notice.code, true);
    story_notice(client, notice.code);
    SLIST_FOREACH(s, &client->sockets, link)
    say(s, &notice);
}

/* --- when it is to go --- */

void client_fail(struct sio_client *client, enum sio_notice_code why)
{
    partial_free(client_settle(client));
    if (client->closed)
        return;
    client_notice(client, why);
    client_close(client);
}

void client_close(struct sio_client *client)
{
    if (client->closed)
        return;
    uncount(client);
    eio_session_close(client_session(client));
}

void client_break(struct sio_client *client, int error)
{
    client_fail(client, error == ERR_NOMEM    ? SIO_NOTICE_OUT_OF_MEMORY
                        : error == ERR_DENIED ? SIO_NOTICE_TOO_FAST
                                              : SIO_NOTICE_PROTOCOL_ERROR);
}

/* Why something could not be queued for it. */
static enum sio_notice_code code_of(int error)
{
    return error == ERR_NOMEM ? SIO_NOTICE_OUT_OF_MEMORY : SIO_NOTICE_TOO_SLOW;
}

/* The same where nothing can be said: within a packet there can be no other
 * words. */
static void cut_short(struct sio_client *client, int error)
{
    client->server->dropped[SIO_DROP_CUT]++;
    client_count_end(client, sio_notice_of(code_of(error)).code, true);
    eio_session_discard(client_session(client), EIO_TRANSPORT_ERROR);
}

void client_cut_off(struct sio_client *client, int error)
{
    struct eio_session *session = client_session(client);
    struct sio_server *server = client->server;
    struct sio_socket *s;

    if (!server->options.notices) {
        cut_short(client, error);
        return;
    }
    server->dropped[SIO_DROP_CUT]++;
    sio_server_enter(server);
    held_drop(client, NULL);
    eio_session_cut(session);
    client_notice(client, code_of(error));
    SLIST_FOREACH(s, &client->sockets, link)
    socket_close(s, SIO_TRANSPORT_ERROR);
    client_close(client);
    sio_server_leave(server);
}

/* --- what it is sent --- */

int client_send_with(struct sio_socket *s, struct sio_packet *packet,
                     const struct sio_policy *policy)
{
    struct sio_client *client = s->client;
    if (client->closed)
        return ERR_CLOSED;
    if (!client->held && !eio_session_behind(client_session(client)))
        return client_send(client, packet, false);
    int result = held_put(s, packet, policy);
    client->server->dropped[SIO_DROP_REPLACED] += result == 1;
    if (result < 0)
        client_cut_off(client, result);
    return result;
}

int client_send_part(const struct sio_client *client, struct sio_packet *packet,
                     uint32_t i)
{
    struct eio_packet *part =
        client->packed ? sio_packet_packed(packet) : packet->parts[i];

    return part ? eio_session_send(eio_data_session(client), part) : ERR_NOMEM;
}

int client_send(struct sio_client *client, struct sio_packet *packet,
                bool is_volatile)
{
    struct eio_session *session = client_session(client);
    if (!session)
        return ERR_CLOSED;
    if (is_volatile && !eio_session_writable(session)) {
        client->server->dropped[SIO_DROP_VOLATILE]++;
        return ERR_DROPPED;
    }
    uint32_t count = client->packed ? 1 : packet->count;
    for (uint32_t i = 0; i < count; i++) {
        int error = client_send_part(client, packet, i);
        if (error == 0)
            continue;
        if (error == ERR_CLOSED)
            return error;
        if (is_volatile && i == 0) { /* whole: nobody counts on it */
            client->server->dropped[SIO_DROP_VOLATILE]++;
            return ERR_DROPPED;
        }
        if (i == 0)
            client_cut_off(client, error);
        else
            cut_short(client, error);
        return error;
    }
    story_sent(client, packet);
    return 0;
}

/* The session takes packets again: gives it what it takes. */
static void release_held(struct sio_client *client)
{
    while (client->held && !eio_session_behind(client_session(client))) {
        struct sio_packet *packet = held_take(client);
        client_send(client, packet, false); /* on failure all are dropped */
        sio_packet_unref(packet);
    }
}

/* --- news from below --- */

/* A client of revision 4 takes it for granted that it is in "/". */
static void begin_in_main(struct sio_client *client)
{
    struct sio_server *server = client->server;

    sio_server_enter(server);
    int error = socket_ask(client, STR("/"), client_no_auth);
    if (error < 0)
        client_break(client, error);
    arena_reset(&server->arena);
    sio_server_leave(server);
}

static void session_open(void *user, struct eio_session *session)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);

    client->server = server;
    client->send_buffer = server->options.send_buffer;
    client->send_packets = server->options.send_packets
                               ? server->options.send_packets
                               : UINT32_MAX;
    client->old = eio_session_handshake(session)->revision == 3;
    SLIST_INIT(&client->sockets);
    server->clients++;
    client->counted = true;
    if (client_owes(client, NULL) < 0)
        client_fail(client, SIO_NOTICE_OUT_OF_MEMORY);
    else if (dialect_of(client)->begins_in_main)
        begin_in_main(client);
}

static void session_message(void *user, struct eio_session *session,
                            bool binary, char *p, size_t n)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);

    sio_server_enter(server);
    client_hear(client, binary, str_of(p, n));
    arena_reset(&server->arena);
    sio_server_leave(server);
}

static enum sio_reason reason_of(enum eio_reason reason)
{
    switch (reason) {
    case EIO_TRANSPORT_CLOSE:
        return SIO_TRANSPORT_CLOSE;
    case EIO_TRANSPORT_ERROR:
        return SIO_TRANSPORT_ERROR;
    case EIO_PING_TIMEOUT:
        return SIO_PING_TIMEOUT;
    case EIO_PARSE_ERROR:
        return SIO_PARSE_ERROR;
    case EIO_FORCED_CLOSE:
        return SIO_FORCED_CLOSE;
    case EIO_SHUTTING_DOWN:
        return SIO_SERVER_SHUTTING_DOWN;
    }
    return SIO_TRANSPORT_ERROR;
}

static enum sio_notice_code notice_of(enum eio_reason reason)
{
    static const enum sio_notice_code codes[] = {
        [EIO_TRANSPORT_CLOSE] = SIO_NOTICE_TRANSPORT_ERROR,
        [EIO_TRANSPORT_ERROR] = SIO_NOTICE_TRANSPORT_ERROR,
        [EIO_PING_TIMEOUT] = SIO_NOTICE_PING_TIMEOUT,
        [EIO_PARSE_ERROR] = SIO_NOTICE_PROTOCOL_ERROR,
        [EIO_FORCED_CLOSE] = SIO_NOTICE_DISCONNECTED,
        [EIO_SHUTTING_DOWN] = SIO_NOTICE_SHUTTING_DOWN,
    };
    return codes[reason];
}

static void session_close(void *user, struct eio_session *session,
                          enum eio_reason reason)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);
    struct sio_socket *s;

    sio_server_enter(server);
    client->on_websocket = client_on_websocket(client);
    client->closed = true;
    /* One that left by itself was ended by nobody; others could not always be
     * told. */
    if (reason != EIO_TRANSPORT_CLOSE)
        client_count_end(client, sio_notice_of(notice_of(reason)).code, true);
    held_drop(client, NULL);
    SLIST_FOREACH(s, &client->sockets, link)
    socket_close(s, reason_of(reason));
    client_free_if_done(client);
    sio_server_leave(server);
}

static void session_drain(void *user, struct eio_session *session)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);
    struct sio_socket *s;

    sio_server_enter(server);
    release_held(client);
    if (!client->held) {
        SLIST_FOREACH(s, &client->sockets, link)
        if (s->state == SOCKET_JOINED && server->events->drain)
            server->events->drain(server->user, s);
    }
    sio_server_leave(server);
}

/* The engine ends a session by itself; the client can still be told. */
static void session_closing(void *user, struct eio_session *session,
                            enum eio_reason reason)
{
    client_notice(eio_session_data(session), notice_of(reason));
}

const struct eio_events sio_eio_events = {
    .data_size = sizeof(struct sio_client),
    .open = session_open,
    .message = session_message,
    .close = session_close,
    .drain = session_drain,
    .closing = session_closing,
};
