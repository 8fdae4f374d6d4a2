/* SPDX-License-Identifier: MIT */
/* What live.c and live_state.c share. */
#ifndef GAME_LIVE_STATE_H
#define GAME_LIVE_STATE_H

#include "live/live.h"

extern struct writer live_writer;

/* One with an id and a key (0: the next one). NULL: memory is out. */
struct live *live_make(const char *id, uint64_t key,
                       const struct match_options *how);
/* Fills in letters and digits that nobody can guess. */
void live_random_name(char *ret, size_t size);

#endif
