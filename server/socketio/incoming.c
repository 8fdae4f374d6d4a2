/* SPDX-License-Identifier: MIT */
/* What a client says, packet by packet. */
#include "base/error.h"
#include "socketio/dialect.h"
#include "socketio/packed.h"
#include "socketio/pace.h"
#include "socketio/story_words.h"

/* Of the name of a namespace that cannot be: with more the client is closed, it
 * is not the slip of a person any more. */
#define NAME_SENT_BACK_MAX 1024

/* Parses the JSON of a packet into the arena and checks its kind. ERR_SYNTAX
 * (also when there is none), ERR_TYPE, ERR_LIMIT, ERR_NOMEM. */
static int parse(struct sio_client *client, struct str text,
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

/* What a client says of itself with a CONNECT: an object; NULL: nothing. */
static int read_auth(struct sio_client *client, const struct sio_header *h,
                     struct json **ret_auth)
{
    struct sio_server *server = client->server;
    uint32_t depth = server->options.json_depth;
    struct json *auth = NULL;
    struct str text;
    int error = 0;

    if (h->json.n > 0)
        error = parse(client, h->json, JSON_OBJECT, depth, &auth);
    if (error == 0 && dialect_of(client)->query_in_name) {
        auth = NULL; /* the query, and nothing else */
        if (h->query.n > 0)
            error = dialect_auth(&server->arena, h->query, &text);
        if (error == 0 && h->query.n > 0)
            error = parse(client, text, JSON_OBJECT, depth, &auth);
    }
    if (error == 0)
        *ret_auth = auth;
    return error;
}

static int on_connect(struct sio_client *client, const struct sio_header *h)
{
    struct json *auth;

    story_heard(client, h->type, STR(""), h->json.n);
    if (h->name_space.n > NAME_SENT_BACK_MAX ||
        client_socket(client, h->name_space))
        return ERR_SYNTAX;
    int error = read_auth(client, h, &auth);
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

    story_heard(client, h->type, STR(""), h->json.n);
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
    int error = parse(client, h->json, JSON_ARRAY, depth, &args);
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
    story_heard(client, h->type, is_event(h) ? args->child->text : STR(""),
                packet_size(h, partial));
    if (is_event(h))
        deliver_event(s, h, partial, args);
    else
        acks_answer(s, h, partial, args);
    return 0;
}

/* It takes up room that others need. */
static void on_crowded(void *user)
{
    struct sio_client *client = user;

    if (!client->closed)
        eio_session_note(client_session(client), STORY_BROKE, 0,
                         STR("limits.unfinishedBytes"));
    client_fail(client, SIO_NOTICE_OUT_OF_MEMORY);
}

/* Counts what there is of the packet that it owes attachments for. */
static void hold(struct sio_client *client)
{
    struct intake *intake = client->server->intake;
    struct sio_partial *partial = client_partial(client);
    size_t size = packet_size(&partial->header, partial);

    if (!intake || intake_ignores(&partial->held, size))
        return;
    partial->held.end = on_crowded;
    partial->held.user = client;
    partial->held.peer = eio_session_handshake(client_session(client))->peer;
    intake_hold(intake, &partial->held, size);
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
    if (error < 0)
        return error;
    struct sio_partial *partial = partial_new(h);
    if (!partial)
        return ERR_NOMEM;
    error = client_owes(client, partial);
    if (error < 0)
        partial_free(partial);
    else
        hold(client);
    return error;
}

/* A packet that has all it needs but its attachments. */
static int on_packet(struct sio_client *client, const struct sio_header *h)
{
    switch (h->type) {
    case SIO_CONNECT:
        return on_connect(client, h);
    case SIO_DISCONNECT:
        return on_disconnect(client, h);
    case SIO_EVENT:
    case SIO_ACK:
        return deliver(client, h, NULL);
    case SIO_BINARY_EVENT:
    case SIO_BINARY_ACK:
        return on_binary(client, h);
    case SIO_CONNECT_ERROR: /* only servers say that */
        break;
    }
    return ERR_SYNTAX;
}

/* What it says is counted where there is a limit. */
static int draw(struct sio_client *client, struct str name_space,
                bool is_packet, size_t bytes)
{
    return client->server->paced
               ? pace_draw(client, name_space, is_packet, bytes)
               : 0;
}

static bool is_answer(const struct sio_header *h)
{
    return h->type == SIO_ACK || h->type == SIO_BINARY_ACK;
}

static int on_text(struct sio_client *client, struct str text)
{
    struct sio_header header;

    if (client_partial(client) ||
        client->ignored > 0) /* attachments come first */
        return ERR_SYNTAX;
    int error =
        sio_header_parse(text, client->server->options.attachments, &header);
    if (error < 0)
        return error;
    if (dialect_of(client)->query_in_name)
        sio_header_cut_query(&header);
    error = draw(client, header.name_space, !is_answer(&header), text.n);
    return error < 0 ? error : on_packet(client, &header);
}

static int on_attachment(struct sio_client *client, struct str bytes)
{
    struct sio_partial *partial = client_partial(client);
    int error = draw(client, partial ? partial->header.name_space : STR(""),
                     false, bytes.n);

    if (error < 0)
        return error;
    if (client->ignored > 0) {
        client->ignored--;
        return 0;
    }
    if (!partial)
        return ERR_SYNTAX;
    int complete = partial_add(partial, bytes.p, bytes.n);
    if (complete == 0) {
        client_owes_more(client);
        hold(client);
    }
    if (complete <= 0)
        return complete;
    client_settle(client);
    error = deliver(client, &partial->header, partial);
    partial_free(partial);
    return error;
}

/* One that has its bytes with it. */
static int deliver_whole(struct sio_client *client,
                         const struct sio_packed *packed)
{
    struct sio_partial *partial = partial_new(&packed->header);
    int result = partial ? 0 : ERR_NOMEM;

    for (uint32_t i = 0; result == 0 && i < packed->header.attachments; i++)
        result = partial_add(partial, packed->bytes[i].p, packed->bytes[i].n);
    if (result >= 0)
        result = deliver(client, &partial->header, partial);
    partial_free(partial);
    return result;
}

static int on_packed(struct sio_client *client, struct str message)
{
    const struct sio_options *options = &client->server->options;
    struct sio_packed packed;
    int error = sio_packed_read(message, options->attachments,
                                options->json_depth, &packed);

    if (error == 0)
        error = draw(client, packed.header.name_space,
                     !is_answer(&packed.header), message.n);
    if (error == 0)
        error = packed.header.attachments > 0
                    ? deliver_whole(client, &packed)
                    : on_packet(client, &packed.header);
    sio_packed_free(&packed);
    return error;
}

/* With which parser a client speaks shows in the first that it says: that is a
 * CONNECT, and only in MessagePack is it binary. */
static int settle_parser(struct sio_client *client, bool binary)
{
    const struct sio_options *options = &client->server->options;

    client->heard = true;
    client->packed = binary;
    if (dialect_of(client)->begins_in_main) /* and was spoken to already */
        return binary ? ERR_SYNTAX : 0;
    return (binary ? options->msgpack : options->json) ? 0 : ERR_SYNTAX;
}

void client_hear(struct sio_client *client, bool binary, struct str message)
{
    int error = client->heard ? 0 : settle_parser(client, binary);

    if (error == 0 && client->packed)
        error = binary ? on_packed(client, message) : ERR_SYNTAX;
    else if (error == 0)
        error =
            binary ? on_attachment(client, message) : on_text(client, message);
    if (error >= 0)
        return;
    if (client->server->options.storied)
        eio_session_note(client_session(client), STORY_BROKE,
                         (uint32_t)message.n, str_z(error_text(error)));
    client_break(client, error);
}
