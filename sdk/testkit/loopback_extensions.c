/* SPDX-License-Identifier: MIT */
/* The headers beside mortise/plugin.h, looped back. */
#include <string.h>

#include "loopback.h"

const struct loopback_extension *const loopback_extensions[] = {
    &loopback_commands,
    &loopback_contract,
    &loopback_http,
    &loopback_identity,
    &loopback_jobs,
    &loopback_log,
    &loopback_memory,
    &loopback_metrics,
    &loopback_services,
    &loopback_settings,
    &loopback_sockets,
    &loopback_state,
    &loopback_values,
    NULL,
};

const struct loopback_extension *loopback_extension_find(const char *id)
{
    for (int i = 0; id && loopback_extensions[i]; i++)
        if (strcmp(loopback_extensions[i]->id, id) == 0)
            return loopback_extensions[i];
    return NULL;
}

void loopback_extensions_reset(void)
{
    for (int i = 0; loopback_extensions[i]; i++)
        if (loopback_extensions[i]->reset)
            loopback_extensions[i]->reset();
}
