/* SPDX-License-Identifier: MIT */
/*
 * How a socket comes and goes: a client asks to join a namespace, is let in or
 * refused, and in the end is put out, or gone by itself, and that is told.
 */
#include <assert.h>

#include "base/error.h"
#include "socketio/dialect.h"

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
    socket_joined(s);
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
    values_free(s);
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
    socket_put_in_news(s);
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

/* --- putting it out --- */

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
