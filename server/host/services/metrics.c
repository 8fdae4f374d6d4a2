/* SPDX-License-Identifier: MIT */
/* mortise/metrics.h, and printing. */
#include "host/services/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <mortise/metrics.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "host/calls/api.h"
#include "host/calls/extensions.h"
#include "host/calls/plugin_log.h"
#include "json/writer.h"

#define NAME_MAX_BYTES 64
#define HELP_MAX       500
#define METRICS_MAX    200 /* of one plugin */
#define BOUNDS_MAX     32

/* What a metric says. */
struct reading {
    double value;                    /* of a histogram: the sum */
    uint64_t count;                  /* of a histogram */
    uint64_t counts[BOUNDS_MAX + 1]; /* between bounds, and behind the last */
};

struct metric {
    struct plugin_slot *slot;
    uint64_t number;
    uint32_t made_by; /* number of the generation */
    uint32_t kind, bound_count;
    double bounds[BOUNDS_MAX]; /* ascending */
    struct reading now;
    struct reading *before; /* that of the build in place, while another one
                               changes it; NULL: none does */
    char name[NAME_MAX_BYTES + 1];
    char help[]; /* with a NUL behind it */
};

void metrics_init(struct metrics *m)
{
    ids_init(&m->ids);
}

void metrics_free(struct metrics *m)
{
    assert(m->ids.count == 0);
    ids_free(&m->ids);
}

static void metric_free(struct metric *m)
{
    ids_remove(&m->slot->host->metrics.ids, m->number);
    mem_free(m->before);
    mem_free(m);
}

void metrics_drop(struct host *host, const struct plugin_slot *slot)
{
    uint32_t cursor = 0;
    struct metric *m;
    while ((m = ids_next(&host->metrics.ids, &cursor)))
        if (m->slot == slot)
            metric_free(m);
}

void metrics_commit(const struct generation *g)
{
    uint32_t cursor = 0;
    struct metric *m;
    while ((m = ids_next(&g->host->metrics.ids, &cursor)))
        if (m->slot == g->slot) {
            mem_free(m->before);
            m->before = NULL;
        }
}

void metrics_abandon(const struct generation *g)
{
    uint32_t cursor = 0;
    struct metric *m;
    while ((m = ids_next(&g->host->metrics.ids, &cursor))) {
        if (m->slot != g->slot)
            continue;
        if (m->made_by == g->number) {
            metric_free(m);
        } else if (m->before) {
            m->now = *m->before;
            mem_free(m->before);
            m->before = NULL;
        }
    }
}

/* --- mortise/metrics.h --- */

static bool name_fits(const char *name)
{
    size_t n = name ? strnlen(name, NAME_MAX_BYTES + 1) : 0;
    if (n == 0 || n > NAME_MAX_BYTES || name[0] < 'a' || name[0] > 'z')
        return false;
    for (size_t i = 1; i < n; i++)
        if (!(name[i] >= 'a' && name[i] <= 'z') &&
            !(name[i] >= '0' && name[i] <= '9') && name[i] != '_')
            return false;
    return true;
}

static bool bounds_fit(uint32_t kind, const double *bounds, uint32_t count)
{
    if (kind != MORTISE_HISTOGRAM)
        return count == 0;
    if (!bounds || count == 0 || count > BOUNDS_MAX)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!isfinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1]))
            return false;
    return true;
}

static struct metric *find(const struct host *host,
                           const struct plugin_slot *slot, const char *name,
                           uint32_t *ret_count)
{
    struct metric *m, *found = NULL;
    uint32_t cursor = 0;

    *ret_count = 0;
    while ((m = ids_next(&host->metrics.ids, &cursor)))
        if (m->slot == slot) {
            ++*ret_count;
            if (strcmp(m->name, name) == 0)
                found = m;
        }
    return found;
}

/* What a metric of this name would be in the way of; NULL: nothing. */
static const char *why_not(uint32_t kind, const char *name, const char *help,
                           const double *bounds, uint32_t bound_count)
{
    if (kind > MORTISE_HISTOGRAM || !name_fits(name))
        return "this is no name, or no kind";
    if (help && (strnlen(help, HELP_MAX + 1) > HELP_MAX ||
                 !utf8_valid(help, strlen(help))))
        return "the help is too long, or no text";
    if (!bounds_fit(kind, bounds, bound_count))
        return "the bounds make no sense";
    return NULL;
}

static struct metric *metric_new(struct generation *g, uint32_t kind,
                                 const char *name, const char *help,
                                 const double *bounds, uint32_t bound_count)
{
    size_t help_size = strlen(help) + 1;
    struct metric *m = mem_zalloc(sizeof(*m) + help_size);
    if (!m)
        return NULL;
    m->slot = g->slot;
    m->made_by = g->number;
    m->kind = kind;
    m->bound_count = bound_count;
    if (bound_count > 0)
        memcpy(m->bounds, bounds, bound_count * sizeof(bounds[0]));
    memcpy(m->name, name, strlen(name));
    memcpy(m->help, help, help_size);
    m->number = ids_add(&g->host->metrics.ids, m);
    if (m->number == 0) {
        mem_free(m);
        return NULL;
    }
    return m;
}

static mortise_metric metrics_make(mortise_host table, uint32_t kind,
                                   const char *name, const char *help,
                                   const double *bounds, uint32_t bound_count)
{
    struct generation *g = api_caller(table);
    const char *why = g->state >= GENERATION_LEAVING
                          ? "its time is over"
                          : why_not(kind, name, help, bounds, bound_count);
    uint32_t count = 0;
    struct metric *m = why ? NULL : find(g->host, g->slot, name, &count);

    if (m && m->kind == kind)
        return m->number;
    if (m)
        why = "it is there as another kind";
    else if (!why && count >= METRICS_MAX)
        why = "there are too many";
    else if (!why) {
        m = metric_new(g, kind, name, help ? help : "", bounds, bound_count);
        if (m)
            return m->number;
        why = error_text(ERR_NOMEM);
    }
    settings_refuse(g, "the metric \"%s\": %s", name ? name : "", why);
    return 0;
}

/* The metric, which is about to change. ERR_GONE, ERR_NOMEM. */
static int get(mortise_host table, mortise_metric number,
               struct metric **ret_metric)
{
    const struct generation *g = api_caller(table);
    struct metric *m = ids_get(&g->host->metrics.ids, number);

    if (!m || m->slot != g->slot)
        return ERR_GONE;
    if (g->state < GENERATION_LIVE && m->made_by != g->number && !m->before) {
        m->before = mem_dup(&m->now, sizeof(m->now));
        if (!m->before)
            return ERR_NOMEM;
    }
    *ret_metric = m;
    return 0;
}

static int metrics_add(mortise_host table, mortise_metric number, double by)
{
    struct metric *m;
    int error = get(table, number, &m);
    if (error < 0)
        return error;
    if (m->kind == MORTISE_HISTOGRAM || !isfinite(by) ||
        (m->kind == MORTISE_COUNTER && by < 0))
        return ERR_INVAL;
    m->now.value += by;
    return 0;
}

static int metrics_set(mortise_host table, mortise_metric number, double to)
{
    struct metric *m;
    int error = get(table, number, &m);
    if (error < 0)
        return error;
    if (m->kind != MORTISE_GAUGE || !isfinite(to))
        return ERR_INVAL;
    m->now.value = to;
    return 0;
}

static int metrics_observe(mortise_host table, mortise_metric number,
                           double value)
{
    struct metric *m;
    uint32_t i = 0;

    int error = get(table, number, &m);
    if (error < 0)
        return error;
    if (m->kind != MORTISE_HISTOGRAM || !isfinite(value))
        return ERR_INVAL;
    while (i < m->bound_count && value > m->bounds[i])
        i++;
    m->now.counts[i]++;
    m->now.count++;
    m->now.value += value;
    return 0;
}

const struct mortise_metrics_table ext_metrics = {
    .size = sizeof(struct mortise_metrics_table),
    .make = metrics_make,
    .add = metrics_add,
    .set = metrics_set,
    .observe = metrics_observe,
};

/* --- printing --- */

static void put_histogram(struct buf *out, const char *name,
                          const struct metric *m)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < m->bound_count; i++) {
        sum += m->now.counts[i];
        buf_printf(out, "%s_bucket{le=\"", name);
        metrics_put_number(out, m->bounds[i]);
        buf_printf(out, "\"} %" PRIu64 "\n", sum);
    }
    buf_printf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum", name,
               m->now.count, name);
    metrics_put_value(out, m->now.value);
    buf_printf(out, "%s_count %" PRIu64 "\n", name, m->now.count);
}

static void put_metric(struct buf *out, const struct metric *m)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    char name[sizeof("mortise__") + 2 * NAME_MAX_BYTES];

    snprintf(name, sizeof(name), "mortise_%s_%s", m->slot->name, m->name);
    for (char *c = name; *c; c++)
        if (*c == '-') /* which a plugin's name can have */
            *c = '_';
    metrics_put_head(out, name, kinds[m->kind], m->help);
    if (m->kind == MORTISE_HISTOGRAM) {
        put_histogram(out, name, m);
        return;
    }
    buf_append_z(out, name);
    metrics_put_value(out, m->now.value);
}

void metrics_print(const struct host *host, struct buf *out)
{
    const struct metric *m;
    uint32_t cursor = 0;

    metrics_put_gauge(out, "mortise_clients", "Clients that are connected.",
                      host->sio ? sio_server_clients(host->sio) : 0);
    metrics_put_gauge(
        out, "mortise_namespaces",
        "Namespaces, with those that are there because somebody is in them.",
        host->sio ? sio_server_namespaces(host->sio) : 0);
    metrics_put_gauge(out, "mortise_requests_waiting",
                      "HTTP requests that plugins have not answered yet.",
                      host->requests.ids.count);
    metrics_put_gauge(out, "mortise_jobs",
                      "Jobs that wait, run, or are to be told of.",
                      host->jobs.ids.count);
    metrics_put_gauge(out, "mortise_timers", "Timers of plugins.",
                      host->plugin_timers.count);
    metrics_put_gauge(out, "mortise_acks_awaited",
                      "Acknowledgements that clients have not given yet.",
                      host->awaited.count);
    metrics_put_gauge(out, "mortise_identities", "Sockets whose user is known.",
                      host->identities.sockets.count);
    metrics_put_head(out, "mortise_plugin_generation", "gauge",
                     "How often the plugin was loaded.");
    for (uint32_t i = 0; host->lineup && i < host->lineup->count; i++) {
        const struct generation *g = host->lineup->members[i].generation;
        if (g)
            buf_printf(out, "mortise_plugin_generation{plugin=\"%s\"} %u\n",
                       g->name, g->number);
    }
    if (host->metrics.more)
        host->metrics.more(host->metrics.more_user, out);
    metrics_put_reloads(out, host);
    metrics_put_plugins(out, host);
    while ((m = ids_next(&host->metrics.ids, &cursor)))
        put_metric(out, m);
}
