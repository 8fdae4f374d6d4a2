/* SPDX-License-Identifier: MIT */
/*
 * mortise/metrics.h: numbers about a plugin, for Prometheus and the like.
 *
 *     static mortise_metric moves;
 *     static int init(mortise_value settings)
 *     {
 *         moves = mortise_counter("moves_total", "Moves that were made");
 *         return 0;
 *     }
 *     ...
 *         mortise_metric_add(moves, 1);
 *
 * They are printed at the path that "metrics" of the configuration names, as
 * mortise_PLUGIN_NAME. A name is kept over a reload: the new build asks for it
 * again and goes on counting. A metric that is 0 can be counted, and is
 * nowhere: a plugin need not check.
 */
#ifndef MORTISE_METRICS_H
#define MORTISE_METRICS_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t mortise_metric;

enum { MORTISE_COUNTER, MORTISE_GAUGE, MORTISE_HISTOGRAM };

/* Only ever appended to; the calls below document it. */
struct mortise_metrics_table {
    uint32_t size;
    mortise_metric (*make)(mortise_host, uint32_t kind, const char *name,
                           const char *help, const double *bounds,
                           uint32_t bound_count);
    int (*add)(mortise_host, mortise_metric, double by);
    int (*set)(mortise_host, mortise_metric, double to);
    int (*observe)(mortise_host, mortise_metric, double value);
};

MORTISE_EXTENSION_(metrics, "mortise.metrics/1")

/*
 * Each gives the metric of this name, made when it is not there yet. Names are
 * [a-z][a-z0-9_]*, up to 64 bytes; a plugin has up to 200. 0 on failure, which
 * is logged: another kind has this name, there are too many, memory is out.
 */
/* What only grows; its name best ends with "_total". */
static inline mortise_metric mortise_counter(const char *name, const char *help)
{
    return MORTISE_EXTENDED_(metrics, make, 0, MORTISE_COUNTER, name, help,
                             NULL, 0);
}
/* What goes up and down. */
static inline mortise_metric mortise_gauge(const char *name, const char *help)
{
    return MORTISE_EXTENDED_(metrics, make, 0, MORTISE_GAUGE, name, help, NULL,
                             0);
}
/* How often a value was at most each of these bounds: 1 to 32, ascending. */
static inline mortise_metric mortise_histogram(const char *name,
                                               const char *help,
                                               const double *bounds,
                                               uint32_t bound_count)
{
    return MORTISE_EXTENDED_(metrics, make, 0, MORTISE_HISTOGRAM, name, help,
                             bounds, bound_count);
}

/* A counter or gauge, by so many; a counter not by less than 0. All three: 0;
 * EGONE: there is no such metric; EINVAL: it is of another kind. */
static inline int mortise_metric_add(mortise_metric metric, double by)
{
    return MORTISE_EXTENDED_(metrics, add, MORTISE_ENOSYS, metric, by);
}
/* A gauge. */
static inline int mortise_metric_set(mortise_metric metric, double to)
{
    return MORTISE_EXTENDED_(metrics, set, MORTISE_ENOSYS, metric, to);
}
/* A histogram. */
static inline int mortise_metric_observe(mortise_metric metric, double value)
{
    return MORTISE_EXTENDED_(metrics, observe, MORTISE_ENOSYS, metric, value);
}

#ifdef __cplusplus
}
#endif
#endif
