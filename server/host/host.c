/* SPDX-License-Identifier: MIT */
#include "host/host.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/plugin/blame.h"
#include "host/calls/format.h"
#include "host/options.h"
#include "host/calls/outgoing.h"
#include "host/calls/plugin_log.h"
#include "host/reload/reload.h"
#include "host/calls/writers.h"

/* What one callback may allocate for itself. */
#define ARENA_MAX ((size_t)256 << 20)

/* --- calling plugins --- */

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

/*
 * A value is the address of its node, with the number of the callback in the
 * upper 16 bits, which are zero in every address that a process of the
 * machines in elf_note.c is given. One that was kept beyond its callback is
 * known by them; that 65,536 callbacks later it is taken for a new one is the
 * price of spending no memory on it.
 */
_Static_assert(sizeof(uintptr_t) == 8, "room beside the address");
#define TURN_SHIFT 48

mortise_value host_value(const struct host *host, const struct json *value)
{
    uintptr_t address = (uintptr_t)value;
    assert(address >> TURN_SHIFT == 0);
    if (value)
        address |= (uintptr_t)host->turn << TURN_SHIFT;
    return (mortise_value)address;
}

const struct json *host_json(const struct host *host, mortise_value value)
{
    uintptr_t address = (uintptr_t)value;
    if (!host->current || address >> TURN_SHIFT != host->turn)
        return NULL;
    return (const struct json *)(address & (((uintptr_t)1 << TURN_SHIFT) - 1));
}

const struct host_namespace *host_namespace_of(const struct sio_socket *s)
{
    return sio_namespace_data(sio_socket_namespace(s));
}

const char *host_space_name(const struct sio_socket *s)
{
    return sio_namespace_name(sio_socket_namespace(s)).p;
}

/* --- generations that have had their time --- */

static void retire_those_that_may(struct timer *timer)
{
    struct host *host = CONTAINER_OF(timer, struct host, retiring);
    struct generation *g;

    TAILQ_FOREACH(g, &host->before, link)
    if (g->state == GENERATION_LEAVING && g->jobs == 0) {
        generation_stop(g);
        plugin_info(g, "retired");
    }
}

static void look_for_those_that_may(struct host *host)
{
    /* Without memory for it they are found when the next one retires. */
    (void)timer_start(host->timers, &host->retiring, 0);
}

void host_retire(struct generation *g)
{
    g->state = GENERATION_LEAVING;
    g->slot->retired++;
    TAILQ_INSERT_TAIL(&g->host->before, g, link);
    look_for_those_that_may(g->host);
}

void host_job_ended(struct generation *g)
{
    if (g->state == GENERATION_LEAVING && g->jobs == 0)
        look_for_those_that_may(g->host);
}

/* --- starting and stopping --- */

struct host *host_new(struct timers *timers, const struct config *config)
{
    struct host *host = mem_zalloc(sizeof(*host));
    if (!host)
        return NULL;
    host->thread = pthread_self();
    host->timers = timers;
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
    TAILQ_INIT(&host->before);
    timer_init(&host->retiring, retire_those_that_may);
    host_set_options(host, config);
    return host;
}

struct plugin_slot *host_slot(struct host *host, struct str name)
{
    for (uint32_t i = 0; i < host->slot_count; i++)
        if (str_eq(str_z(host->slots[i]->name), name))
            return host->slots[i];

    if (mem_grow((void **)&host->slots, &host->slot_cap,
                 (size_t)host->slot_count + 1, sizeof(host->slots[0])) < 0)
        return NULL;
    struct plugin_slot *slot = mem_zalloc(sizeof(*slot));
    if (!slot)
        return NULL;
    slot->host = host;
    slot->name = mem_dupz(name.p, name.n);
    if (!slot->name) {
        mem_free(slot);
        return NULL;
    }
    host->slots[host->slot_count++] = slot;
    return slot;
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
    timer_stop(host->timers, &host->retiring);
    lineup_free(host->lineup);
    for (uint32_t i = 0; i < host->slot_count; i++) {
        mem_free(host->slots[i]->name);
        mem_free(host->slots[i]);
    }
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
    mem_free(host->slots);
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
