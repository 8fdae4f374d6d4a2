/* SPDX-License-Identifier: MIT */
#include "host/slots.h"

#include "base/mem.h"

static struct plugin_slot *find(const struct host *host, struct str name)
{
    for (uint32_t i = 0; i < host->slot_count; i++)
        if (str_eq(str_z(host->slots[i]->name), name))
            return host->slots[i];
    return NULL;
}

struct plugin_slot *host_slot(struct host *host, struct str name)
{
    struct plugin_slot *found = find(host, name);

    if (found)
        return found;
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

const struct config_plugin *host_next_left_out(const struct host *host,
                                               uint32_t *cursor)
{
    const struct config *config = host->config;

    while (config && *cursor < config->plugin_count) {
        const struct config_plugin *entry = &config->plugins[(*cursor)++];
        const struct plugin_slot *slot = find(host, entry->name);
        if (entry->enabled && !(slot && slot->current))
            return entry;
    }
    return NULL;
}

void slots_free(struct host *host)
{
    for (uint32_t i = 0; i < host->slot_count; i++) {
        mem_free(host->slots[i]->name);
        mem_free(host->slots[i]);
    }
    mem_free(host->slots);
}
