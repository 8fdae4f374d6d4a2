/* SPDX-License-Identifier: MIT */
/*
 * What load balancers and supervisors ask: /healthz, whether the server is
 * alive, which is so when it answers; and /readyz, whether clients are to be
 * sent here, which is so until it begins to stop.
 */
#ifndef MORTISE_HOST_HEALTH_H
#define MORTISE_HOST_HEALTH_H

#include <stdbool.h>

#include "net/http_server.h"

struct health {
    bool enabled;
    bool stopping;
};

/* Answers a request for one of the two; false: it is for something else. */
bool health_answer(const struct health *health, struct http_exchange *x);

#endif
