/* SPDX-License-Identifier: MIT */
/* The metrics of what stands below the plugins: connections, sessions, memory,
 * and who was refused. */
#ifndef MORTISE_APP_METRICS_H
#define MORTISE_APP_METRICS_H

#include "base/buf.h"

/* For metrics_print(); user: the struct app. */
void app_metrics_print(void *user, struct buf *out);

#endif
