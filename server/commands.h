/* SPDX-License-Identifier: MIT */
/* What the program does besides serving. */
#ifndef MORTISE_SERVER_COMMANDS_H
#define MORTISE_SERVER_COMMANDS_H

/*
 * mortise new-plugin NAME [DIR]: writes a plugin to start from, with its build
 * and tests, into DIR (or ./NAME), which must be empty or not there. The exit
 * status.
 */
int command_new_plugin(int argc, char **argv);

/* mortise ctl COMMAND: asks a running server, tells it to reload, or gives a
 * plugin a command; the last is meant by `mortise PLUGIN COMMAND`, too. The
 * exit status. */
int command_ctl(int argc, char **argv);

/*
 * mortise --inspect FILE: prints the note of a plugin, without loading it, and
 * then, from a process that may crash, the rows of its tables. The exit
 * status.
 */
int command_inspect(const char *file);

/*
 * mortise --describe FILE: prints the events of a plugin, or of all plugins of
 * a configuration. format: "markdown" (also for NULL), "schema" or "dts".
 * Loads the plugins and does not start them. The exit status.
 */
int command_describe(const char *file, const char *format);

#endif
