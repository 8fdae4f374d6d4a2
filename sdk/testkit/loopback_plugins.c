/* SPDX-License-Identifier: MIT */
/* The plugins that there are, and being inside of one. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "host/calls/format.h"
#include "internal.h"
#include "loopback.h"

#define ARENA_MAX ((size_t)256 << 20)

static struct loopback *plugins[LOOPBACK_PLUGINS_MAX];
static int plugin_count;
static long crossings;

long loopback_crossings(void)
{
    return crossings;
}

void loopback_count(void)
{
    crossings++;
}

struct loopback *loopback_plugin(int number)
{
    return plugins[number];
}

struct loopback *loopback_plugin_new(struct generation *g)
{
    struct loopback *l = kit_realloc(NULL, sizeof(*l));

    assert(plugin_count < LOOPBACK_PLUGINS_MAX && "too many reloads");
    memset(l, 0, sizeof(*l));
    l->number = plugin_count;
    l->far = g;
    l->near.table = loopback_table;
    l->near.host = &l->near_host;
    l->near_host.thread = pthread_self();
    l->near.number = g->number;
    memcpy(l->near.name, g->name, sizeof(g->name));
    arena_init(&l->near_host.arena, ARENA_MAX);
    arena_init(&l->kept, ARENA_MAX);
    plugins[plugin_count++] = l;
    return l;
}

static void free_rows(const mortise_table *table)
{
    free((void *)(uintptr_t)table->rows);
}

void loopback_plugins_free(void)
{
    while (plugin_count > 0) {
        struct loopback *l = plugins[--plugin_count];
        free_rows(&l->shown.handlers);
        free_rows(&l->shown.timers);
        free_rows(&l->shown.acks);
        arena_free(&l->near_host.arena);
        arena_free(&l->kept);
        free(l);
    }
}

/* --- inside of one --- */

void loopback_enter(struct loopback *l, struct host_call *call)
{
    l->near_host.current = &l->near;
    l->near_host.call = call;
    loopback_count();
}

void loopback_leave(struct loopback *l)
{
    format_lists_free(&l->near_host);
    l->near_host.place_count = 0;
    /* Given back, not only reset: what was kept too long points nowhere. */
    arena_free(&l->near_host.arena);
    l->writers = NULL;
    l->near_host.turn++;
    l->near_host.call = NULL;
    l->near_host.current = NULL;
}

const char *loopback_get_text(struct loopback *l, struct wire *w)
{
    const char *text = wire_get_text(w);
    return text ? arena_str(&l->near_host.arena, str_z(text)).p : NULL;
}
