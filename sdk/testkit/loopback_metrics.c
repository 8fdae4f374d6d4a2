/* SPDX-License-Identifier: MIT */
/* mortise/metrics.h, looped back: both sides. */
#include <mortise/metrics.h>

#include "internal.h"
#include "loopback.h"

/* More than the host takes. */
#define BOUNDS_MAX 64

enum {
    CALL_MAKE,
    CALL_ADD,
    CALL_SET,
    CALL_OBSERVE,
};

/* --- the plugin's calls --- */

static mortise_metric near_make(mortise_host table, uint32_t kind,
                                const char *name, const char *help,
                                const double *bounds, uint32_t bound_count)
{
    struct crossing c;

    assert(bound_count <= BOUNDS_MAX);
    crossing_begin(&c, table, &loopback_metrics, CALL_MAKE);
    wire_put(&c.wire, kind);
    wire_put_text(&c.wire, name);
    wire_put_text(&c.wire, help);
    wire_put(&c.wire, bound_count);
    wire_put(&c.wire, bounds != NULL);
    for (uint32_t i = 0; bounds && i < bound_count; i++)
        wire_put_double(&c.wire, bounds[i]);
    return crossing_number(&c);
}

static int count(mortise_host table, uint64_t call, mortise_metric metric,
                 double value)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_metrics, call);
    wire_put(&c.wire, metric);
    wire_put_double(&c.wire, value);
    return (int)crossing_number(&c);
}

static int near_add(mortise_host table, mortise_metric metric, double by)
{
    return count(table, CALL_ADD, metric, by);
}

static int near_set(mortise_host table, mortise_metric metric, double to)
{
    return count(table, CALL_SET, metric, to);
}

static int near_observe(mortise_host table, mortise_metric metric, double value)
{
    return count(table, CALL_OBSERVE, metric, value);
}

static const struct mortise_metrics_table near_table = {
    .size = sizeof(struct mortise_metrics_table),
    .make = near_make,
    .add = near_add,
    .set = near_set,
    .observe = near_observe,
};

/* --- the far side --- */

static mortise_metric serve_make(struct service *s,
                                 const struct mortise_metrics_table *t)
{
    uint32_t kind = (uint32_t)wire_get(s->in);
    const char *name = wire_get_text(s->in);
    const char *help = wire_get_text(s->in);
    uint32_t bound_count = (uint32_t)wire_get(s->in);
    bool bounded = wire_get(s->in);
    double bounds[BOUNDS_MAX];

    for (uint32_t i = 0; bounded && i < bound_count; i++)
        bounds[i] = wire_get_double(s->in);
    service_act(s);
    mortise_metric metric = t->make(s->table, kind, name, help,
                                    bounded ? bounds : NULL, bound_count);
    service_acted(s);
    return metric;
}

static int serve_count(struct service *s, const struct mortise_metrics_table *t,
                       uint64_t call)
{
    mortise_metric metric = wire_get(s->in);
    double value = wire_get_double(s->in);

    if (call == CALL_ADD)
        return t->add(s->table, metric, value);
    if (call == CALL_SET)
        return t->set(s->table, metric, value);
    return t->observe(s->table, metric, value);
}

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_metrics_table *t = s->extension;

    if (call == CALL_MAKE)
        wire_put(s->out, serve_make(s, t));
    else
        wire_put(s->out, (uint64_t)(int64_t)serve_count(s, t, call));
}

const struct loopback_extension loopback_metrics = {
    .id = "mortise.metrics/1",
    .table = &near_table,
    .serve = serve,
};
