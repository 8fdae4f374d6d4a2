/* SPDX-License-Identifier: MIT */
/* The sections for whoever runs the server: jobs, metrics, health,
 * seccomp, why, reload. */
#include <stddef.h>

#include "config/read.h"
#include "config/schema.h"

#define AT(member) .offset = offsetof(struct config, member)

enum { SECOND = 1000, DAY = 86400 * SECOND };

const struct schema_key schema_jobs[] = {
    {.name = "threads",
     .kind = SCHEMA_INT,
     .effect = CONFIG_RESTART,
     AT(jobs.threads),
     .min = 0,
     .max = 64,
     .fallback = "2",
     .text = "Threads for the slow work of plugins; 0: it is done on the loop, "
             "and everybody waits. Work that runs cannot be moved."},
    {.name = "queue",
     .kind = SCHEMA_INT,
     AT(jobs.queue),
     .min = 1,
     .max = 1000000,
     .fallback = "1000",
     .text = "Jobs that may wait for a thread."},
    {.name = NULL},
};

static bool is_metrics_path(struct str text)
{
    return text.n > 1 && text.p[0] == '/' && read_is_plain(text) &&
           str_find(text, '?') == text.n && str_find(text, ' ') == text.n;
}

const struct schema_key schema_metrics[] = {
    {.name = "enabled",
     .kind = SCHEMA_BOOL,
     AT(metrics.enabled),
     .fallback = "false",
     .text = "Whether metrics are printed, for whoever asks."},
    {.name = "path",
     .kind = SCHEMA_STRING,
     AT(metrics.path),
     .valid = is_metrics_path,
     .fallback = "\"/metrics\"",
     .expects = "a path that begins with \"/\" and a name",
     .text = "Where they are printed."},
    {.name = NULL},
};

const struct schema_key schema_health[] = {
    {.name = "enabled",
     .kind = SCHEMA_BOOL,
     AT(health.enabled),
     .fallback = "false",
     .text = "Whether /healthz says that the server is alive, and /readyz "
             "whether clients are to be sent to it."},
    {.name = NULL},
};

const struct schema_key schema_seccomp[] = {
    {.name = "enabled",
     .kind = SCHEMA_BOOL,
     .effect = CONFIG_RESTART,
     AT(seccomp.enabled),
     .fallback = "true",
     .text = "Whether calls of the kernel that no server and no plugin needs "
             "are refused."},
    {.name = "programs",
     .kind = SCHEMA_BOOL,
     .effect = CONFIG_RESTART,
     AT(seccomp.programs),
     .fallback = "false",
     .text = "Whether plugins may start programs all the same."},
    {.name = NULL},
};

const struct schema_key schema_why[] = {
    {.name = "notes",
     .kind = SCHEMA_INT,
     .effect = CONFIG_RESTART,
     AT(why.notes),
     .min = 0,
     .max = 1 << 24,
     .fallback = "16384",
     .text = "What happened last to all connections, 64 bytes each; 0: nothing "
             "is kept."},
    {.name = "connections",
     .kind = SCHEMA_INT,
     .effect = CONFIG_RESTART,
     AT(why.connections),
     .min = 0,
     .max = 1000000,
     .fallback = "1024",
     .text = "Connections that are over of which that is kept, 1.6 kB each."},
    {.name = NULL},
};

const struct schema_key schema_reload[] = {
    {.name = "canary",
     .kind = SCHEMA_BOOL,
     AT(reload.canary),
     .fallback = "true",
     .text = "Whether a new build is first tried in a process of its own."},
    {.name = "timeout",
     .kind = SCHEMA_INT,
     AT(reload.timeout),
     .min = 1,
     .max = DAY,
     .fallback = "2000",
     .text = "Milliseconds that this may take."},
    {.name = "generations",
     .kind = SCHEMA_INT,
     AT(reload.generations),
     .min = 1,
     .max = 10000,
     .fallback = "64",
     .text = "Builds of one plugin that are loaded before the server asks to "
             "be restarted: none is ever unloaded."},
    {.name = NULL},
};
