/* SPDX-License-Identifier: MIT */
/* What clients do. */
#include <string.h>

#include "base/error.h"
#include "internal.h"

#define AT ((struct kit_place){file, line})

/* --- sending --- */

/* A client's packet is what the server's would be: text, then attachments. */
static void say(struct testkit_client *client, struct sio_packet *packet)
{
    kit_enter(client->kit);
    for (uint32_t i = 0; i < packet->count; i++) {
        const struct eio_packet *part = packet->parts[i];
        size_t at = part->text_at + !part->binary; /* behind the type digit */
        engine_message(client->connection->session, part->binary,
                       part->slice->p + at, part->slice->n - at);
    }
    kit_leave(client->kit);
    sio_packet_unref(packet);
}

/* A packet of the wire: type, namespace, data. */
static void say_text(struct testkit_client *client, char type, const char *data)
{
    struct buf text;

    buf_init(&text, BUF_MAX);
    buf_append_char(&text, type);
    if (strcmp(client->name_space, "/") != 0)
        buf_printf(&text, "%s,", client->name_space);
    buf_append_z(&text, data);
    kit_enter(client->kit);
    engine_message(client->connection->session, false, text.p, text.n);
    kit_leave(client->kit);
    buf_free(&text);
}

static void check_joined(struct kit_place at,
                         const struct testkit_client *client)
{
    if (client->state != CLIENT_JOINED)
        kit_fail_client(at, client, "this client is not connected");
}

void testkit_emit_at(const char *file, int line, struct testkit_client *client,
                     const char *event, const char *format, ...)
{
    va_list args;

    check_joined(AT, client);
    va_start(args, format);
    struct sio_packet *packet =
        kit_build_event(AT, client->name_space, NULL, event, format, args);
    va_end(args);
    say(client, packet);
}

int testkit_call_at(const char *file, int line, struct testkit_client *client,
                    const char *event, const char *format, ...)
{
    va_list args;

    check_joined(AT, client);
    uint64_t id = (uint64_t)++client->calls;
    va_start(args, format);
    struct sio_packet *packet =
        kit_build_event(AT, client->name_space, &id, event, format, args);
    va_end(args);
    say(client, packet);
    return (int)id;
}

void testkit_answer_at(const char *file, int line,
                       struct testkit_client *client, const char *format, ...)
{
    va_list args;

    check_joined(AT, client);
    if (!client->last || received_name(client->last).n == 0 ||
        !client->last->packet->header.has_id)
        kit_fail_client(AT, client,
                        "what was last expected asks for no acknowledgement");
    va_start(args, format);
    struct sio_packet *packet = kit_build_ack(
        AT, client->name_space, client->last->packet->header.id, format, args);
    va_end(args);
    say(client, packet);
}

/* --- coming --- */

static struct kit_connection *open_connection(struct kit_place at,
                                              struct testkit *kit,
                                              const struct testkit_who *who)
{
    struct kit_connection *connection = kit_realloc(NULL, sizeof(*connection));
    struct engine_request request = {
        .headers = str_z(who->headers),
        .query = str_z(who->query),
        .address = str_z(who->address ? who->address : "127.0.0.1"),
    };
    const struct config *config = kit->config;
    struct engine_limits limits = {
        .bytes = (size_t)config->limits.send_buffer,
        .bytes_low = (size_t)config->limits.send_buffer_low,
        .packets = (uint32_t)config->limits.send_packets,
        .packets_low = (uint32_t)config->limits.send_packets_low,
    };

    connection->open = NULL;
    TAILQ_INIT(&connection->clients);
    connection->session = engine_open(kit->sio, &request, &limits);
    if (!connection->session)
        kit_fail(at, "these are no headers: %s", who->headers);
    TAILQ_INSERT_TAIL(&kit->connections, connection, link);
    return connection;
}

/* Onto a connection of its own, if it gets one. */
static void connect_client(struct kit_place at, struct testkit_client *client,
                           const struct testkit_who *who)
{
    struct testkit *kit = client->kit;
    struct buf refusal;

    if (kit_may_connect(at, kit, who, &refusal)) {
        client->connection = open_connection(at, kit, who);
        TAILQ_INSERT_TAIL(&client->connection->clients, client, link);
    } else {
        client->state = CLIENT_TURNED_AWAY;
        client->words = kit_dup(refusal.error == 0 ? refusal.p : "");
        TAILQ_INSERT_TAIL(&kit->turned_away, client, link);
    }
    buf_free(&refusal);
}

struct testkit_client *testkit_try_at(const char *file, int line,
                                      struct testkit *kit,
                                      struct testkit_who who)
{
    struct testkit_client *client = kit_realloc(NULL, sizeof(*client));
    int n = kit->fail_next;

    memset(client, 0, sizeof(*client));
    client->kit = kit;
    client->number = ++kit->clients;
    client->name_space = kit_dup(who.name_space ? who.name_space : "/");
    TAILQ_INIT(&client->events);
    TAILQ_INIT(&client->acks);
    kit->fail_next = 0; /* of asking to join, not of the connection */
    if (!who.over) {
        connect_client(AT, client, &who);
    } else if (who.over->connection) {
        client->connection = who.over->connection;
        TAILQ_INSERT_TAIL(&client->connection->clients, client, link);
    } else {
        kit_fail_client(AT, who.over, "this client has no connection");
    }
    kit->fail_next = n;
    if (client->connection)
        say_text(client, '0', who.auth ? who.auth : "");
    return client;
}

struct testkit_client *testkit_connect_at(const char *file, int line,
                                          struct testkit *kit,
                                          struct testkit_who who)
{
    struct testkit_client *client = testkit_try_at(file, line, kit, who);
    if (client->state != CLIENT_JOINED)
        kit_fail_client(AT, client, "it could not connect");
    return client;
}

const char *testkit_sid(const struct testkit_client *client)
{
    return client->sid ? client->sid : "";
}

/* --- going --- */

void testkit_disconnect_at(const char *file, int line,
                           struct testkit_client *client)
{
    check_joined(AT, client);
    client->state = CLIENT_LEFT;
    say_text(client, '1', "");
}

static void lose(struct testkit_client *client, enum eio_reason reason)
{
    struct kit_connection *connection = client->connection;
    struct testkit_client *each;

    TAILQ_FOREACH(each, &connection->clients, link)
    if (each->state == CLIENT_JOINED)
        each->state = CLIENT_LEFT;
    kit_enter(client->kit);
    engine_end(connection->session, reason);
    kit_leave(client->kit);
}

void testkit_vanish_at(const char *file, int line,
                       struct testkit_client *client)
{
    check_joined(AT, client);
    lose(client, EIO_TRANSPORT_CLOSE);
}

void testkit_lose_at(const char *file, int line, struct testkit_client *client,
                     const char *reason)
{
    check_joined(AT, client);
    for (int r = 0; r < EIO_SHUTTING_DOWN; r++)
        if (strcmp(reason, eio_reason_text((enum eio_reason)r)) == 0) {
            lose(client, (enum eio_reason)r);
            return;
        }
    kit_fail(AT, "no connection is lost by \"%s\"", reason);
}

/* --- reading slowly --- */

void testkit_block(struct testkit_client *client)
{
    if (!client->connection)
        return;
    engine_block(client->connection->session, true);
}

void testkit_unblock_at(const char *file, int line,
                        struct testkit_client *client)
{
    if (client->state == CLIENT_LEFT || !client->connection)
        kit_fail_client(AT, client, "this client is not there");
    kit_enter(client->kit);
    engine_block(client->connection->session, false);
    kit_leave(client->kit);
}
