/* SPDX-License-Identifier: MIT */
/*
 * Signals that a loop hears (loop_on_signal()).
 *
 * The handler counts, and wakes the loop, which calls back once for each
 * delivery that was counted. Nothing is lost however long the loop is busy:
 * libevent's own signals are bytes in a socket, of which some hundred fit, so
 * that a SIGTERM behind a storm of others would never arrive.
 *
 * A process has one loop at a time that hears any.
 */
#ifndef MORTISE_NET_SIGNALS_H
#define MORTISE_NET_SIGNALS_H

struct loop;

/* Calls back for what has come since. */
void signals_tell(struct loop *loop);
/* What was done on each signal before it was heard is done again, unless
 * somebody else has taken it over meanwhile. */
void signals_forget(struct loop *loop);

#endif
