/* SPDX-License-Identifier: MIT */
/* The metrics of what stands below the plugins: connections, sessions, memory,
 * and who was refused. */
#ifndef MORTISE_APP_METRICS_H
#define MORTISE_APP_METRICS_H

#include "base/buf.h"

/* For metrics_print(); user: the struct app. */
void app_metrics_print(void *user, struct buf *out);

struct app;
/* Before they are printed; and before the loop goes. */
void app_metrics_init(struct app *app);
void app_metrics_stop(struct app *app);

#endif
