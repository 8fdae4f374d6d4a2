/* SPDX-License-Identifier: MIT */
#include "host/calling.h"

#include <assert.h>
#include <inttypes.h>

#include "base/clock.h"
#include "host/calls/format.h"
#include "host/calls/outgoing.h"
#include "host/calls/plugin_log.h"
#include "host/calls/writers.h"
#include "host/host.h"
#include "host/plugin/blame.h"

const int64_t host_times[HOST_TIMES] = {5, 10, 25, 100, 250, 1000, INT64_MAX};

static void count_time(struct plugin_slot *slot, int64_t took)
{
    int i = 0;

    while (took > host_times[i])
        i++;
    slot->times[i]++;
    slot->time += took;
}

/* Says who has held everybody up. */
static void watch(struct host *host)
{
    int64_t took = clock_coarse_ms() - host->entered;
    struct generation *g = host->current;
    char text[200];

    if (took <= host_times[0]) {
        g->slot->times[0]++;
        g->slot->time += took;
        return;
    }
    count_time(g->slot, took);
    if (took < HOST_SLOW_MS || !host->sio)
        return;
    g->slot->slow_calls++;
    blame_text(&blame_current, text, sizeof(text));
    plugin_warn(g, "%s took %" PRId64 " ms, in which nobody else was served",
                text, took);
}

void host_enter(struct host *host, struct generation *g, struct host_call *call)
{
    assert(host->current == NULL); /* callbacks never nest */
    host->current = g;
    host->call = call;
    blame_begin(g, NULL, call ? call->event.name : NULL);
    host->entered = clock_coarse_ms();
    if (host->sio)
        sio_server_enter(host->sio);
}

void host_leave(struct host *host)
{
    watch(host);
    writers_free(host);
    format_lists_free(host);
    host->place_count = 0;
    host->settings.known = NULL;
    arena_reset(&host->arena);
    host->turn++;
    host->call = NULL;
    host->current = NULL;
    blame_current.running = false;
    /* Last: these may tell what the callback has brought about. */
    if (host->sio) {
        outgoing_tell(host);
        sio_server_leave(host->sio);
    }
}

void host_run(struct host *host, struct generation *g,
              const mortise_handler *row, struct host_call *call)
{
    mortise_socket from = call->socket ? sio_socket_handle(call->socket) : 0;
    call->event.size = sizeof(call->event);
    host_enter(host, g, call);
    blame_current.row = row;
    row->call(from, &call->event);
    host_leave(host);
}
