/* SPDX-License-Identifier: MIT */
/* Who comes to follow a match and leaves it, and what it knows of that. */
#ifndef GAME_AUDIENCE_H
#define GAME_AUDIENCE_H

#include "live/watches.h"

/* Begins to follow, or goes on. NULL with the reason. */
struct watch *audience_enter(struct live *live, struct client *client,
                             struct reason *ret_why);
void audience_leave(struct watch *watch);
/* All matches of a socket that has gone. */
void audience_leave_all(struct client *client);
/* Makes the match know who is there and who is away. */
void audience_reconcile(struct live *live);
/* Somebody has sat down or stood up: who they are to the match may be another.
 */
void audience_reseat(struct live *live);

#endif
