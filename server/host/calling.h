/* SPDX-License-Identifier: MIT */
/* Calling plugins: whose code runs, and for how long. */
#ifndef MORTISE_HOST_CALLING_H
#define MORTISE_HOST_CALLING_H

#include <mortise/plugin.h>

#include "socketio/socketio.h"

struct generation;
struct host;
struct host_call;
struct host_namespace;

/* A callback that takes as long is logged, and counted. */
#define HOST_SLOW_MS 100
/* The upper bounds of times of callbacks, in ms; the last is any time. */
#define HOST_TIMES 7
extern const int64_t host_times[HOST_TIMES];

/*
 * Brackets every call into a plugin: says whose code runs, and keeps the
 * floors below from calling back meanwhile. What was allocated for the
 * callback is gone after host_leave().
 */
void host_enter(struct host *host, struct generation *g,
                struct host_call *call);
void host_leave(struct host *host);

/* Calls one row of a plugin's table with what `call` says. */
void host_run(struct host *host, struct generation *g,
              const mortise_handler *row, struct host_call *call);

/* The registry's side of a socket's namespace. The data of each namespace is
 * that: what registry_find() has for its name, changed by
 * sio_namespace_set_data() when another registry takes the place. */
static inline const struct host_namespace *
host_namespace_of(const struct sio_socket *s)
{
    return sio_namespace_data(sio_socket_namespace(s));
}
/* The name of that namespace, never a pattern; good until the callback
 * returns. */
static inline const char *host_space_name(const struct sio_socket *s)
{
    return sio_namespace_name(sio_socket_namespace(s)).p;
}

#endif
