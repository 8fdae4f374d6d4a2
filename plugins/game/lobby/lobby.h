/* SPDX-License-Identifier: MIT */
/*
 * The list of matches that are not private, and those who look at it, each
 * through a filter. Those with the same filter are in one room: a change is
 * written once for each filter that is in use, and several times a second at
 * most.
 */
#ifndef GAME_LOBBY_H
#define GAME_LOBBY_H

#include <mortise/values.h>

#include "live/live.h"

#define LOBBY_TIMER "lobby"

enum lobby_status { LOBBY_OPEN, LOBBY_RUNNING, LOBBY_ANY };

/* Plain data: equal ones have equal bytes. -1: any. */
struct filter {
    int32_t rules, status, rated, clock;
    int64_t rating_min, rating_max; /* of who has a seat */
};

/* {ok: true, matches: [...], total}: the newest ones that fit. The client is
 * told of changes from then on, in place of those of another filter. */
void lobby_enter(struct client *client, const struct filter *filter,
                 uint32_t limit, const mortise_event *event);
void lobby_leave(struct client *client);
/* A match has changed, or will be gone. */
void lobby_changed(const struct live *live);
/* The timer's row. */
void lobby_tick(mortise_socket none, const mortise_event *event);

int lobby_save(mortise_saving to);
int lobby_restore(mortise_saved from);

#endif
