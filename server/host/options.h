/* SPDX-License-Identifier: MIT */
/*
 * What the host, and the Socket.IO server below it, take from a configuration
 * beside the plugins: when the host is made, and when another configuration
 * takes effect.
 */
#ifndef MORTISE_HOST_OPTIONS_H
#define MORTISE_HOST_OPTIONS_H

#include "socketio/socketio.h"

struct config;
struct host;

struct sio_options host_sio_options(const struct config *config);

/*
 * Not from within a callback. The configuration lives until there is another
 * one, or the host ends. What plugins were promised stays: answers that are
 * owed, jobs that wait.
 */
void host_set_options(struct host *host, const struct config *config);

#endif
