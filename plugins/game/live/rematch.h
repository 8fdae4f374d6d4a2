/* SPDX-License-Identifier: MIT */
/* Another match of the same two. */
#ifndef GAME_REMATCH_H
#define GAME_REMATCH_H

#include "live/live.h"

/* Begins it, with the seats changed, when both want it. */
void rematch_consider(struct live *live);

#endif
