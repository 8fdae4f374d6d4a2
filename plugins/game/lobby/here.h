/* SPDX-License-Identifier: MIT */
/*
 * Who is here: the players with at least one socket, for those who look. They
 * are in one room; who has come, gone, begun to play or got another rating is
 * told to it together, several times a second at most. While nobody looks
 * nothing is noted.
 */
#ifndef GAME_HERE_H
#define GAME_HERE_H

#include "live/live.h"

#define HERE_TIMER "here"

/* {ok, total, players}: those behind this user, by their ids. The client is
 * told of changes from then on. */
void here_list(struct client *client, const char *after, int limit,
               const mortise_event *event);
void here_leave(struct client *client);
/* A user has come or gone, or is another one. */
void here_changed(const char *user);
/* The match has begun, or is over. */
void here_status(const struct live *live, int before);
/* The timer's row. */
void here_tick(mortise_socket none, const mortise_event *event);

void here_save(mortise_saving to);
void here_restore(mortise_saved from);
void here_free(void);

#endif
