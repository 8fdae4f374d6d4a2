/* SPDX-License-Identifier: MIT */
#include "socketio/story_words.h"

#include <string.h>

/* The kinds of packets that have no name. */
static const struct str kinds[] = {
    [SIO_CONNECT] = {"CONNECT", 7},
    [SIO_DISCONNECT] = {"DISCONNECT", 10},
    [SIO_EVENT] = {"EVENT", 5},
    [SIO_ACK] = {"ACK", 3},
    [SIO_CONNECT_ERROR] = {"CONNECT_ERROR", 13},
    [SIO_BINARY_EVENT] = {"EVENT", 5},
    [SIO_BINARY_ACK] = {"ACK", 3},
};

static bool is_event(enum sio_type type)
{
    return type == SIO_EVENT || type == SIO_BINARY_EVENT;
}

/* The name in front of an event's arguments, as it is written there, and no
 * more of it than a note has room for. */
static struct str name_in(struct str json, enum sio_type type)
{
    struct str rest = str_of(json.p + 2, json.n > 2 ? json.n - 2 : 0);
    const char *end;

    if (!is_event(type) || json.n < 2 || memcmp(json.p, "[\"", 2) != 0)
        return kinds[type];
    if (rest.n > STORY_WORD_MAX)
        rest.n = STORY_WORD_MAX;
    end = memchr(rest.p, '"', rest.n);
    return end ? str_of(rest.p, (size_t)(end - rest.p)) : rest;
}

void story_heard(struct sio_client *client, const struct sio_header *h)
{
    if (client->server->options.storied)
        eio_session_name_note(client_session(client),
                              name_in(h->json, h->type));
}

void story_sent(const struct sio_client *client, struct sio_packet *packet)
{
    if (!client->server->options.storied || client->closed)
        return;
    /* "42/room,17[...": behind the digit of the floor below is ours. */
    struct str text = eio_packet_item(packet->parts[0], EIO_BARE);
    size_t header =
        text.n < SIO_NAMESPACE_MAX + 32 ? text.n : SIO_NAMESPACE_MAX + 32;
    const char *json = memchr(text.p, '[', header);

    if (text.n < 2 || text.p[1] < '0' || text.p[1] > '6')
        return;
    eio_session_name_note(
        client_session(client),
        name_in(json ? str_of(json, (size_t)(text.p + text.n - json)) : STR(""),
                (enum sio_type)(text.p[1] - '0')));
}

void story_socket(const struct sio_socket *s, enum story_kind kind)
{
    struct str sid = sio_socket_sid(s);
    struct str name = sio_namespace_name(s->name_space);
    char word[STORY_WORD_MAX];
    size_t n = sid.n < sizeof(word) ? sid.n : sizeof(word);

    if (!s->client->server->options.storied)
        return;
    memcpy(word, sid.p, n);
    if (n + 1 < sizeof(word)) {
        word[n++] = ' ';
        size_t room = sizeof(word) - n;
        room = name.n < room ? name.n : room;
        memcpy(word + n, name.p, room);
        n += room;
    }
    eio_session_note(eio_data_session(s->client), kind, 0, str_of(word, n));
}

void story_notice(const struct sio_client *client, struct str code)
{
    if (!client->closed)
        eio_session_note(client_session(client), STORY_NOTICE, 0, code);
}
