/* SPDX-License-Identifier: MIT */
/* mortise new-plugin NAME [DIR]: a plugin to start from. */
#ifndef MORTISE_TOOLS_NEW_PLUGIN_H
#define MORTISE_TOOLS_NEW_PLUGIN_H

/*
 * Writes it, with its build and tests, into DIR (or ./NAME), which must be
 * empty or not there. argv[0] is "new-plugin". The exit status.
 */
int new_plugin_run(int argc, char **argv);

#endif
