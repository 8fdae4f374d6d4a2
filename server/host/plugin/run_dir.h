/* SPDX-License-Identifier: MIT */
/*
 * The directory that the private copies of plugins are loaded from: a new one
 * for each server, which nobody else can write to. It is locked as long as the
 * server runs, so what a server that crashed has left behind is known by its
 * missing lock, and removed by the next one.
 */
#ifndef MORTISE_HOST_RUN_DIR_H
#define MORTISE_HOST_RUN_DIR_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* What a server's control socket is called in there (see control.h). */
#define RUN_DIR_CONTROL "control"
/* And what says which configuration it runs: a link to that. */
#define RUN_DIR_CONFIG "config"

struct run_dir {
    char *path; /* NULL: not made */
    int lock;   /* descriptor; -1: not made */
};

void run_dir_init(struct run_dir *d); /* not made */
/*
 * Makes it inside `parent`, which is made too if need be; an empty one stands
 * for the system's own places ($XDG_RUNTIME_DIR, $TMPDIR, /tmp). On failure
 * *why gets a line: ERR_IO, ERR_DENIED (others could change what is in there,
 * or code cannot be loaded from there), ERR_NOMEM.
 */
int run_dir_make(struct run_dir *d, struct str parent, struct buf *why);
/* Says whose it is, for run_dir_in_use(). ERR_IO, ERR_NOMEM. */
int run_dir_mark(const struct run_dir *d, struct str config);
/* Removes it and what is ours in it. One that was not made is fine. */
void run_dir_remove(struct run_dir *d);

/*
 * Calls back with the path of each such directory inside `parent`, or, for an
 * empty one, in the system's own places and only if it is ours (there, anybody
 * can make one). Those that a crash has left behind, too.
 */
void run_dir_visit(struct str parent,
                   void (*found)(void *user, const char *path), void *user);
/* The folders into which that looks, for people. */
void run_dir_name_places(struct str parent, struct buf *out);
/*
 * Whether a process lives (from before its plugins are loaded until after they
 * have gone) that has marked its directory there as that of the file `config`.
 * Nothing is asked of it, only whether the lock is held.
 */
bool run_dir_in_use(struct str parent, const char *config);

#endif
