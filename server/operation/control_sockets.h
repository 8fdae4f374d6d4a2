/* SPDX-License-Identifier: MIT */
/*
 * The part of the control socket (control.h) that knows the clients:
 *
 *     GET  /sockets  total, and of up to CONTROL_LIST_MAX: sid, namespace,
 *                    user (null: not signed in), address, transport, since,
 *                    rooms, queued (bytes that wait for its client). In the
 *                    query: namespace, room, user, of those alone
 *     GET  /rooms    total, and of up to CONTROL_LIST_MAX: namespace, room,
 *                    sockets. In the query: namespace
 *     POST /kick     {who, code?, reason?, retry?}: the id of a socket or of a
 *                    user; closes their connections, with that notice:
 *                    {kicked}, how many sockets
 *     POST /emit     {namespace, room?, event, args?}: {sent}, to how many
 *
 * What is asked for and makes no sense is answered 400 with a line.
 */
#ifndef MORTISE_OPERATION_CONTROL_SOCKETS_H
#define MORTISE_OPERATION_CONTROL_SOCKETS_H

#include "net/http_server.h"

#define CONTROL_LIST_MAX 1000

/* To be mounted on each of these paths, with the host as user. */
extern const struct http_handler control_sockets_handler;
extern const char *const control_sockets_paths[]; /* up to NULL */

#endif
