/* SPDX-License-Identifier: MIT */
/* Matches as clients are told of them: whole, by their changes, in a list. */
#ifndef GAME_SAYS_H
#define GAME_SAYS_H

#include <mortise/values.h>

#include "live/live.h"

/* "match:view" to one socket: in order with the deltas, as no answer is for who
 * awaits it. */
void says_view(mortise_socket to, const struct live *live, int viewer);
/* "match:delta": one entry, to all who see it so. */
void says_delta(const struct live *live, int viewer, const struct match *before,
                const struct match *after, const struct entry *entry);
/* "match:rated": what has become of the ratings. */
void says_rated(const struct live *live, mortise_str answer);
/* "match:audience": how many watch. */
void says_audience(const struct live *live);
/* "match:closed": it is forgotten. */
void says_closed(const struct live *live);
/* An entry of a match that is over: applies it, and appends what it changes for
 * somebody from whom nothing is hidden. */
void says_replayed(mortise_writer out, struct match *match,
                   const struct entry *entry);
/* The entries that a viewer has been told of, as they were told, and their
 * number: members of the object that is open. */
void says_so_far(mortise_writer out, const struct live *live, int viewer);
/* A line of the lobby, as members of the object that is open. */
void says_members(mortise_writer out, const struct live *live);
/* The same, as an object. */
void says_summary(mortise_writer out, const struct live *live);

/* {error: {code, message}} */
void says_refuse(const mortise_event *event, struct reason why);
void says_refuse_later(mortise_reply reply, struct reason why);
extern const struct reason says_busy, says_unstored;

#endif
