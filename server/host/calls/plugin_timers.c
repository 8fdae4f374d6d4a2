/* SPDX-License-Identifier: MIT */
/*
 * The timers of plugins: the slot and the name of a row, so that a newer build
 * of the plugin takes them over with the time that is left.
 *
 * What a new build does to timers before it is in place is only planned; but
 * its own run from the start, for no time passes until it is in place, or has
 * failed.
 */
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/calls/plugin_log.h"

/* A year: more is a slip in the units. */
#define DELAY_MAX  ((int64_t)366 * 24 * 3600 * 1000)
#define TIMERS_MAX 100000

/* What becomes of a timer when the reload that is under way is committed. */
enum plan {
    PLAN_NONE,   /* it runs on, if the new build has a row for it */
    PLAN_STAGED, /* the new build has started it; gone if it never comes */
    PLAN_KEPT,   /* the new build wants it as well */
    PLAN_CANCELLED,
};

struct plugin_timer {
    struct timer timer;
    struct plugin_slot *slot;
    enum plan plan;
    int64_t planned_every; /* if kept */
    uint64_t number;
    int64_t every; /* ms, 0: once */
    uint64_t cookie;
    char name[];
};

static void release(struct plugin_timer *t)
{
    struct host *host = t->slot->host;
    ids_remove(&host->plugin_timers, t->number);
    timer_stop(host->timers, &t->timer);
    mem_free(t);
}

/* A whole number of periods after the time it was due, so that being late
 * does not add up; what was missed is left out. */
static int start_again(struct plugin_timer *t)
{
    struct timers *timers = t->slot->host->timers;
    int64_t late = timers->now - t->timer.due;
    return timer_start_at(timers, &t->timer,
                          t->timer.due + t->every * (late / t->every + 1));
}

static void fire(struct timer *timer)
{
    struct plugin_timer *t = CONTAINER_OF(timer, struct plugin_timer, timer);
    struct host *host = t->slot->host;
    struct generation *g = t->slot->current;
    const mortise_handler *row =
        g ? plugin_rows_find(&g->timers, t->name) : NULL;

    if (!row) {
        release(t);
        return;
    }
    struct host_call call = {.event = {.name = row->name,
                                       .name_space = g->name_space,
                                       .cookie = t->cookie}};
    /* Prepared before the call, in which the plugin may cancel it. */
    if (t->every == 0 || start_again(t) < 0)
        release(t);
    host_run(host, g, row, &call);
}

/* What is wrong with the arguments; NULL: nothing. */
static const char *mistake(const struct generation *g, const char *name,
                           int64_t delay, int64_t every)
{
    if (!name || !plugin_rows_find(&g->timers, name))
        return "its table of timers has no such row";
    if (g->host->staging && g == g->slot->current)
        return "it is being replaced, and changes nothing now";
    if (g->state == GENERATION_LEAVING || g->state == GENERATION_RETIRED)
        return "its time is over";
    if (delay < 0 || every < 0)
        return "a delay cannot be negative";
    if (delay > DELAY_MAX || every > DELAY_MAX)
        return "that is more than a year";
    if (g->host->plugin_timers.count >= TIMERS_MAX)
        return "there are too many timers";
    return NULL;
}

/* A build that is about to take over. */
static bool is_staged(const struct generation *g)
{
    return g->state == GENERATION_LOADED || g->state == GENERATION_STAGED;
}

/* What the old build has started under this name, and with this cookie, is
 * the new one's as well, with the time that is left. */
static struct plugin_timer *keep(const struct generation *g, const char *name,
                                 int64_t every, uint64_t cookie)
{
    uint32_t cursor = 0;
    struct plugin_timer *t;

    while ((t = ids_next(&g->host->plugin_timers, &cursor)))
        if (t->slot == g->slot && t->plan == PLAN_NONE && t->cookie == cookie &&
            strcmp(t->name, name) == 0) {
            t->plan = PLAN_KEPT;
            t->planned_every = every;
            return t;
        }
    return NULL;
}

mortise_timer api_after(mortise_host table, const char *name, int64_t delay,
                        int64_t every, uint64_t cookie)
{
    struct generation *g = api_caller(table);
    struct host *host = g->host;

    const char *why = mistake(g, name, delay, every);
    if (why) {
        plugin_warn(g, "mortise_after: \"%s\": %s", name ? name : "", why);
        return 0;
    }
    struct plugin_timer *t = is_staged(g) ? keep(g, name, every, cookie) : NULL;
    if (t)
        return t->number;
    size_t length = strlen(name) + 1;
    t = mem_zalloc(sizeof(*t) + length);
    if (!t)
        return 0;
    timer_init(&t->timer, fire);
    t->slot = g->slot;
    t->plan = is_staged(g) ? PLAN_STAGED : PLAN_NONE;
    t->every = every;
    t->cookie = cookie;
    memcpy(t->name, name, length);
    t->number = ids_add(&host->plugin_timers, t);
    if (t->number == 0 || timer_start(host->timers, &t->timer, delay) < 0) {
        release(t);
        return 0;
    }
    return t->number;
}

int api_cancel(mortise_host table, mortise_timer number)
{
    const struct generation *g = api_caller(table);
    struct plugin_timer *t = ids_get(&g->host->plugin_timers, number);
    if (!t || t->slot != g->slot || t->plan == PLAN_CANCELLED)
        return ERR_GONE;
    if (is_staged(g) && t->plan != PLAN_STAGED) {
        t->plan = PLAN_CANCELLED;
        return 0;
    }
    if (g != g->slot->current && !is_staged(g))
        return ERR_GONE; /* it is its successor's */
    if (g->host->staging && !is_staged(g))
        return ERR_STAGED;
    release(t);
    return 0;
}

void plugin_timers_commit(struct generation *g, uint32_t *ret_kept,
                          uint32_t *ret_lost)
{
    struct host *host = g->host;
    uint32_t cursor = 0;
    struct plugin_timer *t;

    while ((t = ids_next(&host->plugin_timers, &cursor))) {
        enum plan plan = t->plan;
        if (t->slot != g->slot)
            continue;
        t->plan = PLAN_NONE;
        if (plan == PLAN_KEPT)
            t->every = t->planned_every;
        if (plan == PLAN_CANCELLED) {
            release(t);
        } else if (!plugin_rows_find(&g->timers, t->name)) {
            plugin_info(g, "it has no row for the timer \"%s\", which ends",
                        t->name);
            release(t);
            ++*ret_lost;
        } else if (plan != PLAN_STAGED) {
            ++*ret_kept;
        }
    }
}

void plugin_timers_abandon(const struct generation *g)
{
    uint32_t cursor = 0;
    struct plugin_timer *t;

    while ((t = ids_next(&g->host->plugin_timers, &cursor)))
        if (t->slot == g->slot && t->plan == PLAN_STAGED)
            release(t);
        else if (t->slot == g->slot)
            t->plan = PLAN_NONE;
}

void plugin_timers_drop(struct host *host, const struct plugin_slot *slot)
{
    uint32_t cursor = 0;
    struct plugin_timer *t;
    while ((t = ids_next(&host->plugin_timers, &cursor)))
        if (t->slot == slot)
            release(t);
}
