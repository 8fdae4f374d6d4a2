/* SPDX-License-Identifier: MIT */
#include "host/bindings.h"

#include "base/error.h"
#include "base/mem.h"
#include "config/config.h"

int bindings_build(const struct plugin_slot *slots, uint32_t slot_count,
                   const struct config *config, struct bindings **ret_bindings,
                   struct buf *why)
{
    struct bindings *b = mem_zalloc(sizeof(*b));
    if (!b)
        return ERR_NOMEM;
    int first_error =
        routes_build(&b->routes, slots, slot_count, config->path, why);
    int error = offers_build(&b->offers, slots, slot_count, why);
    if (first_error == 0)
        first_error = error;
    if (first_error < 0)
        bindings_free(b);
    else
        *ret_bindings = b;
    return first_error;
}

void bindings_free(struct bindings *b)
{
    if (!b)
        return;
    routes_free(&b->routes);
    offers_free(&b->offers);
    mem_free(b);
}
