/* SPDX-License-Identifier: MIT */
/* The extension tables a plugin can ask for by name. A name ends with its
 * major version; within it a table only grows. */
#include <string.h>

#include "host/calls/api.h"
#include "host/calls/extensions.h"

const struct extension host_extensions[] = {
    {"mortise.commands/1", &ext_commands},
    {"mortise.contract/1", &ext_contract},
    {"mortise.http/1", &ext_http},
    {"mortise.identity/1", &ext_identity},
    {"mortise.jobs/1", &ext_jobs},
    {"mortise.log/1", &ext_log},
    {"mortise.memory/1", &ext_memory},
    {"mortise.metrics/1", &ext_metrics},
    {"mortise.services/1", &ext_services},
    {"mortise.settings/1", &ext_settings},
    {"mortise.sockets/1", &ext_sockets},
    {"mortise.state/1", &ext_state},
    {"mortise.values/1", &ext_values},
    {NULL, NULL},
};

const void *api_extension(mortise_host table, const char *id)
{
    for (const struct extension *e = host_extensions; id && e->id; e++)
        if (strcmp(e->id, id) == 0)
            return e->table;
    return NULL;
}
