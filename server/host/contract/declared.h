/* SPDX-License-Identifier: MIT */
/*
 * Events that a plugin sends, held against what it has declared in its table
 * `emits`. In development mode only: whoever writes the plugin is told, clients
 * get what was sent.
 */
#ifndef MORTISE_HOST_DECLARED_H
#define MORTISE_HOST_DECLARED_H

#include "host/host.h"

/* Warns of the first event of each name that breaks its contract, once for
 * each way of breaking it. */
void declared_check(struct generation *g, const struct sio_namespace *n,
                    const char *event, const struct sio_packet *packet);

#endif
