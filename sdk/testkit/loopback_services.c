/* SPDX-License-Identifier: MIT */
/* mortise/services.h, looped back: both sides. */
#include <mortise/services.h>
#include <stdarg.h>

#include "internal.h"
#include "loopback.h"

enum {
    CALL_OFFER,
    CALL_ASK,
    CALL_MAKE,
};

#define ROWS_MAX 64

struct row {
    struct loopback *plugin;
    mortise_serve *serve;
};

static struct row rows[ROWS_MAX];
static int row_count;

static void reset(void)
{
    row_count = 0;
}

/* --- the host's calls --- */

/* Its texts stay in the wire. */
static mortise_asked get_asked(struct host *near, struct wire *from)
{
    mortise_asked asked = {.size = sizeof(asked)};

    asked.name = wire_get_text(from);
    asked.version = (uint32_t)wire_get(from);
    asked.plugin = wire_get_text(from);
    asked.args = host_value(near, wire_get_values(from, &near->arena));
    return asked;
}

/* A service runs within another callback, which may be one of the same plugin:
 * what that has been given stays. */
static mortise_value run(int number, const mortise_asked *far_asked)
{
    struct loopback *l = rows[number].plugin;
    struct host *near = &l->near_host, *far = l->far->host;
    struct generation *asking = near->current;
    struct host_call *call = near->call;
    long left = kit_memory_pause();
    struct wire there, back;

    wire_init(&there);
    wire_init(&back);
    wire_put_text(&there, far_asked->name);
    wire_put(&there, far_asked->version);
    wire_put_text(&there, far_asked->plugin);
    wire_put_list(&there, host_json(far, far_asked->args)->child);
    loopback_enter(l, NULL);
    mortise_asked asked = get_asked(near, &there);
    kit_memory_resume(left);
    mortise_value answer = rows[number].serve(&asked);
    left = kit_memory_pause();
    wire_free(&there);
    wire_put_value(&back, host_json(near, answer));
    if (asking) {
        near->current = asking;
        near->call = call;
    } else {
        loopback_leave(l);
    }
    const struct json *value = wire_get_values(&back, &far->arena)->child;
    wire_free(&back);
    kit_memory_resume(left);
    return host_value(far, value);
}

#define ROW(n)                                                                 \
    static mortise_value row_##n(const mortise_asked *asked)                   \
    {                                                                          \
        return run(0x##n, asked);                                              \
    }
#define NAME(n) row_##n,

LOOPBACK_64(ROW, 0)
static mortise_serve *const functions[ROWS_MAX] = {LOOPBACK_64(NAME, 0)};

/* --- the plugin's calls --- */

static int near_offer(mortise_host table, const mortise_service *from,
                      uint32_t count, uint32_t row_size)
{
    struct crossing c;

    assert(row_size == sizeof(*from) && row_count + count <= ROWS_MAX);
    crossing_begin(&c, table, &loopback_services, CALL_OFFER);
    wire_put(&c.wire, count);
    for (uint32_t i = 0; i < count; i++) {
        wire_put_text(&c.wire, from[i].name);
        wire_put(&c.wire, from[i].version);
        wire_put(&c.wire, (uint64_t)row_count);
        rows[row_count++] = (struct row){c.plugin, from[i].serve};
    }
    return (int)crossing_number(&c);
}

/* Reads a result and a value; the result. */
static int get_answer(struct crossing *c, mortise_value *ret)
{
    struct host *near = &c->plugin->near_host;
    struct wire reply;

    crossing_make(c, &reply);
    int result = (int)wire_get(&reply);
    const struct json *values = wire_get_values(&reply, &near->arena);
    if (result == 0)
        *ret = host_value(near, values->child);
    crossing_end(c, &reply);
    return result;
}

static int near_ask(mortise_host table, mortise_value *ret, const char *name,
                    uint32_t version, const char *format, ...)
{
    struct crossing c;
    va_list args;

    crossing_begin(&c, table, &loopback_services, CALL_ASK);
    wire_put_text(&c.wire, name);
    wire_put(&c.wire, version);
    va_start(args, format);
    int error = crossing_put_format(&c, "mortise_ask", format, args);
    va_end(args);
    return error < 0 ? crossing_abandon(&c, error) : get_answer(&c, ret);
}

static mortise_value near_make(mortise_host table, const char *format, ...)
{
    mortise_value value = NULL;
    struct crossing c;
    va_list args;

    crossing_begin(&c, table, &loopback_services, CALL_MAKE);
    va_start(args, format);
    int error = crossing_put_format(&c, "mortise_make", format, args);
    va_end(args);
    if (error < 0)
        crossing_abandon(&c, error);
    else
        get_answer(&c, &value);
    return value;
}

static const struct mortise_services_table near_table = {
    .size = sizeof(struct mortise_services_table),
    .offer = near_offer,
    .ask = near_ask,
    .make = near_make,
};

/* --- the far side --- */

static void serve_offer(struct service *s,
                        const struct mortise_services_table *t)
{
    uint32_t count = (uint32_t)wire_get(s->in);
    mortise_service *offers =
        arena_zalloc(&s->plugin->kept, (count + 1) * sizeof(*offers));

    assert(offers);
    for (uint32_t i = 0; i < count; i++) {
        const char *name = wire_get_text(s->in);
        offers[i].name =
            name ? arena_str(&s->plugin->kept, str_z(name)).p : NULL;
        offers[i].version = (uint32_t)wire_get(s->in);
        offers[i].serve = functions[wire_get(s->in)];
    }
    int result = t->offer(s->table, offers, count, sizeof(*offers));
    wire_put(s->out, (uint64_t)(int64_t)result);
}

static void serve_ask(struct service *s, const struct mortise_services_table *t)
{
    const char *name = wire_get_text(s->in);
    uint32_t version = (uint32_t)wire_get(s->in);
    mortise_value value = NULL;
    struct passed p;

    service_get_values(s, &p);
    service_act(s);
    int result = t->ask(s->table, &value, name, version, PASS(p));
    service_acted(s);
    wire_put(s->out, (uint64_t)(int64_t)result);
    service_put_value(s, value);
}

static void serve_make(struct service *s,
                       const struct mortise_services_table *t)
{
    struct passed p;

    service_get_values(s, &p);
    service_act(s);
    mortise_value value = t->make(s->table, PASS(p));
    service_acted(s);
    wire_put(s->out, 0);
    service_put_value(s, value);
}

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_services_table *t = s->extension;

    if (call == CALL_OFFER)
        serve_offer(s, t);
    else if (call == CALL_ASK)
        serve_ask(s, t);
    else
        serve_make(s, t);
}

const struct loopback_extension loopback_services = {
    .id = "mortise.services/1",
    .table = &near_table,
    .serve = serve,
    .reset = reset,
};
