/* SPDX-License-Identifier: MIT */
#include "host/host.h"

#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/calls/outgoing.h"
#include "host/options.h"
#include "host/reload/reload.h"
#include "host/reload/retiring.h"
#include "host/slots.h"

/* What one callback may allocate for itself. */
#define ARENA_MAX ((size_t)256 << 20)

struct host *host_new(struct timers *timers, const struct config *config)
{
    struct host *host = mem_zalloc(sizeof(*host));
    if (!host)
        return NULL;
    host->thread = pthread_self();
    host->timers = timers;
    host->api = &host_api;
    arena_init(&host->arena, ARENA_MAX);
    TAILQ_INIT(&host->seen);
    rates_init(&host->rates);
    ids_init(&host->plugin_timers);
    ids_init(&host->replies);
    ids_init(&host->awaited);
    requests_init(&host->requests);
    orders_init(&host->orders);
    identities_init(&host->identities);
    metrics_init(&host->metrics);
    settings_init(&host->settings);
    jobs_init(&host->jobs, (uint32_t)config->jobs.threads,
              (uint32_t)config->jobs.queue);
    run_dir_init(&host->run_dir);
    state_init(&host->state);
    retiring_init(host);
    host_set_options(host, config);
    return host;
}

void host_drop_belongings(struct host *host, const struct plugin_slot *slot)
{
    plugin_timers_drop(host, slot);
    requests_drop(host, slot);
    orders_drop(host, slot);
    jobs_drop(host, slot);
    metrics_drop(host, slot);
}

/* In reverse order: who came later may rest on who came before. Without
 * waiting those are passed over whose jobs still run. */
static void stop_plugins(struct host *host, bool wait)
{
    struct generation *g, *next;

    for (uint32_t i = host->lineup ? host->lineup->count : 0; i-- > 0;) {
        struct plugin_slot *slot = host->lineup->members[i].slot;
        if (!wait && jobs_running(host, slot))
            continue;
        host_drop_belongings(host, slot);
        generation_stop(slot->current);
        host_drop_belongings(host, slot);
        generation_free(slot->current);
        slot->current = NULL;
        host->lineup->members[i].generation = NULL;
    }
    for (uint32_t i = 0; i < host->slot_count; i++)
        if (wait || !jobs_running(host, host->slots[i]))
            host_drop_belongings(host, host->slots[i]);
    for (g = TAILQ_FIRST(&host->before); g; g = next) {
        next = TAILQ_NEXT(g, link);
        if (g->jobs > 0)
            continue;
        TAILQ_REMOVE(&host->before, g, link);
        generation_stop(g);
        generation_free(g);
    }
}

void host_give_up(struct host *host)
{
    jobs_report_running(host);
    stop_plugins(host, false);
    run_dir_remove(&host->run_dir);
}

void host_free(struct host *host)
{
    if (!host)
        return;
    stop_plugins(host, true);
    retiring_stop(host);
    lineup_free(host->lineup);
    slots_free(host);
    assert(host->replies.count == 0 && host->awaited.count == 0 &&
           host->plugin_timers.count == 0);
    ids_free(&host->plugin_timers);
    ids_free(&host->replies);
    ids_free(&host->awaited);
    requests_free(&host->requests);
    orders_free(&host->orders);
    identities_free(host);
    metrics_free(&host->metrics);
    settings_free(&host->settings);
    state_free(&host->state);
    jobs_free(&host->jobs);
    rates_free(&host->rates);
    arena_free(&host->arena);
    run_dir_remove(&host->run_dir);
    mem_free(host);
}

int host_start(struct host *host, const struct config *config, struct buf *why)
{
    struct reload *reload;

    int error = run_dir_make(&host->run_dir, config->run_dir, why);
    /* Unmarked, it is found by its control socket all the same. */
    if (error == 0 && !config->trial)
        (void)run_dir_mark(&host->run_dir, config->file);
    if (error == 0)
        error = reload_new(host, config, &reload, why);
    if (error < 0)
        return error;
    error = reload_stage(reload, why);
    if (error == 0)
        reload_commit(reload);
    else
        reload_abandon(reload);
    reload_free(reload);
    return error;
}

int host_attach(struct host *host, struct sio_server *sio)
{
    for (uint32_t i = 0; i < host->lineup->registry->count; i++) {
        struct host_namespace *n = host->lineup->registry->namespaces[i];
        struct sio_namespace *opened;
        if (n->pattern)
            continue; /* what it stands for is made when it is asked for */
        int error = sio_namespace_open(sio, str_of(n->name, n->name_length), n,
                                       &opened);
        if (error < 0)
            return error;
    }
    host->sio = sio;
    return 0;
}

void host_detach(struct host *host)
{
    outgoing_drop(host);
    host->sio = NULL;
}
