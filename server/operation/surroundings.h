/* SPDX-License-Identifier: MIT */
/* What stands around a server, for those who run it: the control socket, the
 * service manager that is told, and with --watch the look-out for new builds;
 * and the playground, which hears what becomes of reloads.
 */
#ifndef MORTISE_OPERATION_SURROUNDINGS_H
#define MORTISE_OPERATION_SURROUNDINGS_H

#include "app/app.h"
#include "app/reloader.h"
#include "net/loop.h"

struct surroundings;

/* Without a control socket the server serves, too, and says so in the log.
 * ERR_IO with a line in *why, or ERR_NOMEM. */
int surroundings_new(struct loop *loop, struct reloader *reloader,
                     struct app *app, bool watch,
                     struct surroundings **ret_surroundings, struct buf *why);
/* It listens. */
void surroundings_ready(struct surroundings *s);
/* It begins to stop: no more orders. */
void surroundings_stop(struct surroundings *s);
/* Before the reloader and the host go. NULL is fine. */
void surroundings_free(struct surroundings *s);

#endif
