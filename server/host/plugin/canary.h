/* SPDX-License-Identifier: MIT */
/*
 * The canary: a process of its own in which the new builds of a reload live
 * through everything that could go wrong with them, before the server takes
 * them in: constructors, init with their settings, restore of what the old
 * builds have just saved, save, fini. So what crashes, or never returns, does
 * so there. Only acquire is not tried, for the server holds what it takes.
 *
 * The process is this program once more, as `mortise --canary`. Meanwhile the
 * server goes on.
 */
#ifndef MORTISE_HOST_CANARY_H
#define MORTISE_HOST_CANARY_H

#include "base/buf.h"

struct canary;
struct loop;
struct reload;

/* Whether there is anything to try. */
bool canary_wanted(const struct reload *r);

/*
 * Begins; has the old builds save for it. `ended` is called later, with an
 * empty text when all is well, else a line for each thing that is not; it may
 * free the canary. On failure *why has such lines: ERR_IO, ERR_NOMEM, and what
 * a save may say.
 */
int canary_start(struct reload *r, struct loop *loop,
                 void (*ended)(void *user, struct str why), void *user,
                 struct canary **ret_canary, struct buf *why);
/* Ends it at once, without a word. NULL is fine. */
void canary_free(struct canary *canary);

/* What that process does: reads what is to be tried from its stdin, says what
 * is wrong on its stdout. Its exit status. */
int canary_run(void);

#endif
