/* SPDX-License-Identifier: MIT */
/*
 * The plugins of a configuration in a process of their own, for a command that
 * the operator gives while no server runs: everything a server has but its
 * listeners, its control socket and its clients.
 *
 * All of the plugins, for any may need the services of the others. They hold
 * what only one process can hold, so this is for when no server does.
 */
#ifndef MORTISE_CTL_ALONE_H
#define MORTISE_CTL_ALONE_H

#include <stdbool.h>

#include "base/buf.h"

struct alone;

/* Loads them. `trial`: to be asked what they can do, as --check has it, so
 * they take nothing that only one can have. NULL with lines in *why. */
struct alone *alone_new(const char *config, bool trial, struct buf *why);
void alone_free(struct alone *a); /* NULL is fine */

/* What the server says to GET /commands. */
void alone_list(const struct alone *a, struct buf *out);
/* And to POST /commands; turns the loop until then. ERR_CLOSED: a signal has
 * ended it. */
int alone_give(struct alone *a, struct str message, struct buf *out);

#endif
