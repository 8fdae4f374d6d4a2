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
    int error = routes_build(&b->routes, slots, slot_count, config->path, why);
    if (error < 0)
        bindings_free(b);
    else
        *ret_bindings = b;
    return error;
}

void bindings_free(struct bindings *b)
{
    if (!b)
        return;
    routes_free(&b->routes);
    mem_free(b);
}
