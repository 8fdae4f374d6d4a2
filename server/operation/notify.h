/* SPDX-License-Identifier: MIT */
/*
 * Tells the service manager what the server does, as sd_notify(3) describes it:
 * that it is ready, reloads, stops; how many plugins there are; and, where the
 * manager wants to know (WATCHDOG_USEC), that the loop still turns. Without
 * $NOTIFY_SOCKET nobody is told.
 */
#ifndef MORTISE_OPERATION_NOTIFY_H
#define MORTISE_OPERATION_NOTIFY_H

#include "app/reloader.h"
#include "host/host.h"
#include "net/loop.h"

struct notify;

/* NULL when memory runs out. */
struct notify *notify_new(struct loop *loop, struct reloader *reloader,
                          const struct host *host);
/* Before the reloader goes. NULL is fine. */
void notify_free(struct notify *n);
/* It listens. */
void notify_ready(struct notify *n);
/* It begins to stop. */
void notify_stopping(struct notify *n);

#endif
