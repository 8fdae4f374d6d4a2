/* SPDX-License-Identifier: MIT */
/* mortise/sockets.h, looped back: both sides. What many sockets have answered
 * crosses with the event that tells of it. */
#include <mortise/sockets.h>
#include <stdarg.h>

#include "base/error.h"
#include "host/api.h"
#include "host/extensions.h"
#include "internal.h"
#include "loopback.h"

enum {
    CALL_SURVEY,
    CALL_EMIT,
    CALL_FATES,
    CALL_QUEUED,
    CALL_LIST,
    CALL_JOIN,
    CALL_LEAVE,
    CALL_DISCONNECT,
    CALL_KICK,
    CALL_ROOM_AT,
    CALL_SET_DATA,
    CALL_DATA,
    CALL_AUTH,
    CALL_CONNECTION,
    CALL_HEADER_AT,
    CALL_QUERY_AT,
};

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

static int64_t near_queued(mortise_host table, mortise_socket socket)
{
    struct crossing c;
    begin(&c, table, CALL_QUEUED);
    wire_put(&c.wire, socket);
    return (int64_t)crossing_number(&c);
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
};

/* --- the far side --- */

typedef const struct mortise_sockets_table *sockets_table;

static int serve_survey(struct service *s, sockets_table t)
{
    mortise_target to;
    struct passed p;

    service_get_target(s, &to);
    const char *ack = wire_get_text(s->in);
    int64_t timeout = (int64_t)wire_get(s->in);
    uint64_t cookie = wire_get(s->in);
    const char *event = wire_get_text(s->in);
    service_get_values(s, &p);
    service_act(s);
    int result = t->survey(s->table, to, ack, timeout, cookie, event, PASS(p));
    service_acted(s);
    return result;
}

static int serve_emit(struct service *s, sockets_table t)
{
    mortise_target to;
    struct passed p;

    service_get_target(s, &to);
    const char *key = wire_get_text(s->in);
    uint32_t keep = (uint32_t)wire_get(s->in);
    const char *event = wire_get_text(s->in);
    service_get_values(s, &p);
    service_act(s);
    int result = t->emit(s->table, to, key, keep, event, PASS(p));
    service_acted(s);
    return result;
}

static void serve_fates(struct service *s, sockets_table t)
{
    mortise_fates all = {.size = sizeof(all)};
    wire_put(s->out, (uint64_t)(int64_t)t->fates(s->table, &all));
    wire_put(s->out, all.queued);
    wire_put(s->out, all.replaced);
    wire_put(s->out, all.dropped);
    wire_put(s->out, all.closed);
}

/* As many as there are room for: the plugin's `max` is nothing to allocate. */
static void serve_list(struct service *s, sockets_table t)
{
    mortise_target to;
    mortise_socket *array;

    service_get_target(s, &to);
    uint32_t max = (uint32_t)wire_get(s->in);
    int result = t->list(s->table, to, NULL, 0);
    uint32_t count = result < 0 ? 0 : (uint32_t)result;
    count = count < max ? count : max;
    array = kit_realloc(NULL, count * sizeof(*array));
    if (count > 0)
        result = t->list(s->table, to, array, count);
    wire_put(s->out, (uint64_t)(int64_t)result);
    for (uint32_t i = 0; i < count; i++)
        wire_put(s->out, array[i]);
    free(array);
}

/* What is done to many. */
static int serve_many(struct service *s, sockets_table t, uint64_t call)
{
    mortise_target to;
    int result;

    service_get_target(s, &to);
    if (call == CALL_DISCONNECT) {
        int close = (int)wire_get(s->in);
        service_act(s);
        result = t->disconnect(s->table, to, close);
        service_acted(s);
        return result;
    }
    const char *text = wire_get_text(s->in);
    const char *reason = call == CALL_KICK ? wire_get_text(s->in) : NULL;
    int64_t retry = call == CALL_KICK ? (int64_t)wire_get(s->in) : 0;
    service_act(s);
    if (call == CALL_KICK)
        result = t->kick(s->table, to, text, reason, retry);
    else if (call == CALL_JOIN)
        result = t->join(s->table, to, text);
    else
        result = t->leave(s->table, to, text);
    service_acted(s);
    return result;
}

static int serve_set_data(struct service *s, sockets_table t)
{
    mortise_socket socket = wire_get(s->in);
    const char *key = wire_get_text(s->in);
    struct passed p;

    service_get_values(s, &p);
    service_act(s);
    int result = t->set_data(s->table, socket, key, PASS(p));
    service_acted(s);
    return result;
}

static mortise_value serve_value(struct service *s, sockets_table t,
                                 uint64_t call)
{
    mortise_socket socket = wire_get(s->in);
    const char *key = call == CALL_DATA ? wire_get_text(s->in) : NULL;
    service_act(s);
    mortise_value value = call == CALL_DATA ? t->data(s->table, socket, key)
                                            : t->auth(s->table, socket);
    service_acted(s);
    return value;
}

static void serve_connection(struct service *s, sockets_table t)
{
    mortise_connection all = {.size = sizeof(all)};
    int result = t->connection(s->table, wire_get(s->in), &all);
    wire_put(s->out, (uint64_t)(int64_t)result);
    wire_put(s->out, all.secure);
    wire_put(s->out, all.cross_origin);
    wire_put(s->out, all.websocket);
    wire_put(s->out, (uint64_t)all.issued);
}

static void serve_line(struct service *s, sockets_table t, uint64_t call)
{
    mortise_socket socket = wire_get(s->in);
    uint32_t index = (uint32_t)wire_get(s->in);
    mortise_str name = {NULL, 0}, value = {NULL, 0};
    int result;

    service_act(s);
    if (call == CALL_HEADER_AT)
        result = t->header_at(s->table, socket, index, &name, &value);
    else
        result = t->query_at(s->table, socket, index, &name, &value);
    service_acted(s);
    wire_put(s->out, (uint64_t)(int64_t)result);
    wire_put_str(s->out, str_of(name.p, name.n));
    wire_put_str(s->out, str_of(value.p, value.n));
}

static const char *serve_room_at(struct service *s, sockets_table t)
{
    mortise_socket socket = wire_get(s->in);
    return t->room_at(s->table, socket, (uint32_t)wire_get(s->in));
}

static int64_t serve_number(struct service *s, sockets_table t, uint64_t call)
{
    switch (call) {
    case CALL_SURVEY:
        return serve_survey(s, t);
    case CALL_EMIT:
        return serve_emit(s, t);
    case CALL_QUEUED:
        return t->queued(s->table, wire_get(s->in));
    case CALL_SET_DATA:
        return serve_set_data(s, t);
    default:
        return serve_many(s, t, call);
    }
}

static void serve(struct service *s, uint64_t call)
{
    sockets_table t = s->extension;

    switch (call) {
    case CALL_FATES:
        serve_fates(s, t);
        return;
    case CALL_LIST:
        serve_list(s, t);
        return;
    case CALL_DATA:
    case CALL_AUTH:
        service_put_value(s, serve_value(s, t, call));
        return;
    case CALL_CONNECTION:
        serve_connection(s, t);
        return;
    case CALL_HEADER_AT:
    case CALL_QUERY_AT:
        serve_line(s, t, call);
        return;
    case CALL_ROOM_AT:
        wire_put_text(s->out, serve_room_at(s, t));
        return;
    default:
        wire_put(s->out, (uint64_t)serve_number(s, t, call));
    }
}

const struct loopback_extension loopback_sockets = {
    .id = "mortise.sockets/1",
    .table = &near_table,
    .serve = serve,
};
