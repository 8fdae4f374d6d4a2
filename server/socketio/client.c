/* SPDX-License-Identifier: MIT */
/* A client: its beginning and end, what it and its sockets are sent, its last
 * words. */
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

/* Also when its session has closed: whether it was. */
static bool on_websocket(const struct sio_client *client)
{
    const struct eio_session *session = client_session(client);

    return session ? strcmp(eio_session_transport(session), "websocket") == 0
                   : client->on_websocket;
}

void client_begin(struct sio_client *client, struct sio_server *server)
{
    const struct sio_options *options = &server->options;

    client->server = server;
    client->send_buffer = options->send_buffer;
    client->send_packets =
        options->send_packets ? options->send_packets : UINT32_MAX;
    client->old = eio_session_handshake(client_session(client))->revision == 3;
    SLIST_INIT(&client->sockets);
    server->clients++;
    client->counted = true;
}

void client_end(struct sio_client *client, enum sio_reason reason)
{
    struct sio_socket *s;

    client->on_websocket = on_websocket(client);
    client->closed = true;
    held_drop(client, NULL);
    SLIST_FOREACH(s, &client->sockets, link)
    socket_close(s, reason);
    client_free_if_done(client);
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

/* Sends a packet's i-th part, of which a client that has them packed gets one.
 */
static int send_part(const struct sio_client *client, struct sio_packet *packet,
                     uint32_t i)
{
    struct eio_packet *part =
        client->packed ? sio_packet_packed(packet) : packet->parts[i];

    return part ? eio_session_send(eio_data_session(client), part) : ERR_NOMEM;
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
        send_part(client, packet, 0);
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
        int error = send_part(client, packet, i);
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

void client_release(struct sio_client *client)
{
    while (client->held && !eio_session_behind(client_session(client))) {
        struct sio_packet *packet = held_take(client);
        client_send(client, packet, false); /* on failure all are dropped */
        sio_packet_unref(packet);
    }
}

/* --- its sockets, as the floor above knows them --- */

bool sio_session_has(const void *data, struct str beginning)
{
    const struct sio_client *client = data;
    const struct sio_socket *s;

    SLIST_FOREACH(s, &client->sockets, link)
    if (beginning.n > 0 && str_starts(sio_socket_sid(s), beginning))
        return true;
    return false;
}

bool sio_socket_on_websocket(const struct sio_socket *s)
{
    return on_websocket(s->client);
}

int sio_socket_send(struct sio_socket *s, struct sio_packet *packet,
                    bool is_volatile)
{
    if (s->state != SOCKET_JOINED)
        return ERR_CLOSED;
    return client_send(s->client, packet, is_volatile);
}

int sio_socket_send_with(struct sio_socket *s, struct sio_packet *packet,
                         const struct sio_policy *policy)
{
    if (!policy_valid(policy))
        return ERR_INVAL;
    if (s->state != SOCKET_JOINED)
        return ERR_CLOSED;
    return client_send_with(s, packet, policy);
}

size_t sio_socket_queued(const struct sio_socket *s)
{
    const struct sio_client *client = s->client;
    if (client->closed)
        return 0;
    return eio_session_queued(client_session(client)) + held_bytes(client);
}

uint32_t sio_socket_waiting(const struct sio_socket *s)
{
    const struct sio_client *client = s->client;
    if (client->closed)
        return 0;
    return eio_session_waiting(client_session(client)) + held_count(client);
}

int sio_socket_answer(struct sio_socket *s, struct sio_packet *packet)
{
    return sio_socket_send(s, packet, false);
}

void sio_socket_cut_off(struct sio_socket *s)
{
    if (s->state == SOCKET_JOINED && !s->client->closed)
        client_cut_off(s->client, ERR_NOMEM);
}
