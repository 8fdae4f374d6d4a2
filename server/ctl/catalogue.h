/* SPDX-License-Identifier: MIT */
/* What commands the plugins have: a text as GET /commands answers it. */
#ifndef MORTISE_CTL_CATALOGUE_H
#define MORTISE_CTL_CATALOGUE_H

#include "base/str.h"

/*
 * Prints what there is to know of the commands: of those of all plugins (NULL),
 * of one plugin, or of one command. How many those were.
 */
int ctl_print_commands(struct str list, const char *plugin,
                       const char *command);
/* What a command is to be told on standard input, copied to *ret_input, which
 * is the caller's; NULL: nothing, or there is no such command. ERR_NOMEM. */
int ctl_input_of(struct str list, const char *plugin, const char *command,
                 char **ret_input);

#endif
