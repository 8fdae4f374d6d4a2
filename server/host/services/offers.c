/* SPDX-License-Identifier: MIT */
#include "host/services/offers.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/host.h"
#include "host/lineup.h"

struct offer {
    struct route route;
    char key[]; /* the version, then the name */
};

#define KEY_MAX (sizeof(uint32_t) + SERVICE_NAME_MAX)

static struct str key_of(char to[KEY_MAX], const char *name, uint32_t version)
{
    size_t n = strnlen(name, SERVICE_NAME_MAX);
    memcpy(to, &version, sizeof(version));
    memcpy(to + sizeof(version), name, n);
    return str_of(to, sizeof(version) + n);
}

static int add(struct offers *o, const mortise_service *row, struct route route)
{
    char bytes[KEY_MAX];
    struct str key = key_of(bytes, row->name, row->version);
    struct offer *offer = mem_alloc(sizeof(*offer) + key.n);
    if (!offer)
        return ERR_NOMEM;
    offer->route = route;
    memcpy(offer->key, key.p, key.n);
    int error = table_add(&o->table, str_of(offer->key, key.n), offer);
    if (error < 0)
        mem_free(offer);
    return error;
}

int offers_build(struct offers *o, const struct lineup_member *members,
                 uint32_t count, struct buf *why)
{
    int first_error = 0;

    table_init(&o->table);
    for (uint32_t i = 0; i < count; i++) {
        const struct generation *g = members[i].generation;
        for (uint32_t k = 0; g && k < g->registered.service_count; k++) {
            const mortise_service *row = &g->registered.services[k];
            int error = add(o, row, (struct route){i, k});
            if (error == ERR_EXIST)
                settings_put_place(g, why);
            if (error == ERR_EXIST)
                buf_printf(
                    why,
                    "plugin \"%s\": the service \"%s\" is offered in "
                    "version %u already, by \"%s\"\n",
                    g->name, row->name, row->version,
                    members[offers_find(o, row->name, row->version)->member]
                        .generation->name);
            if (error < 0 && first_error == 0)
                first_error = error;
        }
    }
    if (first_error < 0)
        offers_free(o);
    return first_error;
}

void offers_free(struct offers *o)
{
    uint32_t cursor = 0;
    struct offer *offer;
    while ((offer = table_next(&o->table, &cursor)))
        mem_free(offer);
    table_free(&o->table);
}

const struct route *offers_find(const struct offers *o, const char *name,
                                uint32_t version)
{
    char bytes[KEY_MAX];
    const struct offer *offer =
        table_get(&o->table, key_of(bytes, name, version));
    return offer ? &offer->route : NULL;
}
