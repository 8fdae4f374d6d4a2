/* SPDX-License-Identifier: MIT */
/* mortise --inspect FILE: what a plugin's file holds. */
#ifndef MORTISE_TOOLS_INSPECT_H
#define MORTISE_TOOLS_INSPECT_H

/*
 * Prints the note of a plugin, without loading it, and then, from a process
 * that may crash, the rows of its tables. The exit status.
 */
int inspect_run(const char *file);

#endif
