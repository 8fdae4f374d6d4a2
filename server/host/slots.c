/* SPDX-License-Identifier: MIT */
#include "host/slots.h"

#include "base/mem.h"

struct plugin_slot *host_slot(struct host *host, struct str name)
{
    for (uint32_t i = 0; i < host->slot_count; i++)
        if (str_eq(str_z(host->slots[i]->name), name))
            return host->slots[i];

    if (mem_grow((void **)&host->slots, &host->slot_cap,
                 (size_t)host->slot_count + 1, sizeof(host->slots[0])) < 0)
        return NULL;
    struct plugin_slot *slot = mem_zalloc(sizeof(*slot));
    if (!slot)
        return NULL;
    slot->host = host;
    slot->name = mem_dupz(name.p, name.n);
    if (!slot->name) {
        mem_free(slot);
        return NULL;
    }
    host->slots[host->slot_count++] = slot;
    return slot;
}

void slots_free(struct host *host)
{
    for (uint32_t i = 0; i < host->slot_count; i++) {
        mem_free(host->slots[i]->name);
        mem_free(host->slots[i]);
    }
    mem_free(host->slots);
}
