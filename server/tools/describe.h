/* SPDX-License-Identifier: MIT */
/* mortise --describe FILE: the events of plugins, written out. */
#ifndef MORTISE_TOOLS_DESCRIBE_H
#define MORTISE_TOOLS_DESCRIBE_H

/*
 * Prints the events of a plugin, or of all plugins of a configuration. format:
 * "markdown" (also for NULL), "schema" or "dts". Loads the plugins and does not
 * start them. The exit status.
 */
int describe_run(const char *file, const char *format);

#endif
