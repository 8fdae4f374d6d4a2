/* SPDX-License-Identifier: MIT */
/* A client: what one Engine.IO session says, packet by packet. */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/dialect.h"

/* Of the name of a namespace that cannot be: with more the client is closed, it
 * is not the slip of a person any more. */
#define NAME_SENT_BACK_MAX 1024

static const struct json no_auth = {
    .type = JSON_OBJECT, .compact = true, .raw = {"{}", 2}};
const struct json *const client_no_auth = &no_auth;

void client_free_if_done(struct sio_client *client)
{
    if (client->session || !LIST_EMPTY(&client->sockets))
        return;
    timer_stop(client->server->timers, &client->deadline);
    partial_free(client->partial);
    client->server->clients--;
    mem_free(client);
}

struct sio_socket *client_socket(const struct sio_client *client,
                                 struct str name_space)
{
    struct sio_socket *s;
    LIST_FOREACH(s, &client->sockets, link)
    if (s->state != SOCKET_CLOSING &&
        str_eq(sio_namespace_name(s->name_space), name_space))
        return s;
    return NULL;
}

bool client_on_websocket(const struct sio_client *client)
{
    return client->session ? strcmp(eio_session_transport(client->session),
                                    "websocket") == 0
                           : client->on_websocket;
}

void client_joined(struct sio_client *client)
{
    if (!client->partial)
        timer_stop(client->server->timers, &client->deadline);
}

void client_fail(struct sio_client *client, enum sio_notice_code why)
{
    partial_free(client->partial);
    client->partial = NULL;
    if (!client->session)
        return;
    notice_client(client, why);
    eio_session_close(client->session);
}

/* What to say of an error that ended the reading of a packet. */
static enum sio_notice_code notice_for(int error)
{
    return error == ERR_NOMEM ? SIO_NOTICE_OUT_OF_MEMORY
                              : SIO_NOTICE_PROTOCOL_ERROR;
}

/*
 * Something could not be sent to the client, so the stream of packets would
 * have a hole: it ends here. What waits will not be read in time, but for
 * some last words, in whose favour it is dropped.
 */
static void cut_off(struct sio_client *client, int error)
{
    struct sio_server *server = client->server;
    struct sio_socket *s;

    if (!server->options.notices) {
        eio_session_discard(client->session, EIO_TRANSPORT_ERROR);
        return;
    }
    sio_server_enter(server);
    held_drop(client, NULL);
    eio_session_cut(client->session);
    notice_client(client, error == ERR_NOMEM ? SIO_NOTICE_OUT_OF_MEMORY
                                             : SIO_NOTICE_TOO_SLOW);
    LIST_FOREACH(s, &client->sockets, link)
    socket_close(s, SIO_TRANSPORT_ERROR);
    eio_session_close(client->session);
    sio_server_leave(server);
}

int client_send_with(struct sio_socket *s, struct sio_packet *packet,
                     const struct sio_policy *policy)
{
    struct sio_client *client = s->client;
    if (!client->session)
        return ERR_CLOSED;
    if (!client->held && !eio_session_behind(client->session))
        return client_send(client, packet, false);
    int result = held_put(s, packet, policy);
    if (result < 0)
        cut_off(client, result);
    return result;
}

int client_send(struct sio_client *client, struct sio_packet *packet,
                bool is_volatile)
{
    struct eio_session *session = client->session;
    if (!session)
        return ERR_CLOSED;
    if (is_volatile && !eio_session_writable(session))
        return ERR_DROPPED;
    for (uint32_t i = 0; i < packet->count; i++) {
        int error = eio_session_send(session, packet->parts[i]);
        if (error == 0)
            continue;
        if (error == ERR_CLOSED)
            return error;
        if (is_volatile && i == 0)
            return ERR_DROPPED; /* whole: nobody counts on it */
        if (i == 0)
            cut_off(client, error);
        else /* within a packet there can be no other words */
            eio_session_discard(session, EIO_TRANSPORT_ERROR);
        return error;
    }
    return 0;
}

/* --- packets --- */

int client_parse(struct sio_client *client, struct str text,
                 enum json_type type, uint32_t depth, struct json **ret_value)
{
    struct json_limits limits = {.depth = depth};
    struct json *value;

    if (text.n == 0)
        return ERR_SYNTAX;
    int error = json_parse(&client->server->arena, text, &limits, &value, NULL);
    if (error < 0)
        return error;
    if (value->type != type)
        return ERR_TYPE;
    *ret_value = value;
    return 0;
}

static int on_connect(struct sio_client *client, const struct sio_header *h)
{
    struct json *auth;

    if (h->name_space.n > NAME_SENT_BACK_MAX ||
        client_socket(client, h->name_space))
        return ERR_SYNTAX;
    int error = dialect_auth(client, h, &auth);
    if (error < 0)
        return error;
    return socket_ask(client, h->name_space, auth ? auth : client_no_auth);
}

/* The socket that a packet is for; NULL when the client has not joined. */
static struct sio_socket *joined_socket(const struct sio_client *client,
                                        const struct sio_header *h)
{
    struct sio_socket *s = client_socket(client, h->name_space);
    return s && s->state == SOCKET_JOINED ? s : NULL;
}

/* What becomes of a packet for a namespace that is not joined: it breaks the
 * protocol, unless the client may not yet know that we have put it out. */
static int not_joined(const struct sio_client *client)
{
    return client->dismissed ? 0 : ERR_SYNTAX;
}

static int on_disconnect(struct sio_client *client, const struct sio_header *h)
{
    struct sio_socket *s = joined_socket(client, h);
    if (h->json.n > 0)
        return ERR_SYNTAX;
    if (!s)
        return not_joined(client);
    socket_close(s, SIO_CLIENT_DISCONNECT);
    return 0;
}

static bool is_event(const struct sio_header *h)
{
    return h->type == SIO_EVENT || h->type == SIO_BINARY_EVENT;
}

/* Reads the array of an EVENT or ACK and checks what every such array must
 * have. */
static int read_args(struct sio_client *client, const struct sio_header *h,
                     uint32_t depth, struct json **ret_args)
{
    struct json *args;
    int error = client_parse(client, h->json, JSON_ARRAY, depth, &args);
    if (error < 0)
        return error;
    const struct json *name = args->child;
    if (is_event(h) &&
        (!name || (name->type != JSON_STRING && name->type != JSON_NUMBER) ||
         sio_event_reserved(name->text)))
        return ERR_SYNTAX;
    if (!is_event(h) && !h->has_id)
        return ERR_SYNTAX;
    *ret_args = args;
    return 0;
}

static size_t packet_size(const struct sio_header *h,
                          const struct sio_partial *partial)
{
    size_t size = h->json.n;
    for (uint32_t i = 0; partial && i < partial->have; i++)
        size += partial->attachments[i]->n;
    return size;
}

static void deliver_event(struct sio_socket *s, const struct sio_header *h,
                          const struct sio_partial *partial, struct json *args)
{
    struct sio_server *server = s->client->server;
    struct sio_event event = {
        .name = args->child->text,
        .args = args,
        .argc = args->count - 1,
        .size = packet_size(h, partial),
        .wants_ack = h->has_id,
        .ack_id = h->id,
        .arena = &server->arena,
    };
    server->events->event(server->user, s, &event);
}

/* An EVENT or ACK, with its attachments in place if it had any. */
static int deliver(struct sio_client *client, const struct sio_header *h,
                   const struct sio_partial *partial)
{
    struct sio_socket *s = joined_socket(client, h);
    struct json *args;

    if (!s)
        return not_joined(client);
    const struct sio_server *server = client->server;
    int error = read_args(
        client, h, partial ? server->kept_depth : server->options.json_depth,
        &args);
    if (error == 0 && partial)
        error = partial_resolve(partial, args);
    if (error < 0)
        return error;
    if (is_event(h))
        deliver_event(s, h, partial, args);
    else
        acks_answer(s, h, partial, args);
    return 0;
}

/* An attachment must come within this time, as long as one is due. */
static int await_attachment(struct sio_client *client)
{
    struct sio_server *server = client->server;
    return timer_start(server->timers, &client->deadline,
                       server->options.connect_timeout);
}

/* The text is read now, to see that it is worth keeping, and read again when
 * it is complete: what has been read takes many times the memory. Nothing is
 * kept for a namespace that is not joined. */
static int on_binary(struct sio_client *client, const struct sio_header *h)
{
    struct json *args;

    if (!joined_socket(client, h)) {
        client->ignored = h->attachments;
        return not_joined(client);
    }
    int error = read_args(client, h, client->server->options.json_depth, &args);
    if (error == 0)
        error = await_attachment(client);
    if (error < 0)
        return error;
    client->partial = partial_new(h);
    return client->partial ? 0 : ERR_NOMEM;
}

static int on_text(struct sio_client *client, struct str text)
{
    struct sio_header header;

    if (client->partial || client->ignored > 0) /* attachments come first */
        return ERR_SYNTAX;
    int error =
        sio_header_parse(text, client->server->options.attachments, &header);
    if (error < 0)
        return error;
    if (client->dialect->query_in_name)
        sio_header_cut_query(&header);
    switch (header.type) {
    case SIO_CONNECT:
        return on_connect(client, &header);
    case SIO_DISCONNECT:
        return on_disconnect(client, &header);
    case SIO_EVENT:
    case SIO_ACK:
        return deliver(client, &header, NULL);
    case SIO_BINARY_EVENT:
    case SIO_BINARY_ACK:
        return on_binary(client, &header);
    case SIO_CONNECT_ERROR: /* only servers say that */
        break;
    }
    return ERR_SYNTAX;
}

static int on_attachment(struct sio_client *client, const char *p, size_t n)
{
    if (client->ignored > 0) {
        client->ignored--;
        return 0;
    }
    if (!client->partial)
        return ERR_SYNTAX;
    int complete = partial_add(client->partial, p, n);
    if (complete == 0)
        return await_attachment(client);
    if (complete < 0)
        return complete;
    struct sio_partial *partial = client->partial;
    client->partial = NULL;
    timer_stop(client->server->timers, &client->deadline);
    int error = deliver(client, &partial->header, partial);
    partial_free(partial);
    return error;
}

/* --- news from below --- */

static void deadline_passed(struct timer *timer)
{
    client_fail(CONTAINER_OF(timer, struct sio_client, deadline),
                SIO_NOTICE_TOO_LATE);
}

/* A client of revision 4 takes it for granted that it is in "/". */
static void begin_in_main(struct sio_client *client)
{
    struct sio_server *server = client->server;

    sio_server_enter(server);
    int error = socket_ask(client, STR("/"), client_no_auth);
    if (error < 0)
        client_fail(client, notice_for(error));
    arena_reset(&server->arena);
    sio_server_leave(server);
}

static void session_open(void *user, struct eio_session *session)
{
    struct sio_server *server = user;
    struct sio_client *client = mem_zalloc(sizeof(*client));

    eio_session_set_data(session, client);
    if (!client) {
        eio_session_close(session);
        return;
    }
    client->server = server;
    client->session = session;
    client->send_buffer = server->options.send_buffer;
    client->send_packets = server->options.send_packets
                               ? server->options.send_packets
                               : UINT32_MAX;
    client->handshake = eio_session_handshake(session);
    client->dialect = dialect_for(client->handshake->revision);
    LIST_INIT(&client->sockets);
    server->clients++;
    timer_init(&client->deadline, deadline_passed);
    if (timer_start(server->timers, &client->deadline,
                    server->options.connect_timeout) < 0)
        client_fail(client, SIO_NOTICE_OUT_OF_MEMORY);
    else if (client->dialect->begins_in_main)
        begin_in_main(client);
}

static void session_message(void *user, struct eio_session *session,
                            bool binary, char *p, size_t n)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);

    if (!client)
        return;
    sio_server_enter(server);
    int error =
        binary ? on_attachment(client, p, n) : on_text(client, str_of(p, n));
    if (error < 0)
        client_fail(client, notice_for(error));
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

static void session_close(void *user, struct eio_session *session,
                          enum eio_reason reason)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);
    struct sio_socket *s;

    if (!client)
        return;
    sio_server_enter(server);
    client->on_websocket = client_on_websocket(client);
    client->session = NULL;
    held_drop(client, NULL);
    LIST_FOREACH(s, &client->sockets, link)
    socket_close(s, reason_of(reason));
    client_free_if_done(client);
    sio_server_leave(server);
}

static void session_drain(void *user, struct eio_session *session)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);
    struct sio_socket *s;

    if (!client)
        return;
    sio_server_enter(server);
    held_release(client);
    if (!client->held) {
        LIST_FOREACH(s, &client->sockets, link)
        if (s->state == SOCKET_JOINED && server->events->drain)
            server->events->drain(server->user, s);
    }
    sio_server_leave(server);
}

/* The engine ends a session by itself; the client can still be told. */
static void session_closing(void *user, struct eio_session *session,
                            enum eio_reason reason)
{
    static const enum sio_notice_code codes[] = {
        [EIO_TRANSPORT_CLOSE] = SIO_NOTICE_TRANSPORT_ERROR,
        [EIO_TRANSPORT_ERROR] = SIO_NOTICE_TRANSPORT_ERROR,
        [EIO_PING_TIMEOUT] = SIO_NOTICE_PING_TIMEOUT,
        [EIO_PARSE_ERROR] = SIO_NOTICE_PROTOCOL_ERROR,
        [EIO_FORCED_CLOSE] = SIO_NOTICE_DISCONNECTED,
        [EIO_SHUTTING_DOWN] = SIO_NOTICE_SHUTTING_DOWN,
    };
    struct sio_client *client = eio_session_data(session);
    if (client)
        notice_client(client, codes[reason]);
}

const struct eio_events sio_eio_events = {
    .open = session_open,
    .message = session_message,
    .close = session_close,
    .drain = session_drain,
    .closing = session_closing,
};
