/* SPDX-License-Identifier: MIT */
/* What the operator can tell the plugin (mortise/commands.h): what
 * administrators can, and accounts, whose passwords never stand in a command
 * line. */
#ifndef AUTH_COMMANDS_H
#define AUTH_COMMANDS_H

/* In init. 0, or what mortise_commands() says. */
int commands_init(void);

#endif
