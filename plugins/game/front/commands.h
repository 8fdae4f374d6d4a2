/* SPDX-License-Identifier: MIT */
/* What the operator can do: `mortise game matches` and the like; and what the
 * plugin with the accounts asks for: the service game.forget. */
#ifndef GAME_COMMANDS_H
#define GAME_COMMANDS_H

#include <mortise/commands.h>

/* In init. */
int commands_init(void);
/* What became of a WRITE_FORGET. order: 0, when it was the service. */
void commands_forgotten(mortise_order order, mortise_str ask, int status,
                        mortise_str answer);

#endif
