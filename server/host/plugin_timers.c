/* SPDX-License-Identifier: MIT */
/* The timers of plugins: the slot and the name of a row, so that a newer
 * build of the plugin takes them over with the time that is left. */
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/api.h"

/* A year: more is a slip in the units. */
#define DELAY_MAX  ((int64_t)366 * 24 * 3600 * 1000)
#define TIMERS_MAX 100000

struct plugin_timer {
    struct timer timer;
    struct plugin_slot *slot;
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
                                       .name_space = t->slot->name_space,
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
    if (delay < 0 || every < 0)
        return "a delay cannot be negative";
    if (delay > DELAY_MAX || every > DELAY_MAX)
        return "that is more than a year";
    if (g->host->plugin_timers.count >= TIMERS_MAX)
        return "there are too many timers";
    return NULL;
}

mortise_timer api_after(mortise_host table, const char *name, int64_t delay,
                        int64_t every, uint64_t cookie)
{
    struct generation *g = api_caller(table);
    struct host *host = g->host;

    const char *why = mistake(g, name, delay, every);
    if (why) {
        log_warn(HOST_PLUGIN ": mortise_after: \"%s\": %s", HOST_PLUGIN_ARG(g),
                 name ? name : "", why);
        return 0;
    }
    size_t length = strlen(name) + 1;
    struct plugin_timer *t = mem_zalloc(sizeof(*t) + length);
    if (!t)
        return 0;
    timer_init(&t->timer, fire);
    t->slot = g->slot;
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
    if (!t || t->slot != g->slot)
        return ERR_GONE;
    release(t);
    return 0;
}

void plugin_timers_drop(struct host *host, const struct plugin_slot *slot)
{
    uint32_t cursor = 0;
    struct plugin_timer *t;
    while ((t = ids_next(&host->plugin_timers, &cursor)))
        if (t->slot == slot)
            release(t);
}
