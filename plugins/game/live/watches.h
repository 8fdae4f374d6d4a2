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
/* Without telling anybody, and without the room, which a watch from before a
 * reload has still. NULL: memory is out. */
struct watch *watch_add(struct live *live, struct client *client);
/* With its room. */
void watch_remove(struct watch *watch);
/* All of a match that is forgotten. */
void watch_remove_all(struct live *live);

#endif
