/* SPDX-License-Identifier: MIT */
/*
 * mortise --watch: reloads when the configuration or the file of a plugin has
 * changed. For development: a build that has just been made is in effect a
 * moment later, and what is wrong with it is a line on the terminal.
 */
#ifndef MORTISE_OPERATION_WATCH_H
#define MORTISE_OPERATION_WATCH_H

#include "app/reloader.h"
#include "net/loop.h"

struct watch;

/* ERR_IO with a line in *why (the system gives no more inotify(7)), or
 * ERR_NOMEM. */
int watch_new(struct loop *loop, struct reloader *reloader,
              struct watch **ret_watch, struct buf *why);
/* Before the reloader goes. NULL is fine. */
void watch_free(struct watch *w);

#endif
