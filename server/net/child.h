/* SPDX-License-Identifier: MIT */
/*
 * A process that is given something to read, and says something before it
 * ends: its stdin and stdout are pipes to us, its stderr is ours.
 *
 * Belongs to the loop's thread. It ends by itself, by its deadline, or with
 * child_free(); `ended` is called for the first two.
 */
#ifndef MORTISE_NET_CHILD_H
#define MORTISE_NET_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct child;
struct loop;

struct child_options {
    const char *path;
    char *const *argv;
    struct str input;  /* copied */
    size_t output_max; /* more than that is thrown away */
    int64_t timeout;   /* ms; SIGKILL then */
};

struct child_end {
    int status;     /* as waitpid(2) says; 0 if somebody else was told */
    bool timed_out; /* by its deadline */
    struct str output;
};

/* What names this program, whichever that is, for child_options.path: from this
 * place and no other it may be begun where others may not (confine.h). */
extern const char child_this_program[];

/* To be called once while few descriptors are open: the lower its own are, the
 * less it costs to make a child beside many connections. ERR_IO. */
int child_prepare(void);

/* ERR_IO (no descriptors, no process), ERR_NOMEM. `ended` may free it. */
int child_new(struct loop *loop, const struct child_options *options,
              void (*ended)(void *user, const struct child_end *end),
              void *user, struct child **ret_child);
/* Kills it if it still runs, without a word. NULL is fine. */
void child_free(struct child *child);

#endif
