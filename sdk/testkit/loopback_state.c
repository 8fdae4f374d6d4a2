/* SPDX-License-Identifier: MIT */
/* mortise/state.h, looped back: both sides, and the host's calls. */
#include <string.h>

#include "internal.h"
#include "loopback.h"

enum {
    CALL_PUT,
    CALL_FIND,
    CALL_NEXT,
};

/* --- the plugin's calls --- */

static int near_put(mortise_host table, mortise_saving to, const char *key,
                    uint32_t kind, mortise_str bytes)
{
    struct crossing c;

    crossing_begin(&c, table, &loopback_state, CALL_PUT);
    wire_put(&c.wire, to);
    wire_put_text(&c.wire, key);
    wire_put(&c.wire, kind);
    wire_put(&c.wire, bytes.p != NULL);
    wire_put(&c.wire, bytes.n);
    if (bytes.p)
        wire_put_str(&c.wire, str_of(bytes.p, bytes.n));
    return (int)crossing_number(&c);
}

static int near_find(mortise_host table, mortise_saved from, const char *key,
                     uint32_t kind, mortise_str *ret)
{
    struct crossing c;
    struct wire reply;

    crossing_begin(&c, table, &loopback_state, CALL_FIND);
    wire_put(&c.wire, from);
    wire_put_text(&c.wire, key);
    wire_put(&c.wire, kind);
    crossing_make(&c, &reply);
    int result = (int)wire_get(&reply);
    if (result == 0)
        *ret = crossing_get_bytes(&c, &reply);
    crossing_end(&c, &reply);
    return result;
}

static mortise_saved near_next(mortise_host table, mortise_saved from,
                               const char *key)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_state, CALL_NEXT);
    wire_put(&c.wire, from);
    wire_put_text(&c.wire, key);
    return crossing_number(&c);
}

static const struct mortise_state_table near_table = {
    .size = sizeof(struct mortise_state_table),
    .put = near_put,
    .find = near_find,
    .next = near_next,
};

/* --- the far side --- */

static int serve_put(struct service *s, const struct mortise_state_table *t)
{
    mortise_saving to = wire_get(s->in);
    const char *key = wire_get_text(s->in);
    uint32_t kind = (uint32_t)wire_get(s->in);
    bool given = wire_get(s->in);
    mortise_str bytes = {NULL, wire_get(s->in)};

    if (given)
        bytes.p = wire_get_str(s->in).p;
    service_act(s);
    int result = t->put(s->table, to, key, kind, bytes);
    service_acted(s);
    return result;
}

static void serve_find(struct service *s, const struct mortise_state_table *t)
{
    mortise_saved from = wire_get(s->in);
    const char *key = wire_get_text(s->in);
    uint32_t kind = (uint32_t)wire_get(s->in);
    mortise_str bytes;

    int result = t->find(s->table, from, key, kind, &bytes);
    wire_put(s->out, (uint64_t)(int64_t)result);
    if (result == 0)
        wire_put_str(s->out, str_of(bytes.p, bytes.n));
}

static mortise_saved serve_next(struct service *s,
                                const struct mortise_state_table *t)
{
    mortise_saved from = wire_get(s->in);
    const char *key = wire_get_text(s->in);

    service_act(s);
    mortise_saved next = t->next(s->table, from, key);
    service_acted(s);
    return next;
}

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_state_table *t = s->extension;

    if (call == CALL_PUT)
        wire_put(s->out, (uint64_t)(int64_t)serve_put(s, t));
    else if (call == CALL_FIND)
        serve_find(s, t);
    else
        wire_put(s->out, serve_next(s, t));
}

const struct loopback_extension loopback_state = {
    .id = "mortise.state/1",
    .table = &near_table,
    .serve = serve,
};

/* --- the host's calls: numbers all of them --- */

/* What the plugin itself has; of its own size. */
static mortise_state real(int number, struct loopback **ret_plugin)
{
    struct loopback *l = loopback_plugin(number);
    mortise_state state = {0};
    size_t size = l->plugin->state->size;

    memcpy(&state, l->plugin->state,
           size < sizeof(state) ? size : sizeof(state));
    *ret_plugin = l;
    return state;
}

static void enter(struct loopback *l)
{
    long left = kit_memory_pause();
    loopback_enter(l, NULL);
    kit_memory_resume(left);
}

static void leave(struct loopback *l)
{
    long left = kit_memory_pause();
    loopback_leave(l);
    kit_memory_resume(left);
}

static int run_save(int number, mortise_saving to)
{
    struct loopback *l;
    mortise_state state = real(number, &l);
    enter(l);
    int result = state.save(to);
    leave(l);
    return result;
}

static int run_restore(int number, uint32_t version, mortise_saved from)
{
    struct loopback *l;
    mortise_state state = real(number, &l);
    enter(l);
    int result = state.restore(version, from);
    leave(l);
    return result;
}

static int run_acquire(int number)
{
    struct loopback *l;
    mortise_state state = real(number, &l);
    enter(l);
    int result = state.acquire();
    leave(l);
    return result;
}

static void run_release(int number)
{
    struct loopback *l;
    mortise_state state = real(number, &l);
    enter(l);
    state.release();
    leave(l);
}

#define FUNCTIONS(n)                                                           \
    static int save_##n(mortise_saving to)                                     \
    {                                                                          \
        return run_save(0x##n, to);                                            \
    }                                                                          \
    static int restore_##n(uint32_t version, mortise_saved from)               \
    {                                                                          \
        return run_restore(0x##n, version, from);                              \
    }                                                                          \
    static int acquire_##n(void)                                               \
    {                                                                          \
        return run_acquire(0x##n);                                             \
    }                                                                          \
    static void release_##n(void)                                              \
    {                                                                          \
        run_release(0x##n);                                                    \
    }
#define ROW(n)                                                                 \
    {sizeof(mortise_state), 0, save_##n, restore_##n, acquire_##n, release_##n},

LOOPBACK_16(FUNCTIONS, 0)
LOOPBACK_16(FUNCTIONS, 1)
static const mortise_state functions[LOOPBACK_PLUGINS_MAX] = {
    LOOPBACK_16(ROW, 0) LOOPBACK_16(ROW, 1)};

const mortise_state *loopback_show_state(struct loopback *l,
                                         const mortise_state *from)
{
    const mortise_state *ours = &functions[l->number];
    mortise_state *shown = &l->state;
    size_t size = from ? from->size : 0;

    if (!from)
        return NULL;
    memcpy(shown, from, size < sizeof(*shown) ? size : sizeof(*shown));
    if (size > sizeof(*shown))
        shown->size = sizeof(*shown);
    shown->save = shown->save ? ours->save : NULL;
    shown->restore = shown->restore ? ours->restore : NULL;
    shown->acquire = shown->acquire ? ours->acquire : NULL;
    shown->release = shown->release ? ours->release : NULL;
    return shown;
}
