/* SPDX-License-Identifier: MIT */
#include "host/report.h"

#include "host/host.h"
#include "host/plugin/quarantine.h"
#include "host/registry.h"
#include "host/slots.h"

/* Whether this member of the line-up is told anything there. */
static bool has_row(const struct host_namespace *n, uint32_t member)
{
    const struct event_route *event;
    uint32_t cursor = 0;

    while ((event = table_next(&n->events, &cursor)))
        if (event->route.member == member)
            return true;
    for (int moment = 0; moment < MOMENT_COUNT; moment++)
        for (uint32_t i = 0; i < n->moments[moment].count; i++)
            if (n->moments[moment].routes[i].member == member)
                return true;
    return false;
}

static void put_namespaces(struct json_writer *w, const struct registry *r,
                           uint32_t member)
{
    json_open_array(w);
    for (uint32_t i = 0; i < r->count; i++) {
        const struct host_namespace *n = r->namespaces[i];
        if (has_row(n, member))
            json_put_string(w, str_of(n->name, n->name_length));
    }
    json_close_array(w);
}

static uint64_t sockets_of(const struct sio_server *sio, uint32_t member)
{
    const struct sio_namespace *n;
    uint64_t sockets = 0;
    uint32_t cursor = 0;

    while (sio && (n = sio_namespace_next(sio, &cursor)))
        if (has_row(sio_namespace_data(n), member))
            sockets += sio_namespace_users(n);
    return sockets;
}

static void put_number(struct json_writer *w, struct str key, uint64_t value)
{
    json_put_key(w, key);
    json_put_uint(w, value);
}

void report_plugin(const struct host *host, uint32_t member,
                   struct json_writer *w)
{
    const struct plugin_slot *slot = host->lineup->members[member].slot;
    const struct generation *g = host->lineup->members[member].generation;

    json_put_key(w, STR("name"));
    json_put_string(w, str_z(g->name));
    json_put_key(w, STR("version"));
    json_put_string(w, str_z(g->version));
    put_number(w, STR("generation"), g->number);
    json_put_key(w, STR("since"));
    json_put_int(w, g->since);
    json_put_key(w, STR("namespaces"));
    put_namespaces(w, host->lineup->registry, member);
    put_number(w, STR("sockets"), sockets_of(host->sio, member));
    put_number(w, STR("events"), slot->events);
    put_number(w, STR("refusals"), slot->refusals);
    put_number(w, STR("slowCalls"), slot->slow_calls);
    put_number(w, STR("memory"), g->memory.bytes);
    put_number(w, STR("retired"), slot->retired);
}

void report_plugins(const struct host *host, struct json_writer *w)
{
    json_open_array(w);
    for (uint32_t i = 0; host->lineup && i < host->lineup->count; i++) {
        if (!host->lineup->members[i].generation)
            continue;
        json_open_object(w);
        report_plugin(host, i, w);
        json_close_object(w);
    }
    json_close_array(w);
}

void report_left_out(const struct host *host, struct json_writer *w)
{
    const struct config_plugin *entry;
    struct quarantine_reason reason;
    uint32_t cursor = 0;

    json_open_array(w);
    while ((entry = host_next_left_out(host, &cursor))) {
        json_open_object(w);
        json_put_key(w, STR("name"));
        json_put_string(w, entry->name);
        if (quarantine_reason(entry->name, &reason)) {
            json_put_key(w, STR("since"));
            json_put_int(w, reason.since * 1000);
            json_put_key(w, STR("crash"));
            json_put_string(w, reason.crash);
            json_put_key(w, STR("file"));
            json_put_string(w, str_z(reason.file));
        }
        json_close_object(w);
    }
    json_close_array(w);
}
