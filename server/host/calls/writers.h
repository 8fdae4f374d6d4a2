/* SPDX-License-Identifier: MIT */
/* The writers of mortise/values.h; they belong to the callback that began
 * them. */
#ifndef MORTISE_HOST_WRITERS_H
#define MORTISE_HOST_WRITERS_H

#include "host/host.h"

/* Drops those that were not ended, of which their author is told; called while
 * the plugin is still the current one. */
void writers_free(struct host *host);

#endif
