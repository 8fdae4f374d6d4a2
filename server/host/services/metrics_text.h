/* SPDX-License-Identifier: MIT */
/* How metrics are written down: the text format of Prometheus. */
#ifndef MORTISE_HOST_METRICS_TEXT_H
#define MORTISE_HOST_METRICS_TEXT_H

#include "base/buf.h"

/* What stands in front of a metric's lines. */
void metrics_put_head(struct buf *out, const char *name, const char *kind,
                      const char *help);
/* In the shortest way that says it exactly. */
void metrics_put_number(struct buf *out, double value);
/* A number that ends a line. */
void metrics_put_value(struct buf *out, double value);
/* A whole metric that is a number of now. */
void metrics_put_gauge(struct buf *out, const char *name, const char *help,
                       double value);

#endif
