/* SPDX-License-Identifier: MIT */
/* The host's side: what was written down is read and done. */
#include <mortise/sockets.h>
#include <string.h>

#include "host/calls/api.h"
#include "internal.h"
#include "loopback.h"

void service_act(struct service *s)
{
    kit_memory_resume(s->memory);
}

void service_acted(struct service *s)
{
    s->memory = kit_memory_pause();
}

void service_get_values(struct service *s, struct passed *p)
{
    const struct json *values = wire_get_values(s->in, &s->host->arena);
    char *end = p->format;

    assert(values->count <= PASSED_MAX && "the loop-back passes no more");
    memset(p->v, 0, sizeof(p->v));
    uint32_t i = 0;
    for (const struct json *v = values->child; v; v = v->next) {
        end = stpcpy(end, i > 0 ? ",v" : "v");
        p->v[i++] = host_value(s->host, v);
    }
    *end = '\0';
}

const mortise_event *service_get_event(struct service *s)
{
    struct host_call *call = s->host->call;
    return wire_get(s->in) && call ? &call->event : NULL;
}

static void get_texts(struct service *s, uint32_t *count, const char **texts,
                      uint32_t is_list)
{
    uint32_t most = is_list ? MORTISE_LIST_ROOMS : MORTISE_TARGET_ROOMS;
    *count = (uint32_t)wire_get(s->in);
    if (is_list) {
        const char **list =
            arena_alloc(&s->host->arena, (most + 1) * sizeof(*list));
        texts[0] = (const char *)(const void *)list;
        texts = list;
    }
    for (uint32_t i = 0; i < most && i < *count; i++)
        texts[i] = wire_get_text(s->in);
}

void service_get_target(struct service *s, mortise_target *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->socket = wire_get(s->in);
    ret->skip = wire_get(s->in);
    ret->name_space = wire_get_text(s->in);
    ret->flags = (uint32_t)wire_get(s->in);
    get_texts(s, &ret->room_count, ret->rooms,
              ret->flags & MORTISE_F_ROOM_LIST);
    get_texts(s, &ret->except_count, ret->except,
              ret->flags & MORTISE_F_EXCEPT_LIST);
    ret->reserved[0] = wire_get(s->in);
    ret->reserved[1] = wire_get(s->in);
}

void service_put_value(struct service *s, mortise_value value)
{
    wire_put_value(s->out, host_json(s->host, value));
}

static uint64_t serve_emit(struct service *s)
{
    mortise_target to;
    struct passed p;

    service_get_target(s, &to);
    const char *event = wire_get_text(s->in);
    service_get_values(s, &p);
    service_act(s);
    int result = s->table->emit(s->table, to, event, PASS(p));
    service_acted(s);
    return (uint64_t)(int64_t)result;
}

static uint64_t serve_emit_ack(struct service *s)
{
    struct passed p;

    mortise_socket to = wire_get(s->in);
    const char *ack = wire_get_text(s->in);
    int64_t timeout = (int64_t)wire_get(s->in);
    uint64_t cookie = wire_get(s->in);
    const char *event = wire_get_text(s->in);
    service_get_values(s, &p);
    service_act(s);
    int result =
        s->table->emit_ack(s->table, to, ack, timeout, cookie, event, PASS(p));
    service_acted(s);
    return (uint64_t)(int64_t)result;
}

/* The calls about an event, and replies. */
static uint64_t serve_answer(struct service *s, enum loopback_call call)
{
    const mortise_event *event =
        call == HOST_CALL_REPLY ? NULL : service_get_event(s);
    mortise_reply reply = call == HOST_CALL_REPLY ? wire_get(s->in) : 0;
    const char *message =
        call == HOST_CALL_REFUSE ? wire_get_text(s->in) : NULL;
    struct passed p;
    int result;

    service_get_values(s, &p);
    service_act(s);
    if (call == HOST_CALL_ACK)
        result = s->table->ack(s->table, event, PASS(p));
    else if (call == HOST_CALL_REPLY)
        result = s->table->reply(s->table, reply, PASS(p));
    else if (call == HOST_CALL_REFUSE)
        result = s->table->refuse(s->table, event, message, PASS(p));
    else
        result = s->table->rewrite(s->table, event, PASS(p));
    service_acted(s);
    return (uint64_t)(int64_t)result;
}

/* With the arguments as they are then. */
static void serve_rewrite(struct service *s)
{
    uint64_t result = serve_answer(s, HOST_CALL_REWRITE);
    wire_put(s->out, result);
    if (result == 0)
        wire_put_list(s->out, s->host->call->first);
}

static uint64_t serve_socket(struct service *s, enum loopback_call call)
{
    mortise_socket socket = wire_get(s->in);
    const char *room =
        call == HOST_CALL_DISCONNECT ? NULL : wire_get_text(s->in);
    int close = call == HOST_CALL_DISCONNECT ? (int)wire_get(s->in) : 0;
    int result;

    service_act(s);
    if (call == HOST_CALL_JOIN)
        result = s->table->join(s->table, socket, room);
    else if (call == HOST_CALL_LEAVE)
        result = s->table->leave(s->table, socket, room);
    else if (call == HOST_CALL_IS_IN)
        result = s->table->is_in(s->table, socket, room);
    else
        result = s->table->disconnect(s->table, socket, close);
    service_acted(s);
    return (uint64_t)(int64_t)result;
}

static uint64_t serve_room_size(struct service *s)
{
    const char *name_space = wire_get_text(s->in);
    const char *room = wire_get_text(s->in);
    return (uint64_t)(int64_t)s->table->room_size(s->table, name_space, room);
}

static const char *serve_handshake(struct service *s)
{
    mortise_socket socket = wire_get(s->in);
    uint32_t what = (uint32_t)wire_get(s->in);
    const char *name = wire_get_text(s->in);
    return s->table->handshake(s->table, socket, what, name);
}

static uint64_t serve_after(struct service *s)
{
    const char *timer = wire_get_text(s->in);
    int64_t delay = (int64_t)wire_get(s->in);
    int64_t every = (int64_t)wire_get(s->in);
    uint64_t cookie = wire_get(s->in);
    service_act(s);
    mortise_timer result =
        s->table->after(s->table, timer, delay, every, cookie);
    service_acted(s);
    return result;
}

static uint64_t serve_ack_later(struct service *s)
{
    const mortise_event *event = service_get_event(s);
    service_act(s);
    mortise_reply result = s->table->ack_later(s->table, event);
    service_acted(s);
    return result;
}

static uint64_t serve_log(struct service *s)
{
    int level = (int)wire_get(s->in);
    s->table->log(s->table, level, "%s", wire_get_text(s->in));
    return 0;
}

/* Those that give a number. */
static uint64_t serve_number(struct service *s, enum loopback_call call)
{
    switch (call) {
    case HOST_CALL_LOG:
        return serve_log(s);
    case HOST_CALL_NOW:
        return (uint64_t)s->table->now(s->table);
    case HOST_CALL_EMIT:
        return serve_emit(s);
    case HOST_CALL_EMIT_ACK:
        return serve_emit_ack(s);
    case HOST_CALL_ACK_LATER:
        return serve_ack_later(s);
    case HOST_CALL_ROOM_SIZE:
        return serve_room_size(s);
    case HOST_CALL_AFTER:
        return serve_after(s);
    case HOST_CALL_CANCEL:
        return (uint64_t)(int64_t)s->table->cancel(s->table, wire_get(s->in));
    case HOST_CALL_JOIN:
    case HOST_CALL_LEAVE:
    case HOST_CALL_IS_IN:
    case HOST_CALL_DISCONNECT:
        return serve_socket(s, call);
    default:
        return serve_answer(s, call);
    }
}

static void serve_host(struct service *s, enum loopback_call call)
{
    if (call == HOST_CALL_SID)
        wire_put_text(s->out, s->table->sid(s->table, wire_get(s->in)));
    else if (call == HOST_CALL_HANDSHAKE)
        wire_put_text(s->out, serve_handshake(s));
    else if (call == HOST_CALL_REWRITE)
        serve_rewrite(s);
    else
        wire_put(s->out, serve_number(s, call));
}

void loopback_serve(struct loopback *l, struct wire *request,
                    struct wire *reply)
{
    struct service s = {.plugin = l,
                        .host = l->far->host,
                        .table = &l->far->table,
                        .in = request,
                        .out = reply,
                        .memory = kit_memory_pause()};
    const char *id = wire_get_text(request);
    uint64_t call = wire_get(request);

    if (id) {
        s.extension = s.table->extension(s.table, id);
        loopback_extension_find(id)->serve(&s, call);
    } else {
        serve_host(&s, (enum loopback_call)call);
    }
    assert(request->at == request->bytes.n);
    kit_memory_resume(s.memory);
}
