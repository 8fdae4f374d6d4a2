/* SPDX-License-Identifier: MIT */
/* Generations that have had their time: they end when none of their jobs
 * runs. */
#ifndef MORTISE_HOST_RETIRING_H
#define MORTISE_HOST_RETIRING_H

#include "host/host.h"

void retiring_init(struct host *host);
/* None ends by itself any more. */
void retiring_stop(struct host *host);
/* This generation's time is over: its fini runs when none of its jobs does, on
 * a later turn of the loop. */
void retiring_add(struct generation *g);
/* One of its jobs has ended. */
void retiring_job_ended(struct generation *g);

#endif
