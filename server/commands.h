/* SPDX-License-Identifier: MIT */
/* What the program does besides serving. */
#ifndef MORTISE_SERVER_COMMANDS_H
#define MORTISE_SERVER_COMMANDS_H

/* mortise ctl COMMAND: asks a running server, tells it to reload, or gives a
 * plugin a command; the last is meant by `mortise PLUGIN COMMAND`, too. The
 * exit status. */
int command_ctl(int argc, char **argv);

#endif
