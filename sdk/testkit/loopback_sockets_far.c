/* SPDX-License-Identifier: MIT */
/* mortise/sockets.h, looped back: the far side. */
#include <mortise/sockets.h>

#include "internal.h"
#include "loopback_sockets.h"

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
    wire_put(s->out, all.protocol);
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
    case CALL_WAITING:
        return t->queued_packets(s->table, wire_get(s->in));
    case CALL_SET_DATA:
        return serve_set_data(s, t);
    default:
        return serve_many(s, t, call);
    }
}

void loopback_sockets_serve(struct service *s, uint64_t call)
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
