/* SPDX-License-Identifier: MIT */
/* mortise ctl PLUGIN COMMAND: has a plugin's command run, and prints what
 * becomes of it. */
#ifndef MORTISE_CTL_COMMAND_H
#define MORTISE_CTL_COMMAND_H

#include "ctl/request.h"

/* The words are the plugin's name, the command's and its arguments. The exit
 * status. */
int ctl_command(const struct ctl_request *r);

#endif
