/* SPDX-License-Identifier: MIT */
/*
 * The whole server put together from one configuration: which floor stands on
 * which, and what is mounted where. Owns all of them.
 */
#ifndef MORTISE_APP_H
#define MORTISE_APP_H

#include "base/buf.h"
#include "config/config.h"
#include "net/loop.h"

struct app;
struct host;
struct playground;

/*
 * Loads the plugins and builds every floor, but opens no listener. The loop
 * and the configuration outlive it. NULL with a line for each reason in *why.
 */
struct app *app_new(struct loop *loop, const struct config *config,
                    struct buf *why);
/* Closes everything at once. NULL is fine. */
void app_free(struct app *app);

/* Its plugins. */
struct host *app_host(struct app *app);
struct playground *app_playground(struct app *app);

/* Opens a listener; on success its URL is appended to *url. */
int app_listen(struct app *app, struct str address, struct buf *url,
               struct buf *why);

/*
 * Stops: no new connections, every client is told, and what they have not yet
 * got is sent, for at most drainTimeout. Turns the loop until then, or until
 * *hurry becomes true.
 */
void app_drain(struct app *app, const volatile int *hurry);

#endif
