/* SPDX-License-Identifier: MIT */
/* Who follows which match: players in their seats, and those who watch. */
#ifndef GAME_WATCHES_H
#define GAME_WATCHES_H

#include "live/live.h"

struct watch {
    struct watch *next;           /* of the same match */
    struct watch *next_of_client; /* of the same socket */
    struct live *live;
    struct client *client;
    int viewer; /* a seat, or NOBODY */
};

enum { WATCH_ROOM_SIZE = 20 };

/* The room of those who see the same: the seat's, or the spectators'. */
void watch_room(const struct live *live, int viewer, char ret[WATCH_ROOM_SIZE]);
/* Whether anybody is in it. */
bool watch_any(const struct live *live, int viewer);
/* What a viewer of this kind is shown. */
const struct match *watch_match(const struct live *live, int viewer);

struct watch *watch_find(const struct live *live, const struct client *client);
/* Begins to follow, or goes on. NULL with the reason. */
struct watch *watch_begin(struct live *live, struct client *client,
                          struct reason *ret_why);
/* One that there was before a reload: its room has it still. */
struct watch *watch_restore(struct live *live, struct client *client);
void watch_end(struct watch *watch);
/* All of a socket that has gone. */
void watch_end_all(struct client *client);
/* All of a match that is forgotten. */
void watch_end_match(struct live *live);
/* Makes the match know who is there and who is away. */
void watch_reconcile(struct live *live);
/* Somebody has sat down or stood up: who they are to the match may be another.
 */
void watch_reseat(struct live *live);

#endif
