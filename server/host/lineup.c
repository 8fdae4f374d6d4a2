/* SPDX-License-Identifier: MIT */
#include "host/lineup.h"

#include "base/error.h"
#include "base/mem.h"

struct lineup *lineup_new(void)
{
    return mem_zalloc(sizeof(struct lineup));
}

int lineup_add(struct lineup *l, struct plugin_slot *slot, struct generation *g)
{
    int error = mem_grow((void **)&l->members, &l->cap, (size_t)l->count + 1,
                         sizeof(l->members[0]));
    if (error == 0)
        l->members[l->count++] = (struct lineup_member){slot, g};
    return error;
}

int lineup_bind(struct lineup *l, struct str path, struct buf *why)
{
    int errors[] = {
        registry_build(l->members, l->count, &l->registry, why),
        routes_build(&l->routes, l->members, l->count, path, why),
        offers_build(&l->offers, l->members, l->count, why),
    };
    for (int i = 0; i < 3; i++)
        if (errors[i] < 0)
            return errors[i];
    return 0;
}

void lineup_free(struct lineup *l)
{
    if (!l)
        return;
    registry_free(l->registry);
    routes_free(&l->routes);
    offers_free(&l->offers);
    mem_free(l->members);
    mem_free(l);
}
