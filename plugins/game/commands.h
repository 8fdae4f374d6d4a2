/* SPDX-License-Identifier: MIT */
/* What the operator can do: `mortise game matches`, `mortise game abort`. */
#ifndef GAME_COMMANDS_H
#define GAME_COMMANDS_H

/* In init. */
int commands_init(void);

#endif
