/* SPDX-License-Identifier: MIT */
/* Metrics of the server about its plugins. */
#include "host/services/metrics.h"

#include <inttypes.h>

#include "host/contract/breach.h"
#include "host/host.h"
#include "host/slots.h"

/* A label's value; what would end it is escaped. */
static void put_label(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\' || *text == '\n')
            buf_append_char(out, '\\');
        buf_append_char(out, *text == '\n' ? 'n' : *text);
    }
}

static void put_broken(struct buf *out, const struct generation *g,
                       const mortise_handler *row)
{
    const struct contract *contract = contract_of(row);
    for (int code = 0; contract && code < BREACH_COUNT; code++) {
        if (contract->broken[code] == 0)
            continue;
        buf_printf(out, "mortise_events_refused_total{plugin=\"%s\",event=\"",
                   g->name);
        put_label(out, row->name);
        buf_append_z(out, "\",namespace=\"");
        put_label(out, row->name_space ? row->name_space : g->name_space);
        buf_printf(out, "\",code=\"%s\"} %" PRIu64 "\n",
                   breach_code_text((enum breach_code)code),
                   contract->broken[code]);
    }
}

/* How often the contracts of this build were broken. */
static void put_contracts(struct buf *out, const struct host *host)
{
    metrics_put_head(out, "mortise_events_refused_total", "counter",
                     "Events that have broken their contract.");
    for (uint32_t i = 0; host->lineup && i < host->lineup->count; i++) {
        const struct generation *g = host->lineup->members[i].generation;
        for (uint32_t k = 0; g && k < g->handlers.count; k++)
            put_broken(out, g, &g->handlers.rows[k]);
    }
}

static void put_of_plugin(struct buf *out, const char *name,
                          const struct generation *g, uint64_t value)
{
    buf_printf(out, "%s{plugin=\"%s\"} %" PRIu64 "\n", name, g->name, value);
}

/* One line each for every plugin that is there. */
static void put_numbers(struct buf *out, const struct host *host)
{
    static const struct {
        const char *name, *kind, *help;
    } heads[] = {
        {"mortise_plugin_events_total", "counter",
         "Events of clients that its handlers were given."},
        {"mortise_plugin_refusals_total", "counter",
         "Events that broke its contracts, or that it has refused."},
        {"mortise_plugin_builds_retired", "gauge",
         "Earlier builds of it that are still loaded."},
        {"mortise_slow_calls_total", "counter",
         "Callbacks that took 100 ms or more."},
        {"mortise_memory_bytes", "gauge",
         "What plugins hold of the memory that is counted for them."},
        {"mortise_memory_peak_bytes", "gauge", "The most of it at once."},
        {"mortise_memory_blocks", "gauge", "In how many blocks it is."},
    };

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        metrics_put_head(out, heads[i].name, heads[i].kind, heads[i].help);
        for (uint32_t k = 0; host->lineup && k < host->lineup->count; k++) {
            const struct generation *g = host->lineup->members[k].generation;
            if (!g)
                continue;
            uint64_t values[] = {g->slot->events,  g->slot->refusals,
                                 g->slot->retired, g->slot->slow_calls,
                                 g->memory.bytes,  g->memory.peak,
                                 g->memory.blocks};
            put_of_plugin(out, heads[i].name, g, values[i]);
        }
    }
}

/* How often each event was given to a handler, for the rows of this build. */
static void put_events(struct buf *out, const struct host *host)
{
    metrics_put_head(out, "mortise_events_total", "counter",
                     "Events that handlers of this build were given.");
    for (uint32_t i = 0; host->lineup && i < host->lineup->count; i++) {
        const struct generation *g = host->lineup->members[i].generation;
        for (uint32_t k = 0; g && k < g->handlers.count; k++) {
            /* No event has a name like that of a moment. */
            if (g->calls[k] == 0 || g->handlers.rows[k].name[0] == '\xff')
                continue;
            buf_printf(out, "mortise_events_total{plugin=\"%s\",event=\"",
                       g->name);
            put_label(out, g->handlers.rows[k].name);
            buf_append_z(out, "\",namespace=\"");
            put_label(out, g->handlers.rows[k].name_space
                               ? g->handlers.rows[k].name_space
                               : g->name_space);
            buf_printf(out, "\"} %" PRIu64 "\n", g->calls[k]);
        }
    }
}

static void put_times_of(struct buf *out, const struct generation *g)
{
    const struct plugin_slot *slot = g->slot;
    uint64_t sum = 0;

    for (int i = 0; i < HOST_TIMES; i++) {
        sum += slot->times[i];
        buf_printf(out, "mortise_call_seconds_bucket{plugin=\"%s\",le=\"",
                   g->name);
        if (i < HOST_TIMES - 1)
            metrics_put_number(out, (double)host_times[i] / 1000);
        else
            buf_append_z(out, "+Inf");
        buf_printf(out, "\"} %" PRIu64 "\n", sum);
    }
    buf_printf(out, "mortise_call_seconds_sum{plugin=\"%s\"} ", g->name);
    metrics_put_number(out, (double)slot->time / 1000);
    buf_printf(out, "\nmortise_call_seconds_count{plugin=\"%s\"} %" PRIu64 "\n",
               g->name, sum);
}

static void put_times(struct buf *out, const struct host *host)
{
    metrics_put_head(out, "mortise_call_seconds", "histogram",
                     "How long callbacks took, by a clock of a few "
                     "milliseconds.");
    for (uint32_t i = 0; host->lineup && i < host->lineup->count; i++)
        if (host->lineup->members[i].generation)
            put_times_of(out, host->lineup->members[i].generation);
}

void metrics_put_reloads(struct buf *out, const struct host *host)
{
    metrics_put_head(out, "mortise_reloads_total", "counter",
                     "Reloads, and whether they were done or refused.");
    for (int good = 1; good >= 0; good--)
        buf_printf(out, "mortise_reloads_total{result=\"%s\"} %" PRIu64 "\n",
                   good ? "done" : "refused", host->metrics.reloads[good]);
}

static void put_left_out(struct buf *out, const struct host *host)
{
    const struct config_plugin *entry;
    uint32_t cursor = 0;

    metrics_put_head(out, "mortise_plugin_left_out", "gauge",
                     "1 for a plugin that is left out because it crashes "
                     "again and again.");
    while ((entry = host_next_left_out(host, &cursor)))
        buf_printf(out, "mortise_plugin_left_out{plugin=\"%.*s\"} 1\n",
                   STR_ARG(entry->name));
}

void metrics_put_plugins(struct buf *out, const struct host *host)
{
    put_left_out(out, host);
    put_numbers(out, host);
    put_events(out, host);
    put_times(out, host);
    put_contracts(out, host);
}
