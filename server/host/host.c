/* SPDX-License-Identifier: MIT */
#include "host/host.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/api.h"
#include "host/bindings.h"
#include "host/format.h"
#include "host/outgoing.h"
#include "host/places.h"

/* What one callback may allocate for itself. */
#define ARENA_MAX ((size_t)256 << 20)

/* The most that framing adds to a packet with all its attachments. */
#define FRAMING_MAX 1024

/* --- calling plugins --- */

void host_enter(struct host *host, struct generation *g, struct host_call *call)
{
    assert(host->current == NULL); /* callbacks never nest */
    host->current = g;
    host->call = call;
    if (host->sio)
        sio_server_enter(host->sio);
}

void host_leave(struct host *host)
{
    format_lists_free(host);
    arena_reset(&host->arena);
    host->turn++;
    host->call = NULL;
    host->current = NULL;
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

/* --- starting and stopping --- */

struct host *host_new(struct timers *timers, const struct config *config)
{
    struct host *host = mem_zalloc(sizeof(*host));
    if (!host)
        return NULL;
    host->timers = timers;
    host->max_replies = (uint32_t)config->limits.acks_per_socket;
    host->json_depth = (uint32_t)config->limits.json_depth;
    /* What is framed for the wire, type and header added, has to fit. */
    sio_builder_init(&host->builder,
                     (size_t)config->limits.send_buffer - FRAMING_MAX,
                     (uint32_t)config->limits.attachments);
    arena_init(&host->arena, ARENA_MAX);
    TAILQ_INIT(&host->seen);
    host->max_violations = (uint32_t)config->limits.violations;
    rates_init(&host->rates);
    ids_init(&host->plugin_timers);
    ids_init(&host->replies);
    ids_init(&host->awaited);
    requests_init(&host->requests);
    identities_init(&host->identities);
    metrics_init(&host->metrics);
    settings_init(&host->settings);
    if (config->metrics.enabled)
        host->requests.metrics_path = config->metrics.path;
    jobs_init(&host->jobs, (uint32_t)config->jobs.threads,
              (uint32_t)config->jobs.queue);
    run_dir_init(&host->run_dir);
    host->slots =
        mem_zalloc((config->plugin_count + 1) * sizeof(host->slots[0]));
    if (!host->slots) {
        host_free(host);
        return NULL;
    }
    return host;
}

/* Everything that a plugin has made and that would call it. */
static void drop_belongings(struct host *host, const struct plugin_slot *slot)
{
    plugin_timers_drop(host, slot);
    requests_drop(host, slot);
    jobs_drop(host, slot);
    metrics_drop(host, slot);
}

/* In reverse order: who came later may rest on who came before. */
static void stop_plugins(struct host *host)
{
    for (uint32_t i = host->slot_count; i-- > 0;) {
        struct plugin_slot *slot = &host->slots[i];
        drop_belongings(host, slot);
        if (slot->current) {
            generation_stop(slot->current);
            drop_belongings(host, slot);
            generation_free(slot->current);
        }
        mem_free(slot->name);
        mem_free(slot->name_space);
        *slot = (struct plugin_slot){0};
    }
    host->slot_count = 0;
}

void host_free(struct host *host)
{
    if (!host)
        return;
    stop_plugins(host);
    registry_free(host->registry);
    bindings_free(host->bindings);
    assert(host->replies.count == 0 && host->awaited.count == 0 &&
           host->plugin_timers.count == 0);
    ids_free(&host->plugin_timers);
    ids_free(&host->replies);
    ids_free(&host->awaited);
    requests_free(&host->requests);
    identities_free(host);
    metrics_free(&host->metrics);
    settings_free(&host->settings);
    jobs_free(&host->jobs);
    rates_free(&host->rates);
    arena_free(&host->arena);
    run_dir_remove(&host->run_dir);
    mem_free(host->slots);
    mem_free(host);
}

/* Loads one plugin and runs its init. */
static int start_plugin(struct host *host, const struct config *config,
                        const struct config_plugin *plugin, struct buf *why)
{
    struct plugin_slot *slot = &host->slots[host->slot_count++];
    struct generation *g = NULL;
    char *file = NULL;

    *slot = (struct plugin_slot){
        .host = host,
        .name = mem_dupz(plugin->name.p, plugin->name.n),
        .name_space = mem_dupz(plugin->name_space.p, plugin->name_space.n)};
    if (!slot->name || !slot->name_space)
        return ERR_NOMEM;
    int error = places_find_plugin(config, plugin, &file, why);
    if (error == 0)
        error = generation_load(slot, str_z(file), str_z(host->run_dir.path),
                                ++slot->generations, &g, why);
    mem_free(file);
    if (error < 0)
        return error;

    host->settings.config = config;
    int said = generation_start(g, plugin->settings);
    host->settings.config = NULL;
    if (said != 0 || host->settings.complaints.n > 0) {
        buf_printf(why, "its init returned %d", said);
        generation_stop(g);
        drop_belongings(host, slot);
        generation_free(g);
        return ERR_DENIED;
    }
    slot->current = g;
    log_info(HOST_PLUGIN ": version %s, %u events and moments",
             HOST_PLUGIN_ARG(g), g->version, g->handlers.count);
    return 0;
}

int host_start(struct host *host, const struct config *config, struct buf *why)
{
    int first_error = run_dir_make(&host->run_dir, config->run_dir, why);

    for (uint32_t i = 0; first_error == 0 && i < config->plugin_count; i++) {
        const struct config_plugin *plugin = &config->plugins[i];
        struct buf reason;
        if (!plugin->enabled)
            continue;
        buf_init(&reason, BUF_MAX);
        first_error = start_plugin(host, config, plugin, &reason);
        if (first_error < 0 && reason.n == 0)
            buf_append_z(&reason, error_text(first_error));
        if (host->settings.complaints.n > 0)
            buf_append_str(why, buf_str(&host->settings.complaints));
        else if (first_error < 0)
            buf_printf(why, "%.*s:%u:%u: plugin \"%.*s\": %.*s\n",
                       STR_ARG(config->file), plugin->line, plugin->column,
                       STR_ARG(plugin->name), STR_ARG(buf_str(&reason)));
        buf_clear(&host->settings.complaints);
        buf_free(&reason);
    }
    if (first_error == 0)
        first_error =
            registry_build(host->slots, host->slot_count, &host->registry, why);
    if (first_error == 0)
        first_error = bindings_build(host->slots, host->slot_count, config,
                                     &host->bindings, why);
    if (first_error < 0)
        stop_plugins(host);
    return first_error;
}

int host_attach(struct host *host, struct sio_server *sio)
{
    for (uint32_t i = 0; i < host->registry->count; i++) {
        struct host_namespace *n = host->registry->namespaces[i];
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
