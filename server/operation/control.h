/* SPDX-License-Identifier: MIT */
/*
 * Where the server takes orders, from `mortise ctl` and whoever else may: a
 * socket of the file system that nobody but its owner (and root) can connect
 * to, `control` in the run directory unless the configuration names another.
 * It speaks HTTP:
 *
 *     GET  /         what this is: name, version, pid, config, since, clients,
 *                    namespaces (how many sockets are in each), leftOut
 *     GET  /plugins  the plugins, and those that are left out (host/report.h),
 *                    and the last reload
 *     GET  /reload   the last reload: number (0: there was none), when, good,
 *                    lines
 *     /commands      those of plugins (control_orders.h)
 *     /sockets, /rooms, /kick, /emit: the clients (control_sockets.h)
 *     /why           what became of a connection (control_why.h)
 *     POST /drain    stops the server, as SIGTERM does
 *     POST /reload   reloads; when that has ended its lines, as text: 200, or
 *                    409 when it was refused
 */
#ifndef MORTISE_OPERATION_CONTROL_H
#define MORTISE_OPERATION_CONTROL_H

#include "app/reloader.h"
#include "engineio/engineio.h"
#include "host/host.h"
#include "net/loop.h"

struct control;

/* ERR_IO with a line in *why (it cannot be opened), ERR_NOMEM. */
int control_new(struct loop *loop, struct reloader *reloader, struct host *host,
                struct eio_server *engine, struct control **ret_control,
                struct buf *why);
/* Who waits for an answer is cut off. Before the reloader and the host go.
 * NULL is fine. */
void control_free(struct control *c);

#endif
