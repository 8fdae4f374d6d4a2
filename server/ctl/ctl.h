/* SPDX-License-Identifier: MIT */
/* mortise ctl: asks a running server, tells it to reload, and gives plugins
 * commands. */
#ifndef MORTISE_CTL_CTL_H
#define MORTISE_CTL_CTL_H

#include <stdbool.h>

/* mortise ctl COMMAND. The exit status. */
int ctl_run(int argc, char **argv);
/* Whether it is meant without that word: `mortise PLUGIN COMMAND`. So words
 * stand there, behind nothing but what belongs to them. */
bool ctl_is_meant(int argc, char **argv);

#endif
