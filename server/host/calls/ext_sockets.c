/* SPDX-License-Identifier: MIT */
/* mortise/sockets.h. */
#include <mortise/sockets.h>
#include <string.h>

#include "base/error.h"
#include "host/calls/api.h"
#include "host/calls/emit.h"
#include "host/calls/extensions.h"
#include "host/calls/format.h"
#include "host/calls/outgoing.h"
#include "host/calls/plugin_log.h"
#include "host/observer.h"

/* --- asking many --- */

static int sockets_survey(mortise_host table, mortise_target to,
                          const char *ack, int64_t timeout, uint64_t cookie,
                          const char *event, const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct host_target target;
    struct sio_packet *packet;
    uint64_t number;
    va_list args;

    int result = target_read(g, "mortise_survey", &to, &target);
    if (result < 0)
        return result;
    struct sio_namespace *n = target.sio.name_space;
    result = awaited_keep(g, "mortise_survey", ack, cookie, &number);
    if (result < 0)
        return result;
    uint64_t id = sio_namespace_next_ack(n);
    va_start(args, format);
    result =
        emit_build(g, "mortise_survey", n, &id, event, format, args, &packet);
    va_end(args);
    if (result == 0) {
        timeout = awaited_timeout(g->host, timeout);
        if (target.uncompressed)
            sio_packet_leave_uncompressed(packet);
        result = sio_broadcast_ask(&target.sio, packet, id, timeout, number);
        if (result >= 0)
            outgoing_note(g->host, n, target.sio.only, event, packet);
        if (result >= 0 && g->host->observer)
            observer_emit(g->host, &target.sio, event, packet, result);
        sio_packet_unref(packet);
    }
    if (result < 0)
        awaited_drop(g->host, number);
    return result;
}

static int sockets_answer(mortise_host table, const mortise_event *event,
                          uint32_t index, mortise_answer *ret)
{
    const struct generation *g = api_caller(table);
    const struct host_call *call = api_call(g, event);

    if (!call || index >= call->answer_count)
        return ERR_INVAL;
    const struct sio_answer *a = &call->answers[index];
    mortise_answer answer = {.status = a->status,
                             .socket = a->socket,
                             .args = host_value(g->host, a->args)};
    return api_give(ret, &answer, sizeof(answer));
}

/* --- clients that are slow --- */

static int sockets_emit(mortise_host table, mortise_target to, const char *key,
                        uint32_t keep, const char *event, const char *format,
                        ...)
{
    struct generation *g = api_caller(table);
    struct sio_policy policy = {str_z(key), keep};
    struct host_target target;
    va_list args;

    int result = target_read_any(g, "mortise_emit_last", &to, &target);
    if (result < 0)
        return result;
    if (!key || keep == 0 || policy.key.n > SIO_KEY_MAX ||
        target.sio.is_volatile) {
        plugin_warn(g, "mortise_emit_last: no key, one that is too "
                       "long, none to keep, or a volatile target");
        return ERR_INVAL;
    }
    target.sio.policy = &policy;
    va_start(args, format);
    result = emit_to(g, "mortise_emit_last", &target, event, format, args);
    va_end(args);
    return result;
}

static int sockets_fates(mortise_host table, mortise_fates *ret)
{
    const struct host *host = api_caller(table)->host;
    const struct sio_fates *fates = &host->fates;

    if (!host->fates_known || host->fates_turn != host->turn)
        return ERR_INVAL;
    mortise_fates all = {.queued = fates->queued,
                         .replaced = fates->replaced,
                         .dropped = fates->dropped,
                         .closed = fates->closed};
    return api_give(ret, &all, sizeof(all));
}

static int64_t sockets_queued(mortise_host table, mortise_socket socket)
{
    const struct sio_socket *s = api_socket(api_caller(table), socket);
    return s ? (int64_t)sio_socket_queued(s) : ERR_GONE;
}

static int64_t sockets_queued_packets(mortise_host table, mortise_socket socket)
{
    const struct sio_socket *s = api_socket(api_caller(table), socket);
    return s ? (int64_t)sio_socket_waiting(s) : ERR_GONE;
}

/* --- many sockets --- */

static int sockets_list(mortise_host table, mortise_target to,
                        mortise_socket *array, uint32_t max)
{
    struct host_target target;
    int error =
        target_read(api_caller(table), "mortise_list_sockets", &to, &target);
    return error < 0 ? error : (int)sio_target_list(&target.sio, array, max);
}

static int sockets_join(mortise_host table, mortise_target to, const char *room)
{
    struct host_target target;
    int error =
        target_read(api_caller(table), "mortise_join_all", &to, &target);
    if (error == 0 && !room)
        error = ERR_INVAL;
    return error < 0 ? error : sio_target_join(&target.sio, str_z(room));
}

static int sockets_leave(mortise_host table, mortise_target to,
                         const char *room)
{
    struct host_target target;
    int error =
        target_read(api_caller(table), "mortise_leave_all", &to, &target);
    if (error == 0 && !room)
        error = ERR_INVAL;
    return error < 0 ? error : sio_target_leave(&target.sio, str_z(room));
}

static int sockets_disconnect(mortise_host table, mortise_target to, int close)
{
    struct host_target target;
    int error =
        target_read(api_caller(table), "mortise_disconnect_all", &to, &target);
    return error < 0 ? error : sio_target_kick(&target.sio, close != 0, NULL);
}

static int sockets_kick(mortise_host table, mortise_target to, const char *code,
                        const char *reason, int64_t retry)
{
    const struct generation *g = api_caller(table);
    struct sio_notice why = {str_z(code), str_z(reason), retry};
    struct host_target target;

    int error = target_read(g, "mortise_kick", &to, &target);
    if (error < 0)
        return error;
    if (!sio_notice_valid(&why)) {
        plugin_warn(g,
                    "mortise_kick: \"%s\" is no code, the reason "
                    "no text, or the retry less than -1",
                    code ? code : "");
        return ERR_INVAL;
    }
    return sio_target_kick(&target.sio, true, &why);
}

static const char *sockets_room_at(mortise_host table, mortise_socket socket,
                                   uint32_t index)
{
    const struct generation *g = api_caller(table);
    const struct sio_socket *s = api_socket(g, socket);
    struct str room = s ? sio_socket_room(s, index) : str_of(NULL, 0);
    const char *name = room.p ? api_copy(g, room) : "";
    return room.p ? name ? name : "" : NULL;
}

/* --- what is kept with a socket --- */

static int sockets_set_data(mortise_host table, mortise_socket socket,
                            const char *key, const char *format, ...)
{
    const struct generation *g = api_caller(table);
    struct sio_socket *s = api_socket(g, socket);
    struct format_result result;
    struct json_writer w;
    struct buf text;
    va_list args;

    if (api_staged(g))
        return ERR_STAGED;
    if (!s)
        return ERR_GONE;
    if (!key)
        return ERR_INVAL;
    buf_init(&text, g->host->builder.out.max);
    json_writer_init(&w, &text);
    va_start(args, format);
    int error = format_write(g->host, &w, format, args, &result);
    va_end(args);
    if (error == 0 && result.values > 1) {
        result.text = "only one value can be kept under a key";
        error = ERR_SYNTAX;
    }
    if (error < 0)
        format_complain(g, "mortise_set_data", format, &result);
    else
        error = sio_socket_set_value(s, str_z(key), buf_str(&text));
    buf_free(&text);
    return error;
}

static mortise_value sockets_data(mortise_host table, mortise_socket socket,
                                  const char *key)
{
    const struct generation *g = api_caller(table);
    const struct sio_socket *s = api_socket(g, socket);
    struct json_limits limits = {.depth =
                                     g->host->json_depth + FORMAT_DEPTH_MAX};
    struct arena *arena = &g->host->arena;
    struct str text = {NULL, 0};
    struct json *value;

    if (s && key)
        text = sio_socket_value(s, str_z(key));
    /* A copy, for it may be set anew as long as this value is read. */
    if (text.n > 0)
        text = arena_str(arena, text);
    if (!text.p || json_parse(arena, text, &limits, &value, NULL) < 0)
        return NULL;
    return host_value(g->host, value);
}

/* --- the handshake --- */

static mortise_value sockets_auth(mortise_host table, mortise_socket socket)
{
    const struct generation *g = api_caller(table);
    const struct sio_socket *s = api_socket(g, socket);
    struct json_limits limits = {.depth = g->host->json_depth};
    struct str text = s ? sio_socket_auth(s) : STR("");
    struct json *value;

    if (text.n == 0 ||
        json_parse(&g->host->arena, text, &limits, &value, NULL) < 0)
        return NULL;
    return host_value(g->host, value);
}

static const struct eio_handshake *handshake(mortise_host table,
                                             mortise_socket socket)
{
    const struct sio_socket *s = api_socket(api_caller(table), socket);
    return s ? sio_socket_handshake(s) : NULL;
}

static int sockets_connection(mortise_host table, mortise_socket socket,
                              mortise_connection *ret)
{
    const struct eio_handshake *h = handshake(table, socket);

    if (!h)
        return ERR_GONE;
    const struct sio_socket *s = api_socket(api_caller(table), socket);
    mortise_connection all = {.secure = h->secure,
                              .cross_origin = h->xdomain,
                              .websocket = sio_socket_on_websocket(s),
                              .issued = h->issued,
                              .protocol = h->revision};
    return api_give(ret, &all, sizeof(all));
}

static int sockets_header_at(mortise_host table, mortise_socket socket,
                             uint32_t index, mortise_str *ret_name,
                             mortise_str *ret_value)
{
    const struct eio_handshake *h = handshake(table, socket);

    if (!h)
        return ERR_GONE;
    if (index >= h->header_count)
        return ERR_NOENT;
    const struct http_header *header = &h->headers[index];
    *ret_name = (mortise_str){header->name.p, header->name.n};
    *ret_value = (mortise_str){header->value.p, header->value.n};
    return 0;
}

static int sockets_query_at(mortise_host table, mortise_socket socket,
                            uint32_t index, mortise_str *ret_name,
                            mortise_str *ret_value)
{
    const struct eio_handshake *h = handshake(table, socket);
    struct str name, value;

    if (!h)
        return ERR_GONE;
    int error = http_query_at(&api_caller(table)->host->arena, h->query, index,
                              &name, &value);
    if (error < 0)
        return error;
    *ret_name = (mortise_str){name.p, name.n};
    *ret_value = (mortise_str){value.p, value.n};
    return 0;
}

const struct mortise_sockets_table ext_sockets = {
    .size = sizeof(struct mortise_sockets_table),
    .survey = sockets_survey,
    .answer = sockets_answer,
    .emit = sockets_emit,
    .fates = sockets_fates,
    .queued = sockets_queued,
    .list = sockets_list,
    .join = sockets_join,
    .leave = sockets_leave,
    .disconnect = sockets_disconnect,
    .kick = sockets_kick,
    .room_at = sockets_room_at,
    .set_data = sockets_set_data,
    .data = sockets_data,
    .connection = sockets_connection,
    .header_at = sockets_header_at,
    .query_at = sockets_query_at,
    .auth = sockets_auth,
    .queued_packets = sockets_queued_packets,
};
