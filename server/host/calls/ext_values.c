/* SPDX-License-Identifier: MIT */
/*
 * mortise/values.h. A writer has a builder of its own, so that others can be
 * used, and events emitted, while it is open; what is appended goes straight
 * into the packet.
 */
#include <mortise/values.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/contract/declared.h"
#include "host/calls/emit.h"
#include "host/calls/extensions.h"
#include "host/calls/format.h"
#include "host/calls/owing.h"
#include "host/calls/plugin_log.h"
#include "host/calls/writers.h"
#include "host/observer.h"

/* --- beginning --- */

static mortise_writer number_of(struct host_writer *w)
{
    return (mortise_writer)(void *)w;
}

/* The names of the target's rooms have to last as long as the writer. */
static int keep_texts(struct arena *arena, struct str *texts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        texts[i] = arena_str(arena, texts[i]);
        if (!texts[i].p)
            return ERR_NOMEM;
    }
    return 0;
}

static int begin_event(struct generation *g, struct host_writer *w,
                       const mortise_target *to, const char *event)
{
    struct arena *arena = &g->host->arena;
    struct host_target *t = &w->target;

    int error = target_read(g, writers_call(w), to, t);
    if (error == 0)
        error = keep_texts(arena, t->rooms, t->sio.room_count);
    if (error == 0)
        error = keep_texts(arena, t->except, t->sio.except_count);
    if (error == 0)
        error = emit_begin(g, writers_call(w), &w->builder, t->sio.name_space,
                           NULL, event);
    if (error < 0)
        return error;
    w->event_name = arena_str(arena, str_z(event)).p;
    return w->event_name ? 0 : ERR_NOMEM;
}

static mortise_writer values_emit(mortise_host table, mortise_target to,
                                  const char *event)
{
    struct generation *g = api_caller(table);
    struct host_writer *w = writers_add(g->host, WRITE_EVENT);
    if (w)
        w->error = begin_event(g, w, &to, event);
    return number_of(w);
}

static void begin_answer(struct host_writer *w, const struct sio_socket *s,
                         uint64_t id)
{
    struct sio_namespace *n = sio_socket_namespace(s);
    sio_builder_ack(&w->builder, sio_namespace_name(n), id);
}

static mortise_writer values_ack(mortise_host table, const mortise_event *event)
{
    struct generation *g = api_caller(table);
    const struct host_call *call = emit_owing(g, event);
    struct host_writer *w = writers_add(g->host, WRITE_ACK);
    if (!w) {
        owing_failed(call ? call->socket : NULL, ERR_NOMEM);
        return NULL;
    }
    w->event = event;
    if (call)
        begin_answer(w, call->socket, call->incoming->ack_id);
    else
        w->error = ERR_INVAL;
    return number_of(w);
}

static mortise_writer values_reply(mortise_host table, mortise_reply reply)
{
    struct generation *g = api_caller(table);
    struct host_writer *w = writers_add(g->host, WRITE_REPLY);
    struct sio_socket *s = NULL;
    uint64_t id;
    int error =
        api_staged(g) ? ERR_STAGED : replies_find(g->host, reply, &s, &id);

    if (!w) {
        owing_failed(s, ERR_NOMEM);
        return NULL;
    }
    w->reply = reply;
    w->error = error;
    if (error == 0)
        begin_answer(w, s, id);
    return number_of(w);
}

/* --- writing --- */

/* What the calls below have in common: a writer that has not failed yet. */
static int look_up(mortise_host table, mortise_writer number,
                   struct host_writer **ret_writer)
{
    struct generation *g = api_caller(table);
    struct host_writer *w = writers_find(g, number);

    if (!number)
        return ERR_NOMEM;
    if (!w) {
        plugin_warn(g, "a writer was kept beyond its end");
        return ERR_INVAL;
    }
    *ret_writer = w;
    return w->error;
}

static int values_append(mortise_host table, mortise_writer number,
                         const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct format_result result;
    struct host_writer *w;
    va_list args;

    int error = look_up(table, number, &w);
    if (error < 0)
        return error;
    va_start(args, format);
    w->error = format_append(g->host, &w->builder.json, &w->nest, format, args,
                             &result);
    va_end(args);
    if (w->error < 0)
        format_complain(g, "mortise_append", format, &result);
    return w->error;
}

/* Opening and closing go wrong where the code is wrong. */
static int nested(mortise_host table, struct host_writer *w, const char *call,
                  int error)
{
    if (error < 0)
        plugin_warn(api_caller(table), "%s: %s", call,
                    error == ERR_INVAL
                        ? "not here: a member of an object has a "
                          "key, nothing else has one"
                        : error_text(error));
    w->error = error;
    return error;
}

static int values_open(mortise_host table, mortise_writer number,
                       const char *key, int object)
{
    struct host_writer *w;
    int error = look_up(table, number, &w);
    if (error < 0)
        return error;
    error = format_open(&w->builder.json, &w->nest, key, object != 0);
    return nested(table, w,
                  object ? "mortise_open_object" : "mortise_open_array", error);
}

static int values_close(mortise_host table, mortise_writer number)
{
    struct host_writer *w;
    int error = look_up(table, number, &w);
    if (error < 0)
        return error;
    error = format_close(&w->builder.json, &w->nest);
    if (error == ERR_INVAL) {
        plugin_warn(api_caller(table), "mortise_close: nothing is open");
        return w->error = error;
    }
    return nested(table, w, "mortise_close", error);
}

/* --- ending --- */

/* Sends what was written. */
static int send(struct generation *g, struct host_writer *w,
                struct sio_packet *packet)
{
    struct sio_socket *s;
    uint64_t id;
    int error;

    if (w->kind == WRITE_EVENT) {
        declared_check(g, w->target.sio.name_space, w->event_name, packet);
        return emit_send(g, &w->target, w->event_name, packet);
    }
    if (w->kind == WRITE_ACK) {
        struct host_call *call = emit_owing(g, w->event);
        if (!call)
            return ERR_INVAL; /* it was given meanwhile */
        error = sio_socket_answer(call->socket, packet);
        call->acked = error == 0;
        if (error == 0 && g->host->observer)
            observer_answer(g->host, call->socket, packet);
        return error;
    }
    error = replies_find(g->host, w->reply, &s, &id);
    if (error == 0)
        error = sio_socket_answer(s, packet);
    if (error == 0 && g->host->observer)
        observer_answer(g->host, s, packet);
    if (error == 0)
        replies_use(g->host, w->reply);
    return error;
}

/* Whoever waits for what is written. */
static struct sio_socket *waiting(const struct generation *g,
                                  const struct host_writer *w)
{
    struct sio_socket *s = NULL;
    uint64_t id;

    if (w->kind == WRITE_EVENT)
        return emit_waiting(&w->target);
    if (w->kind == WRITE_REPLY)
        return replies_find(g->host, w->reply, &s, &id) == 0 ? s : NULL;
    const struct host_call *call = emit_owing(g, w->event);
    return call ? call->socket : NULL;
}

static int values_end(mortise_host table, mortise_writer number)
{
    struct generation *g = api_caller(table);
    struct sio_packet *packet = NULL;
    struct host_writer *w = NULL;

    int result = look_up(table, number, &w);
    if (!w)
        return result;
    while (result == 0 && w->nest.depth > 0)
        result = format_close(&w->builder.json, &w->nest);
    if (result == 0) {
        packet = sio_builder_finish(&w->builder, &result);
        if (!packet)
            emit_complain(g, writers_call(w), result);
    }
    if (packet)
        result = send(g, w, packet);
    else
        owing_failed(waiting(g, w), result);
    sio_packet_unref(packet);
    writers_drop(g->host, w);
    return result;
}

/* --- reading --- */

static mortise_value values_next(mortise_host table, mortise_value v)
{
    const struct json *json = api_node(table, v);
    return json ? host_value(api_caller(table)->host, json->next) : NULL;
}

static mortise_value values_first(mortise_host table, mortise_value v)
{
    const struct json *json = api_node(table, v);
    return json ? host_value(api_caller(table)->host, json->child) : NULL;
}

static const char *values_key(mortise_host table, mortise_value v)
{
    const struct json *json = api_node(table, v);
    return json && json->key.p ? api_copy(api_caller(table), json->key) : NULL;
}

const struct mortise_values_table ext_values = {
    .size = sizeof(struct mortise_values_table),
    .emit = values_emit,
    .ack = values_ack,
    .reply = values_reply,
    .append = values_append,
    .open = values_open,
    .close = values_close,
    .end = values_end,
    .next = values_next,
    .first = values_first,
    .key = values_key,
};
