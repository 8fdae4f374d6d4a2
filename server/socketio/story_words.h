/* SPDX-License-Identifier: MIT */
/* What the notes of a session (engineio/story.h) are about, in the words of
 * this floor: names of events, kinds of packets, never what is in them. */
#ifndef MORTISE_SOCKETIO_STORY_WORDS_H
#define MORTISE_SOCKETIO_STORY_WORDS_H

#include "socketio/internal.h"

/* A packet has come whole; the name is an event's, or "". */
void story_heard(struct sio_client *client, enum sio_type type, struct str name,
                 size_t size);
/* The packet that was just sent, whole. */
void story_sent(const struct sio_client *client,
                const struct sio_packet *packet);
/* A socket has joined or left. */
void story_socket(const struct sio_client *client, enum story_kind kind,
                  struct str sid, struct str name_space);
/* What this client was told, or would have been if it could be. */
void story_notice(const struct sio_client *client, struct str code);

#endif
