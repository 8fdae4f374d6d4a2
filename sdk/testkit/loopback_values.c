/* SPDX-License-Identifier: MIT */
/*
 * mortise/values.h, looped back: both sides. A writer is the host's; here is
 * known what is open in it, for the formats are read on this side.
 */
#include <mortise/values.h>
#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "host/calls/extensions.h"
#include "host/calls/format.h"
#include "internal.h"
#include "loopback.h"

enum {
    CALL_EMIT,
    CALL_ACK,
    CALL_REPLY,
    CALL_APPEND,
    CALL_FAIL,
    CALL_OPEN,
    CALL_CLOSE,
    CALL_END,
};

/* Lives in the callback's arena; a mortise_writer is its address. */
struct near_writer {
    struct near_writer *next;
    uint64_t far;
    struct format_nest nest;
    int error; /* the first; it stays */
};

static void begin(struct crossing *c, mortise_host table, uint64_t call)
{
    crossing_begin(c, table, &loopback_values, call);
}

/* --- the plugin's calls: writing --- */

/* Makes the call that begins a writer. */
static mortise_writer begun(struct crossing *c)
{
    struct loopback *l = c->plugin;
    uint64_t far = crossing_number(c);
    struct near_writer *w;

    if (far == 0)
        return NULL;
    w = arena_zalloc(&l->near_host.arena, sizeof(*w));
    assert(w);
    w->far = far;
    w->next = l->writers;
    l->writers = w;
    return (mortise_writer)(void *)w;
}

static mortise_writer near_emit(mortise_host table, mortise_target to,
                                const char *event)
{
    struct crossing c;
    begin(&c, table, CALL_EMIT);
    crossing_put_target(&c, &to);
    wire_put_text(&c.wire, event);
    return begun(&c);
}

static mortise_writer near_ack(mortise_host table, const mortise_event *event)
{
    struct crossing c;
    begin(&c, table, CALL_ACK);
    crossing_put_event(&c, event);
    return begun(&c);
}

static mortise_writer near_reply(mortise_host table, mortise_reply reply)
{
    struct crossing c;
    begin(&c, table, CALL_REPLY);
    wire_put(&c.wire, reply);
    return begun(&c);
}

/* NULL for one that was kept beyond its callback, or is none. */
static struct near_writer *find(mortise_host table, mortise_writer number)
{
    struct near_writer *w = loopback_of(table)->writers;
    while (w && w != (const void *)number)
        w = w->next;
    return w;
}

/* A call about a writer; one that is none is told so by the host. */
static void put_writer(struct crossing *c, mortise_host table, uint64_t call,
                       mortise_writer number)
{
    const struct near_writer *w = find(table, number);
    uint64_t none = number ? UINT64_MAX : 0;
    begin(c, table, call);
    wire_put(&c->wire, w ? w->far : none);
}

static bool in_object(const struct near_writer *w)
{
    return w && w->nest.depth > 0 && w->nest.objects[w->nest.depth - 1];
}

/* The members of an object, or the elements of an array, as one value. */
static int put_pieces(struct crossing *c, const struct near_writer *w,
                      const char *format, va_list args)
{
    struct format_nest nest = {.depth = 1, .objects = {in_object(w)}};
    struct format_result result;
    struct wire_values values;

    wire_values_init(&values);
    if (in_object(w))
        json_open_object(&values.json);
    else
        json_open_array(&values.json);
    int error = format_append(&c->plugin->near_host, &values.json, &nest,
                              format, args, &result);
    if (in_object(w))
        json_close_object(&values.json);
    else
        json_close_array(&values.json);
    if (error < 0)
        format_complain(&c->plugin->near, "mortise_append", format, &result);
    else
        wire_put_values(&c->wire, &values);
    wire_values_free(&values);
    return error;
}

/* What the host has said about a writer. */
static int said(struct near_writer *w, int result)
{
    if (w && result < 0)
        w->error = result;
    return result;
}

/* A format that is none never gets to the host, which has to know that the
 * writer has failed. */
static int spoil(mortise_host table, struct near_writer *w, int error)
{
    struct crossing c;

    if (!w)
        return error;
    begin(&c, table, CALL_FAIL);
    wire_put(&c.wire, w->far);
    int before = (int)crossing_number(&c);
    w->error = before < 0 ? before : error;
    return w->error;
}

static int near_append(mortise_host table, mortise_writer number,
                       const char *format, ...)
{
    struct near_writer *w = find(table, number);
    struct crossing c;
    va_list args;

    if (w && w->error < 0)
        return w->error;
    put_writer(&c, table, CALL_APPEND, number);
    va_start(args, format);
    int error = put_pieces(&c, w, format, args);
    va_end(args);
    if (error == 0)
        return said(w, (int)crossing_number(&c));
    crossing_abandon(&c, error);
    return spoil(table, w, error);
}

static int near_open(mortise_host table, mortise_writer number, const char *key,
                     int object)
{
    struct near_writer *w = find(table, number);
    struct crossing c;

    if (w && w->error < 0)
        return w->error;
    put_writer(&c, table, CALL_OPEN, number);
    wire_put_text(&c.wire, key);
    wire_put(&c.wire, (uint64_t)(int64_t)object);
    int result = (int)crossing_number(&c);
    if (result == 0)
        w->nest.objects[w->nest.depth++] = object != 0;
    return said(w, result);
}

static int near_close(mortise_host table, mortise_writer number)
{
    struct near_writer *w = find(table, number);
    struct crossing c;

    if (w && w->error < 0)
        return w->error;
    put_writer(&c, table, CALL_CLOSE, number);
    int result = (int)crossing_number(&c);
    if (result == 0)
        w->nest.depth--;
    return said(w, result);
}

static int near_end(mortise_host table, mortise_writer number)
{
    struct near_writer **link = &loopback_of(table)->writers;
    struct crossing c;
    int error = 0;

    put_writer(&c, table, CALL_END, number);
    while (*link && *link != (const void *)number)
        link = &(*link)->next;
    if (*link) {
        error = (*link)->error;
        *link = (*link)->next;
    }
    int result = (int)crossing_number(&c);
    return error < 0 ? error : result;
}

/* --- reading: what is near already --- */

static mortise_value near_next(mortise_host table, mortise_value value)
{
    return ext_values.next(table, value);
}

static mortise_value near_first(mortise_host table, mortise_value value)
{
    return ext_values.first(table, value);
}

static const char *near_key(mortise_host table, mortise_value value)
{
    return ext_values.key(table, value);
}

static const struct mortise_values_table near_table = {
    .size = sizeof(struct mortise_values_table),
    .emit = near_emit,
    .ack = near_ack,
    .reply = near_reply,
    .append = near_append,
    .open = near_open,
    .close = near_close,
    .end = near_end,
    .next = near_next,
    .first = near_first,
    .key = near_key,
};

/* --- the far side --- */

static mortise_writer get_writer(struct service *s)
{
    return (mortise_writer)(uintptr_t)wire_get(s->in);
}

static mortise_writer serve_begin(struct service *s,
                                  const struct mortise_values_table *t,
                                  uint64_t call)
{
    mortise_target to;
    mortise_writer w;

    if (call == CALL_EMIT) {
        service_get_target(s, &to);
        const char *event = wire_get_text(s->in);
        service_act(s);
        w = t->emit(s->table, to, event);
    } else if (call == CALL_ACK) {
        const mortise_event *event = service_get_event(s);
        service_act(s);
        w = t->ack(s->table, event);
    } else {
        mortise_reply reply = wire_get(s->in);
        service_act(s);
        w = t->reply(s->table, reply);
    }
    service_acted(s);
    return w;
}

/* A member as a format: its key stood in one, so there is a quote around it
 * that it has not got inside. */
static int append_member(struct service *s,
                         const struct mortise_values_table *t, mortise_writer w,
                         const struct json *member)
{
    char quote = str_find(member->key, '\'') == member->key.n ? '\'' : '"';
    struct buf format;

    buf_init(&format, BUF_MAX);
    buf_printf(&format, "%c%.*s%c:v", quote, STR_ARG(member->key), quote);
    buf_append_char(&format, '\0');
    assert(format.error == 0);
    service_act(s);
    int result = t->append(s->table, w, format.p, host_value(s->host, member));
    service_acted(s);
    buf_free(&format);
    return result;
}

static int serve_append(struct service *s, const struct mortise_values_table *t)
{
    mortise_writer w = get_writer(s);
    const struct json *all = wire_get_values(s->in, &s->host->arena)->child;
    int result = 0;

    /* Nothing is a call, too: it says what has been wrong before. */
    if (!all->child) {
        service_act(s);
        result = t->append(s->table, w, "");
        service_acted(s);
    }
    for (const struct json *each = all->child; each && result == 0;
         each = each->next) {
        if (all->type == JSON_OBJECT) {
            result = append_member(s, t, w, each);
            continue;
        }
        service_act(s);
        result = t->append(s->table, w, "v", host_value(s->host, each));
        service_acted(s);
    }
    return result;
}

/* The author has been told already. Whether it had failed before. */
static int serve_fail(struct service *s, const struct mortise_values_table *t)
{
    mortise_writer w = get_writer(s);
    enum log_level level = log_level();

    int before = t->append(s->table, w, "");
    log_set_level(LOG_LEVEL_ERROR);
    t->append(s->table, w, "?");
    log_set_level(level);
    return before;
}

static int serve_nest(struct service *s, const struct mortise_values_table *t,
                      uint64_t call)
{
    mortise_writer w = get_writer(s);
    int result;

    if (call == CALL_OPEN) {
        const char *key = wire_get_text(s->in);
        int object = (int)wire_get(s->in);
        service_act(s);
        result = t->open(s->table, w, key, object);
    } else {
        service_act(s);
        result =
            call == CALL_CLOSE ? t->close(s->table, w) : t->end(s->table, w);
    }
    service_acted(s);
    return result;
}

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_values_table *t = s->extension;
    int result;

    switch (call) {
    case CALL_EMIT:
    case CALL_ACK:
    case CALL_REPLY:
        wire_put(s->out, (uintptr_t)serve_begin(s, t, call));
        return;
    case CALL_APPEND:
        result = serve_append(s, t);
        break;
    case CALL_FAIL:
        result = serve_fail(s, t);
        break;
    default:
        result = serve_nest(s, t, call);
    }
    wire_put(s->out, (uint64_t)(int64_t)result);
}

const struct loopback_extension loopback_values = {
    .id = "mortise.values/1",
    .table = &near_table,
    .serve = serve,
};
