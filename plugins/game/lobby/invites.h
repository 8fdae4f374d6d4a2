/* SPDX-License-Identifier: MIT */
/*
 * Invitations to matches that wait for somebody. One is open as long as its
 * match is; of one player to another there is one at a time, and after a
 * refusal none for a while, so that nobody can be pestered.
 */
#ifndef GAME_INVITES_H
#define GAME_INVITES_H

#include <mortise/values.h>

#include "live/live.h"

/* Invites somebody who is here. The reason when it may not be. */
struct reason invites_add(const struct live *live, const char *by,
                          const char *to);
/* False: they were not invited to this match. */
bool invites_refuse(const char *match, const char *to);
/* Who was invited to a match that is not open any more is told so. */
void invites_end(const struct live *live);
/* Those that are open for a user, as elements of the array that is open. */
void invites_append(mortise_writer out, const char *to);

void invites_save(mortise_saving to);
void invites_restore(mortise_saved from);

#endif
