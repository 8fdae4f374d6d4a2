/* SPDX-License-Identifier: MIT */
/*
 * What is asked of the database, by number: done on a thread of the pool, and
 * told on the loop afterwards. What writes goes through the grouped writer, in
 * one order for all: what is told to a room is told in the order in which it
 * was committed. Which function does what, and which one tells of it, the
 * floors above say (front/outcomes.h).
 */
#ifndef CHAT_OPERATIONS_H
#define CHAT_OPERATIONS_H

#include <stdbool.h>
#include <stddef.h>

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

struct database;

struct operation {
    /* In the database: see store/store.h. */
    int (*run)(struct database *db, mortise_str ask, struct record *answer);
    told_call *told; /* it was done; NULL: nobody hears of it */
    /* It was not, and was no command; NULL. */
    void (*failed)(mortise_str ask);
};

struct operations {
    const struct operation *rows; /* by enum op */
    size_t count;
    /* The name under which this was asked is somebody else's. */
    void (*name_taken)(mortise_str ask);
    /* What has come of a command: 0, a refusal or an error. */
    void (*ordered)(enum op op, mortise_order order, int status,
                    mortise_str answer);
};

/* In init. Keeps the table. */
int operations_init(const struct operations *given);
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
