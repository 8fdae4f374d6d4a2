/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/dialect.h"
#include "socketio/story_words.h"

/* The one place where a socket's state changes. */
static void set_state(struct sio_socket *s, enum socket_state next)
{
    assert(next > s->state); /* only forward, and never twice */
    s->state = (uint8_t)next;
}

/* --- its memory --- */

/* With room for a sid of so many bytes. */
static struct sio_extras *add_extras(struct sio_socket *s, size_t sid_length)
{
    struct sio_extras *extras = mem_zalloc(sizeof(*extras) + sid_length);
    if (!extras)
        return NULL;
    TAILQ_INIT(&extras->acks);
    SLIST_INIT(&extras->values);
    s->extras = extras;
    return extras;
}

struct sio_extras *socket_extras(struct sio_socket *s)
{
    return s->extras ? s->extras : add_extras(s, 0);
}

static void free_extras(struct sio_socket *s)
{
    struct sio_extras *extras = s->extras;

    if (!extras)
        return;
    assert(extras->ack_count == 0);
    slice_unref(extras->auth);
    values_free(extras);
    mem_free(extras);
}

/* The memory for one more socket of the client; NULL when there is none. */
static struct sio_socket *take_memory(struct sio_client *client)
{
    if (client->first_used)
        return mem_zalloc(sizeof(struct sio_socket));
    client->first_used = true;
    client->first = (struct sio_socket){0};
    return &client->first;
}

static void give_memory(struct sio_client *client, struct sio_socket *s)
{
    if (s == &client->first)
        client->first_used = false;
    else
        mem_free(s);
}

static int set_sid(struct sio_socket *s, const char *sid, size_t n)
{
    if (n == sizeof(s->sid)) {
        memcpy(s->sid, sid, n);
        return 0;
    }
    if (!add_extras(s, n))
        return ERR_NOMEM;
    s->long_sid = true;
    s->extras->sid_length = (uint32_t)n;
    memcpy(s->extras->sid, sid, n);
    return 0;
}

static struct sio_socket *socket_new(struct sio_client *client,
                                     struct sio_namespace *name_space)
{
    char sid[DIALECT_SID_MAX];
    size_t n = dialect_of(client)->make_sid(
        client_session(client), sio_namespace_name(name_space), sid);
    struct sio_socket *s = take_memory(client);
    if (!s)
        return NULL;
    if (set_sid(s, sid, n) == 0)
        s->handle = ids_add(&client->server->sockets, s);
    if (s->handle == 0) {
        free_extras(s);
        give_memory(client, s);
        return NULL;
    }
    s->client = client;
    s->name_space = name_space;
    s->state = SOCKET_PENDING;
    namespace_ref(name_space);
    SLIST_INSERT_HEAD(&client->sockets, s, link);
    client->socket_count++;
    return s;
}

static void socket_free(struct sio_socket *s)
{
    struct sio_client *client = s->client;

    assert(!s->entered && !s->rooms);
    ids_remove(&client->server->sockets, s->handle);
    SLIST_REMOVE(&client->sockets, s, sio_socket, link);
    client->socket_count--;
    namespace_unref(s->name_space);
    free_extras(s);
    give_memory(client, s);
}

/* --- what becomes of it --- */

static void note(const struct sio_socket *s, enum story_kind kind)
{
    story_socket(s->client, kind, sio_socket_sid(s),
                 sio_namespace_name(s->name_space));
}

static void put_in_news(struct sio_socket *s)
{
    if (s->has_news)
        return;
    s->has_news = true;
    STAILQ_INSERT_TAIL(&s->client->server->news, s, news);
}

void socket_close(struct sio_socket *s, enum sio_reason reason)
{
    if (s->state == SOCKET_CLOSING)
        return;
    if (s->state == SOCKET_JOINED)
        note(s, STORY_LEFT);
    set_state(s, SOCKET_CLOSING);
    s->reason = (uint8_t)reason;
    put_in_news(s);
}

/* For want of memory. Half a namespace is worse than none: the client is
 * closed, and may come again. */
static void give_up(struct sio_socket *s)
{
    socket_close(s, SIO_FORCED_CLOSE);
    client_fail(s->client, SIO_NOTICE_OUT_OF_MEMORY);
}

/* What it has said of itself, if that is more than may be kept. */
static void drop_large_auth(struct sio_socket *s)
{
    struct sio_extras *extras = s->extras;

    if (!extras || !extras->auth ||
        extras->auth->n <= s->client->server->options.values_size)
        return;
    slice_unref(extras->auth);
    extras->auth = NULL;
}

static void join_namespace(struct sio_socket *s, const struct json *auth)
{
    struct sio_client *client = s->client;
    struct sio_server *server = client->server;
    struct sio_packet *packet = dialect_of(client)->connect(
        sio_namespace_name(s->name_space), sio_socket_sid(s));
    int error = packet ? rooms_enter(s) : ERR_NOMEM;

    if (error == 0)
        error = client_send(client, packet, false);
    sio_packet_unref(packet);
    if (error < 0) {
        /* Nobody has been told of it, and nobody will be. */
        rooms_leave_all(s);
        give_up(s);
        return;
    }
    set_state(s, SOCKET_JOINED);
    note(s, STORY_JOINED);
    s->was_joined = true;
    drop_large_auth(s);
    client_joined(client);
    server->events->connect(server->user, s, auth);
}

static void tell_gone(struct sio_socket *s)
{
    struct sio_client *client = s->client;
    struct sio_server *server = client->server;

    held_drop(client, s);
    if (s->was_joined) {
        server->events->disconnecting(server->user, s, s->reason);
        rooms_leave_all(s);
        acks_gone(s);
        server->events->disconnect(server->user, s, s->reason);
    }
    socket_free(s);
    client_free_if_done(client);
}

static void tell_joined(struct sio_socket *s)
{
    struct sio_server *server = s->client->server;
    struct json_limits limits = {.depth = server->kept_depth};
    struct str text = sio_socket_auth(s);
    struct json *auth = NULL;
    int error = 0;

    /* Nobody else needs the arena: we are inside of no callback. */
    if (text.n > 0)
        error = json_parse(&server->arena, text, &limits, &auth, NULL);
    if (error < 0)
        give_up(s);
    else
        join_namespace(s, auth ? auth : client_no_auth);
    arena_reset(&server->arena);
}

void socket_tell(struct sio_socket *s)
{
    struct sio_news *news = &s->client->server->news;

    assert(STAILQ_FIRST(news) == s);
    STAILQ_REMOVE_HEAD(news, news);
    s->has_news = false;
    if (s->state == SOCKET_CLOSING)
        tell_gone(s);
    else if (s->state == SOCKET_PENDING)
        tell_joined(s);
}

/* What the floor above says to it. */
static void connecting(struct sio_socket *s, const struct json *auth)
{
    struct sio_server *server = s->client->server;

    if (auth != client_no_auth) {
        struct sio_extras *extras = socket_extras(s);
        if (extras)
            extras->auth = slice_new(auth->raw.p, auth->raw.n);
        if (!extras || !extras->auth) {
            give_up(s);
            return;
        }
    }
    s->in_connecting = true;
    enum sio_decision decision =
        server->events->connecting(server->user, s, auth);
    s->in_connecting = false;

    if (s->state != SOCKET_PENDING)
        return; /* closed meanwhile */
    if (s->refused) {
        socket_close(s, SIO_SERVER_DISCONNECT);
        return;
    }
    assert(decision != SIO_REFUSE);
    if (decision == SIO_ACCEPT)
        join_namespace(s, auth);
}

/* The client may be gone when this returns. */
static void refuse_namespace(struct sio_client *client, struct str name,
                             struct str why)
{
    struct sio_packet *packet = sio_packet_connect_error(name, why, STR(""));
    if (packet)
        client_send(client, packet, false);
    else
        client_fail(client, SIO_NOTICE_OUT_OF_MEMORY);
    sio_packet_unref(packet);
}

/* Why it cannot join any of this name; empty: perhaps it can. */
static struct str no_namespace(const struct sio_client *client, struct str name)
{
    if (name.n > SIO_NAMESPACE_MAX)
        return STR("Namespace too long");
    if (client->socket_count >= client->server->options.namespaces_per_client)
        return STR("Too many namespaces");
    return STR("");
}

int socket_ask(struct sio_client *client, struct str name,
               const struct json *auth)
{
    struct str no = no_namespace(client, name);
    if (no.n > 0) {
        refuse_namespace(client, name, no);
        return 0;
    }
    struct sio_namespace *n;
    int error = sio_namespace_want(client->server, name, &n);
    if (error == ERR_NOENT) {
        refuse_namespace(client, name, STR("Invalid namespace"));
        return 0;
    }
    if (error < 0)
        return error;
    struct sio_socket *s = socket_new(client, n);
    if (!s)
        return ERR_NOMEM;
    connecting(s, auth);
    return 0;
}

void sio_socket_accept(struct sio_socket *s)
{
    struct sio_server *server = s->client->server;

    if (s->state != SOCKET_PENDING || s->refused)
        return;
    sio_server_enter(server);
    put_in_news(s);
    sio_server_leave(server);
}

void sio_socket_refuse(struct sio_socket *s, struct str message,
                       struct str data)
{
    if (s->state != SOCKET_PENDING || s->refused)
        return;
    struct sio_server *server = s->client->server;
    struct sio_packet *packet = dialect_of(s->client)->refusal(
        sio_namespace_name(s->name_space), message, data);

    sio_server_enter(server);
    s->refused = true;
    if (packet)
        client_send(s->client, packet, false);
    else
        /* An answer must come, if only the end. */
        client_fail(s->client, SIO_NOTICE_OUT_OF_MEMORY);
    sio_packet_unref(packet);
    if (!s->in_connecting)
        socket_close(s, SIO_SERVER_DISCONNECT);
    sio_server_leave(server);
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

static void dismiss(struct sio_socket *s, const struct sio_notice *why)
{
    if (s->state != SOCKET_JOINED)
        return;
    struct sio_packet *packet =
        sio_packet_disconnect(sio_namespace_name(s->name_space));
    client_notice_socket(s, why);
    if (packet)
        client_send(s->client, packet, false);
    else
        client_fail(s->client, SIO_NOTICE_OUT_OF_MEMORY);
    sio_packet_unref(packet);
    socket_close(s, SIO_SERVER_DISCONNECT);
    s->client->dismissed = true;
}

void sio_socket_kick(struct sio_socket *s, bool close,
                     const struct sio_notice *why)
{
    struct sio_client *client = s->client;
    struct sio_server *server = client->server;
    struct sio_socket *each;

    assert(sio_notice_valid(why));
    sio_server_enter(server);
    if (!client->closed && (close || s->state == SOCKET_JOINED))
        client_count_end(client, why->code, close);
    dismiss(s, why);
    if (close) {
        SLIST_FOREACH(each, &client->sockets, link)
        dismiss(each, why);
        client_close(client);
    }
    sio_server_leave(server);
}

void sio_socket_disconnect_for(struct sio_socket *s, bool close,
                               enum sio_notice_code why)
{
    struct sio_notice notice = sio_notice_of(why);
    sio_socket_kick(s, close, &notice);
}

void sio_socket_disconnect(struct sio_socket *s, bool close)
{
    sio_socket_disconnect_for(s, close, SIO_NOTICE_DISCONNECTED);
}

struct sio_socket *sio_socket_find(const struct sio_server *server,
                                   uint64_t handle)
{
    return ids_get(&server->sockets, handle);
}

uint64_t sio_socket_handle(const struct sio_socket *s)
{
    return s->handle;
}

struct str sio_socket_sid(const struct sio_socket *s)
{
    return s->long_sid ? str_of(s->extras->sid, s->extras->sid_length)
                       : str_of(s->sid, sizeof(s->sid));
}

struct sio_namespace *sio_socket_namespace(const struct sio_socket *s)
{
    return s->name_space;
}

const struct eio_handshake *sio_socket_handshake(const struct sio_socket *s)
{
    return eio_session_handshake(eio_data_session(s->client));
}

const void *sio_socket_connection(const struct sio_socket *s)
{
    return s->client;
}

bool sio_socket_on_websocket(const struct sio_socket *s)
{
    return client_on_websocket(s->client);
}

struct str sio_socket_auth(const struct sio_socket *s)
{
    return s->extras && s->extras->auth ? slice_str(s->extras->auth) : STR("");
}

void sio_socket_set_data(struct sio_socket *s, void *data)
{
    s->data = data;
}

void *sio_socket_data(const struct sio_socket *s)
{
    return s->data;
}

bool sio_socket_connected(const struct sio_socket *s)
{
    return s->state == SOCKET_JOINED;
}
