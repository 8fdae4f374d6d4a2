/* SPDX-License-Identifier: MIT */
/* Numbers for the operator: mortise_game_matches and the like. */
#ifndef GAME_COUNTS_H
#define GAME_COUNTS_H

#include <stddef.h>

/* In init. */
void counts_init(void);
/* An entry was written: a move, a start, an end. */
void counts_entry(int kind, int ended);
/* It could not be. */
void counts_failed(void);
void counts_now(size_t matches, size_t waiting);

#endif
