/* SPDX-License-Identifier: MIT */
/* What plugins send: events, acknowledgements, refusals. */
#include "host/calls/emit.h"

#include "base/error.h"
#include "base/utf8.h"
#include "host/calls/api.h"
#include "host/contract/declared.h"
#include "host/calls/format.h"
#include "host/calls/outgoing.h"
#include "host/calls/owing.h"
#include "host/calls/plugin_log.h"
#include "host/calls/refusal.h"
#include "host/observer.h"

int emit_complain(const struct generation *g, const char *call, int error)
{
    plugin_warn(g, "%s: %s", call, error_text(error));
    return error;
}

struct sio_socket *emit_waiting(const struct host_target *t)
{
    return t->sio.is_volatile ? NULL : t->sio.only;
}

/* Writes the values into the packet begun, and finishes it. */
static int finish(struct generation *g, const char *call, const char *format,
                  va_list args, struct sio_packet **ret_packet)
{
    struct sio_builder *b = &g->host->builder;
    struct format_result result;
    int error = format_write(g->host, &b->json, format, args, &result);
    if (error < 0) {
        sio_builder_abandon(b);
        format_complain(g, call, format, &result);
        return error;
    }
    struct sio_packet *packet = sio_builder_finish(b, &error);
    if (!packet)
        return emit_complain(g, call, error);
    *ret_packet = packet;
    return 0;
}

int emit_begin(const struct generation *g, const char *call,
               struct sio_builder *b, const struct sio_namespace *n,
               const uint64_t *ack_id, const char *event)
{
    int error =
        event ? sio_builder_event(b, sio_namespace_name(n), ack_id != NULL,
                                  ack_id ? *ack_id : 0, str_z(event))
              : ERR_INVAL;
    if (error < 0)
        plugin_warn(g, "%s: the event's name \"%s\": %s", call,
                    event ? event : "", error_text(error));
    return error;
}

int emit_build(struct generation *g, const char *call, struct sio_namespace *n,
               const uint64_t *ack_id, const char *event, const char *format,
               va_list args, struct sio_packet **ret_packet)
{
    int error = emit_begin(g, call, &g->host->builder, n, ack_id, event);
    if (error == 0)
        error = finish(g, call, format, args, ret_packet);
    if (error == 0)
        declared_check(g, n, event, *ret_packet);
    return error;
}

/* To one socket, with what a broadcast says of many. */
static int send_to_one(const struct sio_target *t, struct sio_packet *packet)
{
    int result = t->policy ? sio_socket_send_with(t->only, packet, t->policy)
                           : sio_socket_send(t->only, packet, t->is_volatile);
    *t->ret_fates = (struct sio_fates){
        .queued = result >= 0,
        .replaced = result > 0,
        .dropped = result == ERR_DROPPED,
        .closed = result < 0 && result != ERR_DROPPED,
    };
    return result < 0 ? result : 1;
}

int emit_send(struct generation *g, struct host_target *t, const char *event,
              struct sio_packet *packet)
{
    struct host *host = g->host;

    t->sio.ret_fates = &host->fates;
    host->fates_turn = host->turn;
    host->fates_known = true;
    if (t->uncompressed)
        sio_packet_leave_uncompressed(packet);
    int result = t->sio.only ? send_to_one(&t->sio, packet)
                             : sio_broadcast(&t->sio, packet);
    if (result >= 0)
        outgoing_note(host, t->sio.name_space, t->sio.only, event, packet);
    if (host->observer)
        observer_emit(host, &t->sio, event, packet, (int)host->fates.queued);
    return result;
}

/* To what the target means in its namespace. */
static int emit_once(struct generation *g, const char *call,
                     struct host_target *t, const char *event,
                     const char *format, va_list args)
{
    struct sio_packet *packet;
    int result = emit_build(g, call, t->sio.name_space, NULL, event, format,
                            args, &packet);
    if (result < 0)
        return owing_failed(emit_waiting(t), result);
    result = emit_send(g, t, event, packet);
    sio_packet_unref(packet);
    return result;
}

/* The name of its namespace stands in a packet, so each has one of its own. */
static int emit_to_each(struct generation *g, const char *call,
                        struct host_target *t, const char *event,
                        const char *format, va_list args)
{
    struct host *host = g->host;
    struct sio_fates sum = {0};
    uint32_t cursor = 0;

    while (target_next(g, t, &cursor)) {
        va_list again;
        va_copy(again, args);
        int result = emit_once(g, call, t, event, format, again);
        va_end(again);
        if (result < 0)
            return result;
        sum.queued += host->fates.queued;
        sum.replaced += host->fates.replaced;
        sum.dropped += host->fates.dropped;
        sum.closed += host->fates.closed;
    }
    host->fates = sum;
    host->fates_turn = host->turn;
    host->fates_known = true;
    return (int)sum.queued;
}

int emit_to(struct generation *g, const char *call, struct host_target *t,
            const char *event, const char *format, va_list args)
{
    return t->pattern ? emit_to_each(g, call, t, event, format, args)
                      : emit_once(g, call, t, event, format, args);
}

int api_emit(mortise_host table, mortise_target to, const char *event,
             const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct host_target target;
    va_list args;

    int result = target_read_any(g, "mortise_emit", &to, &target);
    if (result < 0)
        return result;
    va_start(args, format);
    result = emit_to(g, "mortise_emit", &target, event, format, args);
    va_end(args);
    return result;
}

int api_emit_ack(mortise_host table, mortise_socket to, const char *ack,
                 int64_t timeout, uint64_t cookie, const char *event,
                 const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct sio_packet *packet;
    uint64_t id;
    va_list args;

    if (api_staged(g))
        return ERR_STAGED;
    struct sio_socket *s = api_socket(g, to);
    if (!s)
        return ERR_GONE;
    int error = awaited_ask(g, s, ack, timeout, cookie, &id);
    if (error < 0)
        return error;
    va_start(args, format);
    error = emit_build(g, "mortise_emit_ack", sio_socket_namespace(s), &id,
                       event, format, args, &packet);
    va_end(args);
    if (error == 0) {
        error = sio_socket_send(s, packet, false);
        if (error == 0)
            outgoing_note(g->host, sio_socket_namespace(s), s, event, packet);
        if (g->host->observer) {
            struct sio_target target = {.name_space = sio_socket_namespace(s),
                                        .only = s};
            observer_emit(g->host, &target, event, packet, error == 0);
        }
        sio_packet_unref(packet);
    }
    if (error < 0)
        awaited_forget(g->host, s, id);
    return error;
}

/* Answers the event `id` of a socket with the values of the format. */
static int answer(struct generation *g, const char *call, struct sio_socket *s,
                  uint64_t id, const char *format, va_list args)
{
    struct sio_packet *packet = NULL;
    sio_builder_ack(&g->host->builder,
                    sio_namespace_name(sio_socket_namespace(s)), id);
    int error = finish(g, call, format, args, &packet);
    if (error < 0)
        return owing_failed(s, error);
    error = sio_socket_answer(s, packet);
    if (error == 0 && g->host->observer)
        observer_answer(g->host, s, packet);
    sio_packet_unref(packet);
    return error;
}

struct host_call *emit_owing(const struct generation *g,
                             const mortise_event *event)
{
    struct host_call *call = api_call(g, event);
    return call && call->incoming && call->incoming->wants_ack && !call->acked
               ? call
               : NULL;
}

int api_ack(mortise_host table, const mortise_event *event, const char *format,
            ...)
{
    struct generation *g = api_caller(table);
    struct host_call *call = emit_owing(g, event);
    va_list args;

    if (!call)
        return ERR_INVAL;
    va_start(args, format);
    int error = answer(g, "mortise_ack", call->socket, call->incoming->ack_id,
                       format, args);
    va_end(args);
    call->acked = error == 0;
    return error;
}

mortise_reply api_ack_later(mortise_host table, const mortise_event *event)
{
    struct generation *g = api_caller(table);
    struct host_call *call = emit_owing(g, event);
    mortise_reply reply = 0;

    if (!call)
        return 0;
    owing_failed(call->socket, replies_keep(g->host, call->socket,
                                            call->incoming->ack_id, &reply));
    call->acked = reply != 0;
    return reply;
}

int api_reply(mortise_host table, mortise_reply reply, const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct sio_socket *s;
    uint64_t id;
    va_list args;

    if (api_staged(g))
        return ERR_STAGED;
    int error = replies_find(g->host, reply, &s, &id);
    if (error < 0)
        return error;
    va_start(args, format);
    error = answer(g, "mortise_reply_to", s, id, format, args);
    va_end(args);
    if (error == 0) /* what could not be built may be tried again */
        replies_use(g->host, reply);
    return error;
}

/* The data of a refusal: one value as text of its own. */
static int refusal_data(struct generation *g, const char *format, va_list args,
                        struct buf *data)
{
    struct format_result result;
    struct json_writer w;

    json_writer_init(&w, data);
    int error = format_write(g->host, &w, format, args, &result);
    if (error == 0 && result.values > 1) {
        result.text = "only one value can be the data";
        error = ERR_SYNTAX;
    }
    if (error < 0)
        format_complain(g, "mortise_refuse", format, &result);
    return error;
}

int api_refuse(mortise_host table, const mortise_event *event,
               const char *message, const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct host_call *call = api_call(g, event);
    struct str text = str_z(message ? message : "refused");
    struct buf data;
    va_list args;

    if (call && !call->connecting && !call->using)
        plugin_warn(g, "mortise_refuse: only in MORTISE_CONNECTING and "
                       "MORTISE_USE");
    if (!call || call->refused || !(call->connecting || call->using))
        return ERR_INVAL;
    buf_init(&data, g->host->builder.out.max);
    va_start(args, format);
    int error = refusal_data(g, format, args, &data);
    va_end(args);
    if (!utf8_valid(text.p, text.n)) {
        error = emit_complain(g, "mortise_refuse", ERR_SYNTAX);
        text = STR("refused");
    }
    /* Whoever is to be turned away is turned away, data or not. */
    struct str sent = error == 0 ? buf_str(&data) : STR("");
    if (call->connecting)
        sio_socket_refuse(call->socket, text, sent);
    else if (!call->acked)
        refusal_send(g->host, call->socket, call->incoming, "refused", text,
                     sent);
    call->refused = true;
    buf_free(&data);
    return error;
}
