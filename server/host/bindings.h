/* SPDX-License-Identifier: MIT */
/*
 * Everything that plugins have registered in their init and that the host
 * finds them by: made whole from the current generations, beside the one in
 * use, and never changed, so that a swap is one assignment.
 */
#ifndef MORTISE_HOST_BINDINGS_H
#define MORTISE_HOST_BINDINGS_H

#include "host/offers.h"
#include "host/routes.h"

struct config;

struct bindings {
    struct routes routes;
    struct offers offers;
};

/* ERR_EXIST, ERR_RESERVED with a line in *why for each that is wrong, or
 * ERR_NOMEM. */
int bindings_build(const struct plugin_slot *slots, uint32_t slot_count,
                   const struct config *config, struct bindings **ret_bindings,
                   struct buf *why);
void bindings_free(struct bindings *b); /* NULL is fine */

#endif
