/* SPDX-License-Identifier: MIT */
/*
 * The whole server put together from one configuration: which floor stands on
 * which, and what is mounted where. Owns all of them.
 */
#ifndef MORTISE_APP_H
#define MORTISE_APP_H

#include <signal.h>

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
/* Closes everything at once, and waits for jobs of plugins that run. NULL is
 * fine. */
void app_free(struct app *app);
/*
 * Whether a job of a plugin still runs, for which nobody wants to wait; then
 * in place of app_free() this: closes what can be closed, the other plugins
 * with it. The process has to end by _exit(): a thread runs in what is left.
 */
bool app_is_held(struct app *app);
void app_leave(struct app *app);

/* Its plugins. */
struct host *app_host(struct app *app);
struct eio_server *app_engine(struct app *app);
struct playground *app_playground(struct app *app);

/* Opens a listener; on success its URL is appended to *url. */
int app_listen(struct app *app, struct str address, struct buf *url,
               struct buf *why);

/*
 * Stops: no new connections, every client is told, and what they have not yet
 * got is sent, and jobs that run end, for at most drainTimeout. Turns the loop
 * until then, or until *hurry becomes true.
 */
void app_drain(struct app *app, const volatile sig_atomic_t *hurry);

#endif
