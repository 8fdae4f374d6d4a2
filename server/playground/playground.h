/* SPDX-License-Identifier: MIT */
/*
 * The playground of development mode, for who writes plugins: what there is to
 * say to the plugins, and what goes on between them and their clients, as it
 * happens. The page that shows it is a file like any other; this is what it
 * asks:
 *
 *     GET /playground/plugins   the plugins and the contracts of their events
 *     GET /playground/live      a stream of what happens (text/event-stream)
 *
 * Both are for programs of this machine and pages of this server alone
 * (gate.h). In production mode there is neither.
 *
 * Owned by the roof, which hands it to the HTTP server; the host outlives it.
 */
#ifndef MORTISE_PLAYGROUND_PLAYGROUND_H
#define MORTISE_PLAYGROUND_PLAYGROUND_H

#include "config/config.h"
#include "host/host.h"
#include "net/http_server.h"

/* Where it is; the handler is to be mounted there. */
#define PLAYGROUND_PREFIX "/playground/"
/* The page, and the file below the root of the pages that it is. */
#define PLAYGROUND_PAGE "/playground"
#define PLAYGROUND_FILE "playground.html"

struct playground;

/* NULL when memory runs out. */
struct playground *playground_new(struct host *host);
/* Closed, while the HTTP server is there; freed before the host. NULL is
 * fine. */
void playground_free(struct playground *p);

/* The configuration in effect is another one: with it the playground comes, or
 * goes and whoever watches is cut off. */
void playground_configure(struct playground *p, const struct config *config);
/* Whether it is there. */
bool playground_is_open(const struct playground *p);
/* It goes, as in production mode: the server stops. */
void playground_close(struct playground *p);

/* To be mounted at PLAYGROUND_PREFIX, with the playground as user. */
extern const struct http_handler playground_handler;

/* News of the roof: a reload begins; has ended, with its lines. */
void playground_reload_begun(struct playground *p, uint32_t number);
void playground_reload_ended(struct playground *p, uint32_t number, bool good,
                             struct str text);

#endif
