/* SPDX-License-Identifier: MIT */
/* What the operator can do: `mortise game matches` and the like. */
#ifndef GAME_COMMANDS_H
#define GAME_COMMANDS_H

#include <mortise/commands.h>

/* In init. */
int commands_init(void);
/* What became of a WRITE_FORGET. */
void commands_forgotten(mortise_order order, int status, mortise_str answer);

#endif
