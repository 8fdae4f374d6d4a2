/* SPDX-License-Identifier: MIT */
/* What plugins send: events, acknowledgements, refusals. */
#include <stdarg.h>

#include "base/error.h"
#include "base/log.h"
#include "host/api.h"
#include "host/format.h"

/* Says once, where the author looks, what is wrong with a call. */
static int complain(const struct generation *g, const char *call,
                    const char *format, size_t at, int error)
{
    if (error == ERR_SYNTAX)
        log_warn(HOST_PLUGIN ": %s: the format \"%s\" is wrong at character "
                             "%zu",
                 HOST_PLUGIN_ARG(g), call, format, at + 1);
    else
        log_warn(HOST_PLUGIN ": %s: %s", HOST_PLUGIN_ARG(g), call,
                 error_text(error));
    return error;
}

/* Writes the values into the packet begun, and finishes it. */
static int finish(struct generation *g, const char *call, const char *format,
                  va_list args, struct sio_packet **ret_packet)
{
    struct sio_builder *b = &g->host->builder;
    size_t at = 0;
    int error = format_write(g->host, &b->json, format, args, &at);
    if (error < 0) {
        sio_builder_abandon(b);
        return complain(g, call, format, at, error);
    }
    struct sio_packet *packet = sio_builder_finish(b, &error);
    if (!packet)
        return complain(g, call, format, 0, error);
    *ret_packet = packet;
    return 0;
}

static int build_event(struct generation *g, struct sio_namespace *n,
                       const uint64_t *ack_id, const char *event,
                       const char *format, va_list args,
                       struct sio_packet **ret_packet)
{
    int error = event ? sio_builder_event(&g->host->builder,
                                          sio_namespace_name(n), ack_id != NULL,
                                          ack_id ? *ack_id : 0, str_z(event))
                      : ERR_INVAL;
    if (error < 0)
        return complain(g, "mortise_emit", "", 0, error);
    return finish(g, "mortise_emit", format, args, ret_packet);
}

/* The namespace a target means; NULL when there is none. */
static struct sio_namespace *target_namespace(const struct generation *g,
                                              const mortise_target *to,
                                              struct sio_socket *socket)
{
    if (socket)
        return sio_socket_namespace(socket);
    struct str name =
        to->name_space ? str_z(to->name_space) : g->slot->name_space;
    return sio_namespace_find(g->host->sio, name);
}

static int broadcast(struct generation *g, const mortise_target *to,
                     struct sio_namespace *n, struct sio_packet *packet)
{
    struct str rooms[MORTISE_TARGET_ROOMS], except[MORTISE_TARGET_ROOMS];
    for (uint32_t i = 0; i < to->room_count; i++)
        rooms[i] = str_z(to->rooms[i]);
    for (uint32_t i = 0; i < to->except_count; i++)
        except[i] = str_z(to->except[i]);
    struct sio_target target = {
        .name_space = n,
        .all = (to->flags & MORTISE_F_ALL) != 0,
        .rooms = rooms,
        .room_count = to->room_count,
        .except = except,
        .except_count = to->except_count,
        .skip = api_socket(g, to->skip),
        .is_volatile = (to->flags & MORTISE_F_VOLATILE) != 0,
    };
    return sio_broadcast(&target, packet);
}

int api_emit(mortise_host table, mortise_target to, const char *event,
             const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct sio_packet *packet;
    va_list args;

    if (!g->host->sio || g->state == GENERATION_LOADED)
        return ERR_STAGED;
    bool many = (to.flags & MORTISE_F_ALL) != 0 || to.room_count > 0;
    if (to.room_count > MORTISE_TARGET_ROOMS ||
        to.except_count > MORTISE_TARGET_ROOMS)
        return complain(g, "mortise_emit", "", 0, ERR_LIMIT);
    struct sio_socket *socket = api_socket(g, to.socket);
    if (to.socket != 0 && !socket)
        return ERR_GONE;
    struct sio_namespace *n = target_namespace(g, &to, socket);
    if (!n || (!many && !socket))
        return ERR_NOENT;

    va_start(args, format);
    int result = build_event(g, n, NULL, event, format, args, &packet);
    va_end(args);
    if (result < 0)
        return result;
    if (many) {
        result = broadcast(g, &to, n, packet);
    } else {
        result = sio_socket_send(socket, packet,
                                 (to.flags & MORTISE_F_VOLATILE) != 0);
        result = result == 0 ? 1 : result;
    }
    sio_packet_unref(packet);
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

    if (!g->host->sio || g->state == GENERATION_LOADED)
        return ERR_STAGED;
    struct sio_socket *s = api_socket(g, to);
    if (!s)
        return ERR_GONE;
    int error = awaited_ask(g, s, ack, timeout, cookie, &id);
    if (error < 0)
        return error;
    va_start(args, format);
    error = build_event(g, sio_socket_namespace(s), &id, event, format, args,
                        &packet);
    va_end(args);
    if (error == 0) {
        error = sio_socket_send(s, packet, false);
        sio_packet_unref(packet);
    }
    if (error < 0)
        awaited_forget(g->host, s, id);
    return error;
}

/* Answers the event `id` of a socket with the values of the format. */
static int answer(struct generation *g, struct sio_socket *s, uint64_t id,
                  const char *format, va_list args)
{
    struct sio_packet *packet;
    sio_builder_ack(&g->host->builder,
                    sio_namespace_name(sio_socket_namespace(s)), id);
    int error = finish(g, "mortise_ack", format, args, &packet);
    if (error < 0)
        return error;
    error = sio_socket_answer(s, packet);
    sio_packet_unref(packet);
    return error;
}

/* The call whose acknowledgement may still be given. */
static struct host_call *owing(struct generation *g, const mortise_event *event)
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
    struct host_call *call = owing(g, event);
    va_list args;

    if (!call)
        return ERR_INVAL;
    va_start(args, format);
    int error = answer(g, call->socket, call->incoming->ack_id, format, args);
    va_end(args);
    call->acked = error == 0;
    return error;
}

mortise_reply api_ack_later(mortise_host table, const mortise_event *event)
{
    struct generation *g = api_caller(table);
    struct host_call *call = owing(g, event);
    if (!call)
        return 0;
    mortise_reply reply =
        replies_keep(g->host, call->socket, call->incoming->ack_id);
    call->acked = reply != 0;
    return reply;
}

int api_reply(mortise_host table, mortise_reply reply, const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct sio_socket *s;
    uint64_t id;
    va_list args;

    int error = replies_find(g->host, reply, &s, &id);
    if (error < 0)
        return error;
    va_start(args, format);
    error = answer(g, s, id, format, args);
    va_end(args);
    if (error != ERR_SYNTAX) /* a slip in the format may be mended */
        replies_use(g->host, reply);
    return error;
}

/* The data of a refusal: one value as text of its own. */
static int refusal_data(struct generation *g, const char *format, va_list args,
                        struct buf *data)
{
    struct json_writer w;
    size_t at = 0;

    json_writer_init(&w, data);
    int error = format_write(g->host, &w, format, args, &at);
    return error < 0 ? complain(g, "mortise_refuse", format, at, error) : 0;
}

int api_refuse(mortise_host table, const mortise_event *event,
               const char *message, const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct host_call *call = api_call(g, event);
    struct buf data;
    va_list args;

    if (!call || !call->connecting || call->refused)
        return ERR_INVAL;
    buf_init(&data, g->host->builder.out.max);
    va_start(args, format);
    int error = refusal_data(g, format, args, &data);
    va_end(args);
    /* Whoever is to be turned away is turned away, data or not. */
    sio_socket_refuse(call->socket, str_z(message ? message : "refused"),
                      error == 0 ? buf_str(&data) : STR(""));
    call->refused = true;
    buf_free(&data);
    return error;
}
