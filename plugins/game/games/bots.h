/* SPDX-License-Identifier: MIT */
/* The bots of each game, for its table of rules. */
#ifndef GAME_BOTS_H
#define GAME_BOTS_H

#include "games/rules.h"

/* Alpha-beta on bits: bot_connect_four.c. */
int bot_connect_four(const struct view *view, int seat, int level,
                     uint64_t seed, char ret_move[MOVE_SIZE]);
/* Shoots where most ships could lie: bot_battleship.c. */
int bot_battleship(const struct view *view, int seat, int level, uint64_t seed,
                   char ret_move[MOVE_SIZE]);

#endif
