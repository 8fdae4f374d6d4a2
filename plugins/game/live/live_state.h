/* SPDX-License-Identifier: MIT */
/* What the files of live.h share. */
#ifndef GAME_LIVE_STATE_H
#define GAME_LIVE_STATE_H

#include "live/live.h"

/* After so long what has failed is tried again. */
enum { LIVE_RETRY_MS = 1000 };

extern struct writer live_writer;

/* One with an id and a key (0: the next one). NULL: memory is out. */
struct live *live_make(const char *id, uint64_t key,
                       const struct match_options *how);
/* Fills in letters and digits that nobody can guess. */
void live_random_name(char *ret, size_t size);
/* When it will be forgotten: late spectators have seen the end by then. */
int64_t live_forgotten_at(const struct live *live);

#endif
