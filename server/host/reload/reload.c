/* SPDX-License-Identifier: MIT */
#include "host/reload/reload.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/reload/blob.h"
#include "host/plugin/places.h"
#include "host/calls/plugin_log.h"
#include "host/plugin/plugin_file.h"
#include "host/plugin/quarantine.h"
#include "host/reload/complaint.h"
#include "host/reload/reload_namespaces.h"
#include "host/reload/retiring.h"
#include "host/slots.h"

/* --- what is new --- */

static bool same_settings(const struct json *a, const struct json *b)
{
    return a && b ? json_equal(a, b) : a == b;
}

/* Copies the image, if it is not the one that runs already. */
static int take_image(struct reload *r, struct change *c,
                      const struct plugin_image *image, struct buf *why)
{
    struct host *host = r->host;
    const struct generation *before = c->before;

    if (before) {
        const struct config_plugin *entry =
            config_find_plugin(host->config, str_z(c->slot->name));
        c->build = memcmp(before->hash, image->hash, sizeof(image->hash)) != 0;
        c->settings =
            !entry || !same_settings(entry->settings, c->entry->settings);
        c->name_space =
            !str_eq(str_z(before->name_space), c->entry->name_space);
        c->kind = c->build || c->settings || c->name_space ? CHANGE_REPLACED
                                                           : CHANGE_NONE;
    } else {
        c->kind = CHANGE_ADDED;
    }
    if (c->kind == CHANGE_NONE) {
        c->after = c->before;
        return 0;
    }
    if (c->slot->retired >= r->config->reload.generations) {
        buf_printf(why,
                   "%u builds of it are in memory already; restart the "
                   "server, or raise reload.generations",
                   c->slot->retired);
        return ERR_LIMIT;
    }
    return generation_new(c->slot, c->entry->name_space, image,
                          str_z(host->run_dir.path), ++c->slot->generations,
                          &c->after, why);
}

/* Whether this build is not to be started; *ret_error when that ends the
 * reload, for a build that runs is not given up for none. */
static bool is_left_out(struct reload *r, struct change *c,
                        const struct plugin_image *image, int *ret_error,
                        struct buf *why)
{
    size_t size = sizeof(image->hash);
    if (c->before && memcmp(c->before->hash, image->hash, size) == 0)
        return false;
    if (!quarantine_refuses(r->config, c->entry, buf_str(&image->bytes),
                            image->hash))
        return false;
    if (c->before) {
        buf_append_z(why, "this build has crashed the server again and again");
        *ret_error = ERR_DENIED;
    }
    return true;
}

static int compare_plugin(struct reload *r, struct change *c, struct buf *why)
{
    struct plugin_image image;
    char *file = NULL;

    int error = places_find_plugin(r->config, c->entry, &file, why);
    if (error < 0)
        return error;
    if (r->config->mode == CONFIG_PRODUCTION)
        error = plugin_file_check_place(file, why);
    if (error < 0) {
        mem_free(file);
        return error;
    }
    error = plugin_image_read(&image, file, str_z(c->slot->name), why);
    if (error == 0 && is_left_out(r, c, &image, &error, why))
        c->left_out = true;
    else if (error == 0)
        error = take_image(r, c, &image, why);
    plugin_image_free(&image);
    mem_free(file);
    return error;
}

/* The plugins of the configuration, in its order. */
static int compare_configured(struct reload *r, struct buf *why)
{
    int first_error = 0;

    for (uint32_t i = 0; i < r->config->plugin_count; i++) {
        const struct config_plugin *entry = &r->config->plugins[i];
        if (!entry->enabled)
            continue;
        struct plugin_slot *slot = host_slot(r->host, entry->name);
        if (!slot)
            return ERR_NOMEM;
        struct change *c = &r->changes[r->count++];
        struct buf reason;
        c->slot = slot;
        c->before = slot->current;
        c->entry = entry;
        buf_init(&reason, BUF_MAX);
        int error = compare_plugin(r, c, &reason);
        if (error < 0 && reason.n == 0)
            buf_append_z(&reason, error_text(error));
        if (error < 0)
            reload_complain(r, c, buf_str(&reason), why);
        buf_free(&reason);
        if (error == 0 && c->left_out) { /* as if it did not stand there */
            c->left_out = false;
            c->entry = NULL;
            r->count--;
        }
        if (first_error == 0)
            first_error = error;
    }
    return first_error;
}

static bool listed(const struct reload *r, const struct plugin_slot *slot)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->changes[i].slot == slot)
            return true;
    return false;
}

/* Those that are in effect and not in the configuration. */
static void compare_effective(struct reload *r)
{
    const struct lineup *now = r->host->lineup;
    uint32_t configured = r->count, at = 0;

    for (uint32_t i = 0; now && i < now->count; i++) {
        struct plugin_slot *slot = now->members[i].slot;
        if (!listed(r, slot)) {
            struct change *c = &r->changes[r->count++];
            c->kind = CHANGE_REMOVED;
            c->slot = slot;
            c->before = slot->current;
            continue;
        }
        while (at < configured && !r->changes[at].before)
            at++;
        r->reordered |= at < configured && r->changes[at++].slot != slot;
    }
}

int reload_new(struct host *host, const struct config *config,
               struct reload **ret_reload, struct buf *why)
{
    uint32_t most =
        config->plugin_count + (host->lineup ? host->lineup->count : 0);
    int64_t begin = clock_mono_us();
    struct reload *r = mem_zalloc(sizeof(*r));
    int error = ERR_NOMEM;

    assert(!host->current);
    if (!r)
        goto out;
    r->host = host;
    r->config = config;
    r->changes = mem_zalloc((most + 1) * sizeof(r->changes[0]));
    if (!r->changes)
        goto out;
    for (uint32_t i = 0; i < most; i++)
        buf_init(&r->changes[i].state, BLOB_MAX);
    error = compare_configured(r, why);
    if (error == 0)
        compare_effective(r);
    r->took[RELOAD_READ] = clock_mono_us() - begin;
out:
    if (error == 0) {
        *ret_reload = r;
        return 0;
    }
    if (why->n == 0)
        buf_printf(why, "%s\n", error_text(error));
    if (r)
        reload_abandon(r);
    reload_free(r);
    return error;
}

bool reload_changes_anything(const struct reload *r)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->changes[i].kind != CHANGE_NONE)
            return true;
    return r->reordered;
}

/* --- staging --- */

bool change_is_new(const struct change *c)
{
    return c->kind == CHANGE_ADDED || c->kind == CHANGE_REPLACED;
}

static int start_new(struct reload *r, struct change *c, struct buf *why)
{
    struct settings *settings = &r->host->settings;
    struct generation *g = c->after;

    int error = generation_open(g, why);
    if (error < 0)
        return error;
    settings->config = r->config;
    int said = generation_start(g, c->entry->settings);
    settings->config = NULL;
    if (said == 0 && settings->complaints.n == 0)
        return 0;
    if (settings->complaints.n == 0)
        buf_printf(why, "its init returned %d", said);
    return ERR_DENIED;
}

int reload_save(struct reload *r, struct change *c, struct buf *why)
{
    struct generation *g = c->before;
    struct buf body;

    buf_clear(&c->state);
    if (!g || !state_saves(g))
        return 0;
    buf_init(&body, BLOB_BODY_MAX);
    bool staging = r->host->staging;
    r->host->staging = true;
    int error = state_save(g, &body, why);
    r->host->staging = staging;
    if (error == 0) {
        c->version = g->state_rows.version;
        struct blob blob = {str_z(g->name), str_z(g->version), c->version,
                            buf_str(&body)};
        error = blob_seal(&blob, &c->state);
    }
    buf_free(&body);
    return error;
}

/* A state that nobody takes over is lost, which only the configuration can
 * allow. */
static int restore_new(struct reload *r, struct change *c, struct buf *why)
{
    struct blob blob;
    int error = 0;

    if (r->host->handing_over && c->before)
        r->host->handing_over(c->slot, &c->state);
    if (c->state.n == 0)
        return 0;
    if (!state_restores(c->after)) {
        buf_append_z(why, "the old build has saved its state, and the new one "
                          "has no restore");
        error = ERR_DENIED;
    }
    if (error == 0)
        error = blob_open(buf_str(&c->state), &blob, why);
    if (error == 0)
        error = state_restore(c->after, blob.version, blob.body, why);
    c->restored = error == 0;
    if (error == 0 || !c->entry->fresh_state)
        return error;
    plugin_warn(c->after, "begins afresh: %.*s", STR_ARG(buf_str(why)));
    buf_clear(why);
    return 0;
}

static int save_old(struct reload *r, struct change *c, struct buf *why)
{
    return c->kind == CHANGE_REPLACED ? reload_save(r, c, why) : 0;
}

static int acquire_new(struct reload *r, struct change *c, struct buf *why)
{
    int said = r->config->trial ? 0 : generation_acquire(c->after);
    if (said == 0)
        return 0;
    buf_printf(why, "its acquire returned %d", said);
    return ERR_DENIED;
}

/* One step, for each plugin that it is about; all of them, so that everything
 * that is wrong is told at once. */
static int each_new(struct reload *r, enum reload_step step,
                    int (*act)(struct reload *r, struct change *c,
                               struct buf *why),
                    struct buf *why)
{
    int64_t begin = clock_mono_us();
    int first_error = 0;

    for (uint32_t i = 0; i < r->count; i++) {
        struct change *c = &r->changes[i];
        struct buf *complaints = &r->host->settings.complaints;
        struct buf reason;
        if (!change_is_new(c))
            continue;
        buf_init(&reason, BUF_MAX);
        int error = act(r, c, &reason);
        if (error < 0 && reason.n == 0 && complaints->n == 0)
            buf_append_z(&reason, error_text(error));
        if (complaints->n > 0)
            buf_append_str(why, buf_str(complaints));
        else if (error < 0)
            reload_complain(r, c, buf_str(&reason), why);
        buf_clear(complaints);
        buf_free(&reason);
        if (first_error == 0)
            first_error = error;
    }
    r->took[step] += clock_mono_us() - begin;
    return first_error;
}

/* Whoever goes or is replaced lets go of what only one can hold; in reverse
 * order. */
static void release_old(struct reload *r)
{
    for (uint32_t i = r->count; i-- > 0;)
        if (r->changes[i].before && r->changes[i].kind != CHANGE_NONE)
            generation_release(r->changes[i].before);
}

static int draw_up(struct reload *r, struct buf *why)
{
    r->lineup = lineup_new();
    if (!r->lineup)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < r->count; i++) {
        const struct change *c = &r->changes[i];
        if (c->kind == CHANGE_REMOVED)
            continue;
        if (lineup_add(r->lineup, c->slot, c->after) < 0)
            return ERR_NOMEM;
    }
    r->host->settings.config = r->config;
    int error = lineup_bind(r->lineup, r->config->path, why);
    r->host->settings.config = NULL;
    return error == 0 ? reload_namespaces_open(r, why) : error;
}

int reload_stage(struct reload *r, struct buf *why)
{
    assert(!r->host->current && !r->host->staging);
    r->host->staging = true;
    int error = each_new(r, RELOAD_INIT, start_new, why);
    if (error == 0)
        error = draw_up(r, why);
    if (error == 0) {
        release_old(r);
        error = each_new(r, RELOAD_SAVE, save_old, why);
    }
    if (error == 0)
        error = each_new(r, RELOAD_RESTORE, restore_new, why);
    if (error == 0)
        error = each_new(r, RELOAD_RESTORE, acquire_new, why);
    if (error < 0 && why->n == 0)
        buf_printf(why, "%s\n", error_text(error));
    return error;
}

/* --- the end, one way --- */

static void commit_change(struct reload *r, struct change *c)
{
    struct host *host = r->host;

    if (c->kind == CHANGE_NONE)
        return;
    if (c->kind == CHANGE_REMOVED) {
        plugin_timers_drop(host, c->slot);
        awaited_drop_all(host, c->slot);
        requests_drop(host, c->slot);
        orders_drop(host, c->slot);
        jobs_abandon(host, c->slot);
        metrics_drop(host, c->slot);
    }
    c->slot->current = c->after;
    if (c->after) {
        c->after->state = GENERATION_LIVE;
        c->after->since = clock_wall_ms();
        uint32_t count = c->after->handlers.count;
        plugin_info(c->after, "version %s, %u handler%s", c->after->version,
                    count, count == 1 ? "" : "s");
        plugin_timers_commit(c->after, &c->timers, &c->timers_lost);
        jobs_commit(c->after);
        metrics_commit(c->after);
    }
    if (c->before)
        retiring_add(c->before);
}

void reload_commit(struct reload *r)
{
    struct host *host = r->host;
    int64_t begin = clock_mono_us();
    struct lineup *before = host->lineup;

    host->staging = false;
    reload_namespaces_leave(r); /* while those who are in it can be told */
    host->lineup = r->lineup;
    host->config = r->config;
    r->lineup = NULL;
    reload_namespaces_point(r);
    for (uint32_t i = 0; i < r->count; i++)
        commit_change(r, &r->changes[i]);
    lineup_free(before);
    r->took[RELOAD_COMMIT] = clock_mono_us() - begin;
}

/* --- and the other --- */

/* A build that never came to it. What was loaded stays mapped. */
static void abandon_new(struct change *c)
{
    struct generation *g = c->after;
    struct host *host = c->slot->host;

    if (!change_is_new(c) || !g)
        return;
    generation_stop(g);
    plugin_timers_abandon(g);
    jobs_abandon_staged(g);
    metrics_abandon(g);
    if (g->library) {
        c->slot->retired++;
        TAILQ_INSERT_TAIL(&host->before, g, link);
    } else {
        generation_free(g);
    }
    c->after = NULL;
}

/* The old build takes back what it has let go of. */
static void take_back(struct change *c)
{
    if (!c->before || c->kind == CHANGE_NONE)
        return;
    int said = generation_acquire(c->before);
    if (said != 0)
        plugin_error(c->before,
                     "could not take back what it had let go of for "
                     "the new build: its acquire returned %d",
                     said);
}

void reload_abandon(struct reload *r)
{
    if (r->changes) {
        for (uint32_t i = r->count; i-- > 0;)
            abandon_new(&r->changes[i]);
        for (uint32_t i = 0; i < r->count; i++)
            take_back(&r->changes[i]);
        reload_namespaces_close(r);
    }
    r->host->staging = false;
}

void reload_free(struct reload *r)
{
    if (!r)
        return;
    lineup_free(r->lineup);
    mem_free(r->opened);
    mem_free(r->left);
    for (uint32_t i = 0; i < r->count; i++)
        buf_free(&r->changes[i].state);
    mem_free(r->changes);
    mem_free(r);
}
