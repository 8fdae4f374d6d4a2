/* SPDX-License-Identifier: MIT */
/*
 * Metrics: those of plugins, by slot and name, so that a newer build counts on
 * where the older one was; and a few of the server's own. Printed in the text
 * format of Prometheus (version 0.0.4).
 */
#ifndef MORTISE_HOST_METRICS_H
#define MORTISE_HOST_METRICS_H

#include "base/buf.h"
#include "base/ids.h"
#include "host/services/metrics_text.h"

struct generation;
struct host;
struct plugin_slot;

struct metrics {
    struct ids ids;
    uint64_t reloads[2]; /* refused, done */
    /* Prints what others know, behind the server's own. NULL: nobody. */
    void (*more)(void *user, struct buf *out);
    void *more_user;
};

void metrics_init(struct metrics *m);
void metrics_free(struct metrics *m); /* all were dropped by then */
/* Those of a plugin that goes. */
void metrics_drop(struct host *host, const struct plugin_slot *slot);
/* A build is in place now, and what it has made of metrics counts. Or it never
 * will be: those that it has made go, others are as they were. */
void metrics_commit(const struct generation *g);
void metrics_abandon(const struct generation *g);
void metrics_print(const struct host *host, struct buf *out);

/* metrics_plugins.c: what the server counts about its plugins. */
void metrics_put_plugins(struct buf *out, const struct host *host);
void metrics_put_reloads(struct buf *out, const struct host *host);

#endif
