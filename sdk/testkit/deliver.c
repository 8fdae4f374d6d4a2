/* SPDX-License-Identifier: MIT */
/* What the server has sent, given to the client it is for. */
#include <string.h>

#include "internal.h"

/* Who asked last, for somebody may leave a namespace and join it again. */
static struct testkit_client *receiver(struct kit_connection *connection,
                                       struct str name_space)
{
    struct testkit_client *client;

    TAILQ_FOREACH_REVERSE(client, &connection->clients, client_list, link)
    if (str_eq(str_z(client->name_space), name_space))
        return client;
    return NULL;
}

static void join(struct testkit_client *client, const struct received *r)
{
    struct str sid;
    int error = json_string(json_get(r->body, STR("sid")), &sid);

    assert(error == 0);
    (void)error;
    client->sid = kit_realloc(client->sid, sid.n + 1);
    memcpy(client->sid, sid.p, sid.n);
    client->sid[sid.n] = '\0';
    client->state = CLIENT_JOINED;
}

/* Takes the packet over. */
static void take(struct testkit_client *client, struct received *r)
{
    switch (r->packet->header.type) {
    case SIO_EVENT:
    case SIO_BINARY_EVENT:
        TAILQ_INSERT_TAIL(&client->events, r, link);
        return;
    case SIO_ACK:
    case SIO_BINARY_ACK:
        TAILQ_INSERT_TAIL(&client->acks, r, link);
        return;
    case SIO_CONNECT_ERROR:
        client->state = CLIENT_REFUSED;
        client->refusal = r;
        return;
    case SIO_CONNECT:
        join(client, r);
        break;
    case SIO_DISCONNECT:
        client->state = CLIENT_PUT_OUT;
        break;
    }
    received_free(r);
}

void kit_deliver(struct kit_connection *connection)
{
    struct testkit_client *client;
    struct eio_packet *part;

    while ((part = engine_take(connection->session))) {
        struct received *r = received_read(&connection->open, part);
        eio_packet_unref(part);
        if (!r)
            continue;
        client = receiver(connection, r->packet->header.name_space);
        if (client)
            take(client, r);
        else
            received_free(r);
    }
    if (engine_is_open(connection->session))
        return;
    TAILQ_FOREACH(client, &connection->clients, link)
    if (client->state == CLIENT_JOINED || client->state == CLIENT_ASKING)
        client->state = CLIENT_PUT_OUT;
}

static void free_list(struct received_list *list)
{
    struct received *r;

    while ((r = TAILQ_FIRST(list))) {
        TAILQ_REMOVE(list, r, link);
        received_free(r);
    }
}

void kit_client_free(struct testkit_client *client)
{
    free_list(&client->events);
    free_list(&client->acks);
    received_free(client->refusal);
    received_free(client->last);
    free(client->name_space);
    free(client->sid);
    free(client->words);
    free(client);
}
