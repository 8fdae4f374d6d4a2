/* SPDX-License-Identifier: MIT */
/*
 * The part of the control socket (control.h) that knows what became of
 * connections (engineio/story.h):
 *
 *     GET /why  of each whose id, or that of one of whose sockets, begins with
 *               `sid` of the query, at most CONTROL_WHY_MAX, the open ones
 *               first, then the latest: sid (its first bytes: the whole is the
 *               client's secret), address, opened (ms since 1970), over,
 *               transport (the last one), notes: time, what, about (a name;
 *               null), size (null), more (how many messages came and went in
 *               the same moment); skipped: how many notes are missing, behind
 *               the first skippedBehind of them
 *
 * 404 with a line where there is none.
 */
#ifndef MORTISE_OPERATION_CONTROL_WHY_H
#define MORTISE_OPERATION_CONTROL_WHY_H

#include "net/http_server.h"

#define CONTROL_WHY_MAX 20

/* To be mounted with the eio_server as user. */
extern const struct http_handler control_why_handler;

#endif
