/* SPDX-License-Identifier: MIT */
/* What the operator can tell the chat (mortise/commands.h): what moderators of
 * everything can, and more, for nobody stands above. */
#ifndef CHAT_COMMANDS_H
#define CHAT_COMMANDS_H

#include <mortise/commands.h>

#include "fields.h"

/* In init. 0, or what mortise_commands() says. */
int commands_init(void);
/* What has come of an order: 0, a refusal or an error. */
void commands_told(enum op op, mortise_order order, int status,
                   mortise_str answer);

#endif
