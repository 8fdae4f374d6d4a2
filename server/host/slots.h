/* SPDX-License-Identifier: MIT */
/* The places of plugins (struct plugin_slot), by name: all there ever were. */
#ifndef MORTISE_HOST_SLOTS_H
#define MORTISE_HOST_SLOTS_H

#include "host/host.h"

/* The slot of this name, made if need be; NULL when memory runs out. */
struct plugin_slot *host_slot(struct host *host, struct str name);
/* With the host: nobody points to them any more. */
void slots_free(struct host *host);

#endif
