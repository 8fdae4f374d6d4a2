/* SPDX-License-Identifier: MIT */
/*
 * What is asked of the database, by number: which function does it on a thread
 * of the pool, and which one tells of it on the loop afterwards. What writes
 * goes through the grouped writer, in one order for all: what is told to a room
 * is told in the order in which it was committed.
 */
#ifndef CHAT_OPERATIONS_H
#define CHAT_OPERATIONS_H

#include <mortise/commands.h>
#include <mortise/state.h>

#include "fields.h"

/* What has come of an operation that was done. */
struct outcome {
    mortise_reply reply; /* 0: nobody waits */
    mortise_order order; /* of a command, which is told too; 0 */
    mortise_str ask, answer;
};

typedef void told_call(const struct outcome *outcome);

/* In init. */
int operations_init(void);
/* A client has come: before the first one, what the server before has left of
 * its anonymous users is cleared away. Not at the start, for a plugin is also
 * loaded beside the server that runs, for its commands. */
void operations_start(void);
/* Queues one that writes: 0, or an error, and nothing will be told. */
int operations_write(enum op op, mortise_reply reply, mortise_str ask);

int operations_save(mortise_saving to);
int operations_restore(mortise_saved from);
void operations_free(void);

#endif
