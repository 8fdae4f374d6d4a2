/* SPDX-License-Identifier: MIT */
/* The places of plugins (struct plugin_slot), by name: all there ever were. */
#ifndef MORTISE_HOST_SLOTS_H
#define MORTISE_HOST_SLOTS_H

#include "host/host.h"

/* The slot of this name, made if need be; NULL when memory runs out. */
struct plugin_slot *host_slot(struct host *host, struct str name);
/*
 * The next plugin of the configuration in effect that has no build although it
 * is enabled: one that is left out (plugin/quarantine.h). *cursor begins with
 * 0; NULL behind the last.
 */
const struct config_plugin *host_next_left_out(const struct host *host,
                                               uint32_t *cursor);
/* With the host: nobody points to them any more. */
void slots_free(struct host *host);

#endif
