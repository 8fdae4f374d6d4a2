/* SPDX-License-Identifier: MIT */
/* The host's calls of a plugin. */
#include "loopback.h"

#include <string.h>

#include "base/mem.h"
#include "host/calls/format.h"
#include "internal.h"

#define ROWS_MAX 1024

/* A row's function as the plugin has it. */
struct row {
    struct loopback *plugin;
    mortise_call *call;
};

static struct row rows[ROWS_MAX];
static int row_count;

/* What many sockets have answered; none for anything but that. */
static void put_answers(struct wire *w, const struct host_call *call)
{
    wire_put(w, call->answer_count);
    for (uint32_t i = 0; i < call->answer_count; i++) {
        const struct sio_answer *a = &call->answers[i];
        wire_put(w, a->socket);
        wire_put(w, (uint64_t)(int64_t)a->status);
        wire_put_value(w, a->args);
    }
}

static void get_answers(struct wire *w, struct loopback *l,
                        struct host_call *call)
{
    uint32_t count = (uint32_t)wire_get(w);
    struct arena *arena = &l->near_host.arena;
    struct sio_answer *answers;

    if (count == 0)
        return;
    answers = arena_zalloc(arena, count * sizeof(*answers));
    assert(answers);
    for (uint32_t i = 0; i < count; i++) {
        answers[i].socket = wire_get(w);
        answers[i].status = (int)wire_get(w);
        answers[i].args = wire_get_values(w, arena)->child;
    }
    call->answers = answers;
    call->answer_count = count;
}

/* What a handler is told, written down. */
static void put_event(struct wire *w, const struct loopback *l,
                      const mortise_event *event)
{
    wire_put_text(w, event->name);
    wire_put_text(w, event->name_space);
    wire_put(w, event->wants_ack);
    wire_put(w, (uint64_t)(int64_t)event->status);
    wire_put(w, event->cookie);
    wire_put_text(w, event->reason);
    wire_put(w, event->argc);
    wire_put_list(w, l->far->host->call->first);
    put_answers(w, l->far->host->call);
}

static void get_event(struct wire *w, struct loopback *l,
                      struct host_call *call)
{
    mortise_event *event = &call->event;

    memset(call, 0, sizeof(*call));
    event->size = sizeof(*event);
    event->name = loopback_get_text(l, w);
    event->name_space = loopback_get_text(l, w);
    event->wants_ack = (uint32_t)wire_get(w);
    event->status = (int32_t)wire_get(w);
    event->cookie = wire_get(w);
    event->reason = loopback_get_text(l, w);
    event->argc = (uint32_t)wire_get(w);
    call->first = wire_get_values(w, &l->near_host.arena)->child;
    get_answers(w, l, call);
}

/* An allocation that a test makes fail is one of the host's, not ours. */
static void run_row(int number, mortise_socket from, const mortise_event *event)
{
    struct loopback *l = rows[number].plugin;
    long left = kit_memory_pause();
    struct host_call call;
    struct wire w;

    wire_init(&w);
    put_event(&w, l, event);
    loopback_enter(l, &call);
    get_event(&w, l, &call);
    wire_free(&w);
    kit_memory_resume(left);
    rows[number].call(from, &call.event);
    left = kit_memory_pause();
    loopback_leave(l);
    kit_memory_resume(left);
}

static int run_init(int number, mortise_value settings)
{
    struct loopback *l = loopback_plugin(number);
    const struct json *far = host_json(l->far->host, settings);
    long left = kit_memory_pause();
    struct json *near = NULL;
    struct wire w;

    loopback_enter(l, NULL);
    if (far) {
        wire_init(&w);
        wire_put_value(&w, far);
        near = wire_get_values(&w, &l->near_host.arena)->child;
        wire_free(&w);
    }
    l->settings = near;
    l->far_settings = far;
    kit_memory_resume(left);
    int result = l->plugin->init(host_value(&l->near_host, near));
    left = kit_memory_pause();
    l->settings = l->far_settings = NULL;
    loopback_leave(l);
    kit_memory_resume(left);
    return result;
}

static void run_fini(int number)
{
    struct loopback *l = loopback_plugin(number);
    loopback_enter(l, NULL);
    l->plugin->fini();
    loopback_leave(l);
}

/* --- functions that know their number: what the host is given --- */

#define ROW(n)                                                                 \
    static void row_##n(mortise_socket from, const mortise_event *event)       \
    {                                                                          \
        run_row(0x##n, from, event);                                           \
    }
#define INIT(n)                                                                \
    static int init_##n(mortise_value settings)                                \
    {                                                                          \
        return run_init(0x##n, settings);                                      \
    }                                                                          \
    static void fini_##n(void)                                                 \
    {                                                                          \
        run_fini(0x##n);                                                       \
    }
#define NAME(n) row_##n,
#define ALL(X)                                                                 \
    LOOPBACK_256(X, 0)                                                         \
    LOOPBACK_256(X, 1)                                                         \
    LOOPBACK_256(X, 2)                                                         \
    LOOPBACK_256(X, 3)

ALL(ROW)
LOOPBACK_16(INIT, 0)
LOOPBACK_16(INIT, 1)

#define INIT_NAME(n) init_##n,
#define FINI_NAME(n) fini_##n,

static mortise_call *const row_functions[ROWS_MAX] = {ALL(NAME)};
static int (*const init_functions[LOOPBACK_PLUGINS_MAX])(mortise_value) = {
    LOOPBACK_16(INIT_NAME, 0) LOOPBACK_16(INIT_NAME, 1)};
static void (*const fini_functions[LOOPBACK_PLUGINS_MAX])(void) = {
    LOOPBACK_16(FINI_NAME, 0) LOOPBACK_16(FINI_NAME, 1)};

/* --- the plugin as the host sees it --- */

/* A copy of the table, with our functions in the places of the plugin's. */
static void show_table(struct loopback *l, mortise_table *table)
{
    size_t size = table->row_size;
    char *copy = kit_realloc(NULL, table->count * size);

    for (uint32_t i = 0; i < table->count; i++) {
        char *at = copy + i * size;
        mortise_handler row;
        memset(&row, 0, sizeof(row));
        memcpy(&row, (const char *)table->rows + i * size,
               size < sizeof(row) ? size : sizeof(row));
        memcpy(at, (const char *)table->rows + i * size, size);
        if (!row.call)
            continue;
        assert(row_count < ROWS_MAX);
        rows[row_count] = (struct row){l, row.call};
        memcpy(at + offsetof(mortise_handler, call), &row_functions[row_count],
               sizeof(row.call));
        row_count++;
    }
    table->rows = (const mortise_handler *)(void *)copy;
}

static void show(struct loopback *l)
{
    size_t size = l->plugin->size;
    mortise_plugin *shown = &l->shown;

    memcpy(shown, l->plugin, size < sizeof(*shown) ? size : sizeof(*shown));
    show_table(l, &shown->handlers);
    show_table(l, &shown->timers);
    show_table(l, &shown->acks);
    if (shown->init)
        shown->init = init_functions[l->number];
    if (shown->fini)
        shown->fini = fini_functions[l->number];
    shown->state = loopback_show_state(l, shown->state);
}

const mortise_plugin *
loopback_bridge(struct generation *g,
                const mortise_plugin *(*entry)(mortise_host))
{
    struct loopback *l = loopback_plugin_new(g);

    l->plugin = entry(&l->near.table);
    if (l->plugin)
        show(l);
    return l->plugin ? &l->shown : NULL;
}

void loopback_reset(void)
{
    loopback_plugins_free();
    row_count = 0;
    loopback_extensions_reset();
}
