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
    assert(extras->ack_count == 0 && SLIST_EMPTY(&extras->values));
    slice_unref(extras->auth);
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

struct sio_socket *socket_new(struct sio_client *client,
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

void socket_free(struct sio_socket *s)
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

void socket_put_in_news(struct sio_socket *s)
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
    socket_put_in_news(s);
}

void socket_joined(struct sio_socket *s)
{
    set_state(s, SOCKET_JOINED);
    note(s, STORY_JOINED);
    s->was_joined = true;
}

/* --- facts --- */

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
