/* SPDX-License-Identifier: MIT */
/* The pins of mortise/metrics.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/metrics.h>

/* clang-format off */

PIN_ID(metrics, "mortise.metrics/1");

PIN_TYPE(mortise_metric, uint64_t);

PIN_SIZE_MIN(struct mortise_metrics_table, 40);
PIN(struct mortise_metrics_table, size, 0, uint32_t);
PIN(struct mortise_metrics_table, make, 8,
    uint64_t (*)(host, uint32_t, const char *, const char *, const double *,
    uint32_t));
PIN(struct mortise_metrics_table, add, 16, int (*)(host, uint64_t, double));
PIN(struct mortise_metrics_table, set, 24, int (*)(host, uint64_t, double));
PIN(struct mortise_metrics_table, observe, 32, int (*)(host, uint64_t, double));

PIN_VALUE(MORTISE_COUNTER, 0);
PIN_VALUE(MORTISE_GAUGE, 1);
PIN_VALUE(MORTISE_HISTOGRAM, 2);
