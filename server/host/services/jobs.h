/* SPDX-License-Identifier: MIT */
/*
 * Jobs of plugins: work on a thread of the pool, done on the loop. The host
 * owns them, from their start until `done` has returned.
 *
 * A job knows its slot and the name of its row, so that `done` is that of the
 * build that is current then; and the generation in whose code the work runs,
 * which counts its jobs and must not end before they do.
 */
#ifndef MORTISE_HOST_JOBS_H
#define MORTISE_HOST_JOBS_H

#include <stdint.h>

#include "base/ids.h"
#include "base/pool.h"
#include "base/timer.h"

struct generation;
struct host;
struct plugin_slot;

struct jobs {
    struct ids ids;
    struct pool *pool; /* NULL: not begun */
    uint32_t threads, queue_max;
    /* Makes somebody call jobs_collect() on the loop soon; any thread. NULL:
     * there is no loop to be woken, and jobs run on a timer of the host. */
    void (*wake)(void *user);
    void *wake_user;
    TAILQ_HEAD(, pool_task) waiting; /* for that timer */
    uint32_t waiting_count;
    struct timer timer;
};

void jobs_init(struct jobs *jobs, uint32_t threads, uint32_t queue_max);
/* Those that wait stay, however many they are. */
void jobs_set_queue(struct jobs *jobs, uint32_t queue_max);
/* All are done or dropped by then. */
void jobs_free(struct jobs *jobs);

/* Tells of every job that has finished. */
void jobs_collect(struct host *host);
/* Ends all jobs of a plugin, and waits for those that run; nobody is told. For
 * when it goes for good, before its fini. */
void jobs_drop(struct host *host, const struct plugin_slot *slot);
/* The same without waiting: what runs goes on in a generation that is about to
 * retire. */
void jobs_abandon(struct host *host, const struct plugin_slot *slot);
/* For the end of the server, which does not wait for ever: takes away what has
 * not begun, of all plugins; nobody is told. */
void jobs_stop(struct host *host);
/* Whether one runs on a thread, of this plugin or (NULL) of any; and the log's
 * word on each that does, which is left alone. */
bool jobs_running(struct host *host, const struct plugin_slot *slot);
void jobs_report_running(struct host *host);
/* What a build has started before it was in place begins; or never does. */
void jobs_commit(struct generation *g);
void jobs_abandon_staged(struct generation *g);

#endif
