/* SPDX-License-Identifier: MIT */
/*
 * What happens to live matches and players that the floors above want to know:
 * the lobby and what is in front. game.c says who is told.
 */
#ifndef GAME_NEWS_H
#define GAME_NEWS_H

#include <mortise/commands.h>

#include "live/live.h"

struct live_news {
    /* What the list of matches says of this one is another. */
    void (*listed)(const struct live *live);
    /* It has begun, or is over; what it was before. */
    void (*status)(const struct live *live, int before);
    /* Somebody who was paired has stood up before the start. */
    void (*stood)(struct live *live);
    /* It will not be in memory any more. */
    void (*dropped)(const struct live *live);
    /* A user has come or gone, or is rated otherwise. */
    void (*player)(const char *user);
    /* An entry was written, or could not be. */
    void (*written)(void);
    /* What became of a WRITE_FORGET. */
    void (*forgotten)(mortise_order order, mortise_str ask, int status,
                      mortise_str answer);
};

extern const struct live_news live_news;

#endif
