/* SPDX-License-Identifier: MIT */
/*
 * What is in effect: which build of which plugin runs, in the order of the
 * configuration, and everything that is found in their tables. Made whole,
 * beside the one in use, and not changed afterwards; so whatever is wrong
 * leaves things as they are, and a swap is one assignment.
 */
#ifndef MORTISE_HOST_LINEUP_H
#define MORTISE_HOST_LINEUP_H

#include "host/services/offers.h"
#include "host/registry.h"
#include "host/services/routes.h"

struct generation;
struct plugin_slot;

/* A plugin's place in the order; `slot` of a struct route counts these. */
struct lineup_member {
    struct plugin_slot *slot;
    struct generation *generation; /* not owned; NULL: it has no build */
};

struct lineup {
    struct lineup_member *members;
    uint32_t count, cap;
    struct registry *registry;
    struct routes routes;
    struct offers offers;
};

/* Nobody in it. NULL when memory runs out. */
struct lineup *lineup_new(void);
/* As the last one. ERR_NOMEM. */
int lineup_add(struct lineup *l, struct plugin_slot *slot,
               struct generation *g);
/*
 * Once all are in it: fills in the rest. `path`: that of Socket.IO, below
 * which nobody has a route. ERR_EXIST, ERR_RESERVED, ERR_INVAL with a line in
 * *why for each thing that is wrong, or ERR_NOMEM.
 */
int lineup_bind(struct lineup *l, struct str path, struct buf *why);
void lineup_free(struct lineup *l); /* NULL is fine */

#endif
