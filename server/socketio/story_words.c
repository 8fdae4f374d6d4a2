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

void story_heard(struct sio_client *client, enum sio_type type, struct str name,
                 size_t size)
{
    if (client->server->options.storied)
        eio_session_note(client_session(client), STORY_RECEIVED, (uint32_t)size,
                         name.n > 0 ? name : kinds[type]);
}

void story_sent(const struct sio_client *client,
                const struct sio_packet *packet)
{
    const struct eio_packet *part = packet->parts[0];
    const char *p = part->slice->p;

    if (!client->server->options.storied || client->closed)
        return;
    /* Behind the digit of the floor below is ours. */
    eio_session_note(client_session(client), STORY_SENT,
                     eio_packet_frame_size(part),
                     packet->name_length > 0
                         ? str_of(p + packet->name_at, packet->name_length)
                         : kinds[p[part->text_at + 1] - '0']);
}

void story_socket(const struct sio_client *client, enum story_kind kind,
                  struct str sid, struct str name)
{
    char word[STORY_WORD_MAX];
    size_t n = sid.n < sizeof(word) ? sid.n : sizeof(word);

    if (!client->server->options.storied)
        return;
    memcpy(word, sid.p, n);
    if (n + 1 < sizeof(word)) {
        word[n++] = ' ';
        size_t room = sizeof(word) - n;
        room = name.n < room ? name.n : room;
        memcpy(word + n, name.p, room);
        n += room;
    }
    eio_session_note(eio_data_session(client), kind, 0, str_of(word, n));
}

void story_notice(const struct sio_client *client, struct str code)
{
    if (!client->closed)
        eio_session_note(client_session(client), STORY_NOTICE, 0, code);
}
