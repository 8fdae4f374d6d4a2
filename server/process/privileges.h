/* SPDX-License-Identifier: MIT */
/* What the process may do: less and less, and never more again. */
#ifndef MORTISE_PROCESS_PRIVILEGES_H
#define MORTISE_PROCESS_PRIVILEGES_H

#include "base/buf.h"
#include "base/str.h"

/* No program that is run from here on gets more rights than this one has (a
 * setuid program does not), nor does this one. */
void privileges_fix(void);

/*
 * Becomes another user, with that user's groups, for good; only what it takes
 * to open ports below 1024 stays, until privileges_drop(). Who is that user
 * already stays so. Before any thread is begun. ERR_DENIED with a line in *why.
 */
int privileges_become(struct str user, struct buf *why);
/* Gives that up, too. */
void privileges_drop(void);

#endif
