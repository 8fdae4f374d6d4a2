/* SPDX-License-Identifier: MIT */
/* The metrics of what stands below the plugins. */
#include "app_metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "app_internal.h"
#include "host/host.h"

/* Bytes of the process that are in memory; 0 where the system does not say. */
static double resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    uint64_t pages = 0;

    if (!file)
        return 0;
    if (fscanf(file, "%*u %" SCNu64, &pages) != 1)
        pages = 0;
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void put_refusals(const struct app *app, struct buf *out)
{
    static const char *const names[] = {
        [HTTP_REFUSED_FULL] = "connections",
        [HTTP_REFUSED_ADDRESS] = "address",
        [HTTP_REFUSED_PACE] = "pace",
    };

    metrics_put_head(out, "mortise_refused_total", "counter",
                     "Connections and handshakes that were over a limit.");
    for (int i = 0; i < HTTP_REFUSALS; i++)
        buf_printf(out, "mortise_refused_total{reason=\"%s\"} %" PRIu64 "\n",
                   names[i],
                   http_server_refusals(app->http, (enum http_refusal)i));
}

void app_metrics_print(void *user, struct buf *out)
{
    const struct app *app = user;

    metrics_put_gauge(out, "mortise_connections",
                      "Connections that are open, of whatever kind.",
                      http_server_connections(app->http));
    metrics_put_gauge(out, "mortise_addresses",
                      "Addresses that are connected, or were just now.",
                      app->loop->peers.table.count);
    metrics_put_gauge(out, "mortise_resident_memory_bytes",
                      "Memory of the process.", resident_bytes());
    put_refusals(app, out);
}
