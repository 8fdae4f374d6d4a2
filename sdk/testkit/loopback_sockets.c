/* SPDX-License-Identifier: MIT */
/* mortise/sockets.h, looped back: the near side. What many sockets have
 * answered crosses with the event that tells of it. */
#include <mortise/sockets.h>
#include <stdarg.h>

#include "base/error.h"
#include "host/calls/api.h"
#include "host/calls/extensions.h"
#include "loopback_sockets.h"

static void begin(struct crossing *c, mortise_host table, uint64_t call)
{
    crossing_begin(c, table, &loopback_sockets, call);
}

/* --- the plugin's calls: what is sent --- */

static int near_survey(mortise_host table, mortise_target to, const char *ack,
                       int64_t timeout, uint64_t cookie, const char *event,
                       const char *format, ...)
{
    struct crossing c;
    va_list args;

    begin(&c, table, CALL_SURVEY);
    crossing_put_target(&c, &to);
    wire_put_text(&c.wire, ack);
    wire_put(&c.wire, (uint64_t)timeout);
    wire_put(&c.wire, cookie);
    wire_put_text(&c.wire, event);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_survey", format, args);
    va_end(args);
    return result;
}

static int near_answer(mortise_host table, const mortise_event *event,
                       uint32_t index, mortise_answer *ret)
{
    return ext_sockets.answer(table, event, index, ret);
}

static int near_emit(mortise_host table, mortise_target to, const char *key,
                     uint32_t keep, const char *event, const char *format, ...)
{
    struct crossing c;
    va_list args;

    begin(&c, table, CALL_EMIT);
    crossing_put_target(&c, &to);
    wire_put_text(&c.wire, key);
    wire_put(&c.wire, keep);
    wire_put_text(&c.wire, event);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_emit_last", format, args);
    va_end(args);
    return result;
}

static int near_fates(mortise_host table, mortise_fates *ret)
{
    struct crossing c;
    struct wire reply;
    mortise_fates all;

    begin(&c, table, CALL_FATES);
    crossing_make(&c, &reply);
    int result = (int)wire_get(&reply);
    all.queued = (uint32_t)wire_get(&reply);
    all.replaced = (uint32_t)wire_get(&reply);
    all.dropped = (uint32_t)wire_get(&reply);
    all.closed = (uint32_t)wire_get(&reply);
    crossing_end(&c, &reply);
    return result < 0 ? result : api_give(ret, &all, sizeof(all));
}

static int64_t queued(mortise_host table, uint64_t call, mortise_socket socket)
{
    struct crossing c;
    begin(&c, table, call);
    wire_put(&c.wire, socket);
    return (int64_t)crossing_number(&c);
}

static int64_t near_queued(mortise_host table, mortise_socket socket)
{
    return queued(table, CALL_QUEUED, socket);
}

static int64_t near_queued_packets(mortise_host table, mortise_socket socket)
{
    return queued(table, CALL_WAITING, socket);
}

/* --- many sockets --- */

static int near_list(mortise_host table, mortise_target to,
                     mortise_socket *array, uint32_t max)
{
    struct crossing c;
    struct wire reply;

    begin(&c, table, CALL_LIST);
    crossing_put_target(&c, &to);
    wire_put(&c.wire, max);
    crossing_make(&c, &reply);
    int result = (int)wire_get(&reply);
    for (uint32_t i = 0; result > 0 && i < max && i < (uint32_t)result; i++)
        array[i] = wire_get(&reply);
    crossing_end(&c, &reply);
    return result;
}

static int with_room(mortise_host table, uint64_t call,
                     const mortise_target *to, const char *room)
{
    struct crossing c;
    begin(&c, table, call);
    crossing_put_target(&c, to);
    wire_put_text(&c.wire, room);
    return (int)crossing_number(&c);
}

static int near_join(mortise_host table, mortise_target to, const char *room)
{
    return with_room(table, CALL_JOIN, &to, room);
}

static int near_leave(mortise_host table, mortise_target to, const char *room)
{
    return with_room(table, CALL_LEAVE, &to, room);
}

static int near_disconnect(mortise_host table, mortise_target to, int close)
{
    struct crossing c;
    begin(&c, table, CALL_DISCONNECT);
    crossing_put_target(&c, &to);
    wire_put(&c.wire, (uint64_t)(int64_t)close);
    return (int)crossing_number(&c);
}

static int near_kick(mortise_host table, mortise_target to, const char *code,
                     const char *reason, int64_t retry)
{
    struct crossing c;
    begin(&c, table, CALL_KICK);
    crossing_put_target(&c, &to);
    wire_put_text(&c.wire, code);
    wire_put_text(&c.wire, reason);
    wire_put(&c.wire, (uint64_t)retry);
    return (int)crossing_number(&c);
}

static const char *near_room_at(mortise_host table, mortise_socket socket,
                                uint32_t index)
{
    struct crossing c;
    begin(&c, table, CALL_ROOM_AT);
    wire_put(&c.wire, socket);
    wire_put(&c.wire, index);
    return crossing_text(&c);
}

/* --- one socket --- */

static int near_set_data(mortise_host table, mortise_socket socket,
                         const char *key, const char *format, ...)
{
    struct crossing c;
    va_list args;

    begin(&c, table, CALL_SET_DATA);
    wire_put(&c.wire, socket);
    wire_put_text(&c.wire, key);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_set_data", format, args);
    va_end(args);
    return result;
}

static mortise_value near_data(mortise_host table, mortise_socket socket,
                               const char *key)
{
    struct crossing c;
    begin(&c, table, CALL_DATA);
    wire_put(&c.wire, socket);
    wire_put_text(&c.wire, key);
    return crossing_value(&c);
}

static mortise_value near_auth(mortise_host table, mortise_socket socket)
{
    struct crossing c;
    begin(&c, table, CALL_AUTH);
    wire_put(&c.wire, socket);
    return crossing_value(&c);
}

static int near_connection(mortise_host table, mortise_socket socket,
                           mortise_connection *ret)
{
    struct crossing c;
    struct wire reply;
    mortise_connection all;

    begin(&c, table, CALL_CONNECTION);
    wire_put(&c.wire, socket);
    crossing_make(&c, &reply);
    int result = (int)wire_get(&reply);
    all.secure = (uint32_t)wire_get(&reply);
    all.cross_origin = (uint32_t)wire_get(&reply);
    all.websocket = (uint32_t)wire_get(&reply);
    all.issued = (int64_t)wire_get(&reply);
    all.protocol = (uint32_t)wire_get(&reply);
    crossing_end(&c, &reply);
    return result < 0 ? result : api_give(ret, &all, sizeof(all));
}

static int line_at(mortise_host table, uint64_t call, mortise_socket socket,
                   uint32_t index, mortise_str *ret_name,
                   mortise_str *ret_value)
{
    struct crossing c;
    struct wire reply;

    begin(&c, table, call);
    wire_put(&c.wire, socket);
    wire_put(&c.wire, index);
    crossing_make(&c, &reply);
    int result = (int)wire_get(&reply);
    mortise_str name = crossing_get_bytes(&c, &reply);
    mortise_str value = crossing_get_bytes(&c, &reply);
    if (result == 0) {
        *ret_name = name;
        *ret_value = value;
    }
    crossing_end(&c, &reply);
    return result;
}

static int near_header_at(mortise_host table, mortise_socket socket,
                          uint32_t index, mortise_str *ret_name,
                          mortise_str *ret_value)
{
    return line_at(table, CALL_HEADER_AT, socket, index, ret_name, ret_value);
}

static int near_query_at(mortise_host table, mortise_socket socket,
                         uint32_t index, mortise_str *ret_name,
                         mortise_str *ret_value)
{
    return line_at(table, CALL_QUERY_AT, socket, index, ret_name, ret_value);
}

static const struct mortise_sockets_table near_table = {
    .size = sizeof(struct mortise_sockets_table),
    .survey = near_survey,
    .answer = near_answer,
    .emit = near_emit,
    .fates = near_fates,
    .queued = near_queued,
    .list = near_list,
    .join = near_join,
    .leave = near_leave,
    .disconnect = near_disconnect,
    .kick = near_kick,
    .room_at = near_room_at,
    .set_data = near_set_data,
    .data = near_data,
    .connection = near_connection,
    .header_at = near_header_at,
    .query_at = near_query_at,
    .auth = near_auth,
    .queued_packets = near_queued_packets,
};

const struct loopback_extension loopback_sockets = {
    .id = "mortise.sockets/1",
    .table = &near_table,
    .serve = loopback_sockets_serve,
};
