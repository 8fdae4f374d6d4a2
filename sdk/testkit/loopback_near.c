/* SPDX-License-Identifier: MIT */
/* The plugin's side: calls are written down; values are read here. */
#include <mortise/sockets.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "host/calls/api.h"
#include "host/calls/format.h"
#include "internal.h"
#include "loopback.h"

/* As the host's own. */
#define LOG_TEXT_MAX 4096

void crossing_begin(struct crossing *c, mortise_host table,
                    const struct loopback_extension *extension, uint64_t call)
{
    c->memory = kit_memory_pause();
    c->plugin = loopback_of(table);
    wire_init(&c->wire);
    wire_put_text(&c->wire, extension ? extension->id : NULL);
    wire_put(&c->wire, call);
}

void crossing_make(struct crossing *c, struct wire *reply)
{
    wire_init(reply);
    loopback_count();
    kit_memory_resume(c->memory);
    loopback_serve(c->plugin, &c->wire, reply);
    c->memory = kit_memory_pause();
    wire_free(&c->wire);
}

void crossing_end(struct crossing *c, struct wire *reply)
{
    assert(reply->at == reply->bytes.n);
    wire_free(reply);
    kit_memory_resume(c->memory);
}

uint64_t crossing_number(struct crossing *c)
{
    struct wire reply;
    crossing_make(c, &reply);
    uint64_t result = wire_get(&reply);
    crossing_end(c, &reply);
    return result;
}

const char *crossing_text(struct crossing *c)
{
    struct wire reply;
    crossing_make(c, &reply);
    const char *text = wire_get_text(&reply);
    if (text)
        text = arena_str(&c->plugin->near_host.arena, str_z(text)).p;
    crossing_end(c, &reply);
    return text;
}

int crossing_abandon(struct crossing *c, int error)
{
    wire_free(&c->wire);
    kit_memory_resume(c->memory);
    return error;
}

mortise_value crossing_value(struct crossing *c)
{
    struct host *near = &c->plugin->near_host;
    struct wire reply;
    crossing_make(c, &reply);
    const struct json *values = wire_get_values(&reply, &near->arena);
    crossing_end(c, &reply);
    return host_value(near, values->child);
}

mortise_str crossing_get_bytes(const struct crossing *c, struct wire *reply)
{
    struct str bytes =
        arena_str(&c->plugin->near_host.arena, wire_get_str(reply));
    return (mortise_str){bytes.p, bytes.n};
}

void crossing_put_event(struct crossing *c, const mortise_event *event)
{
    const struct host_call *call = c->plugin->near_host.call;
    wire_put(&c->wire, event && call && event == &call->event);
}

/* Names of a target, or of the array that the first of them points to; of too
 * many only the number, which is refused. */
static void put_texts(struct wire *w, uint32_t count, const char *const *texts,
                      uint32_t is_list)
{
    uint32_t most = is_list ? MORTISE_LIST_ROOMS : MORTISE_TARGET_ROOMS;
    if (is_list)
        texts = (const char *const *)(const void *)texts[0];
    wire_put(w, count);
    for (uint32_t i = 0; i < most && i < count; i++)
        wire_put_text(w, texts[i]);
}

void crossing_put_target(struct crossing *c, const mortise_target *to)
{
    wire_put(&c->wire, to->socket);
    wire_put(&c->wire, to->skip);
    wire_put_text(&c->wire, to->name_space);
    wire_put(&c->wire, to->flags);
    put_texts(&c->wire, to->room_count, to->rooms,
              to->flags & MORTISE_F_ROOM_LIST);
    put_texts(&c->wire, to->except_count, to->except,
              to->flags & MORTISE_F_EXCEPT_LIST);
    wire_put(&c->wire, to->reserved[0]);
    wire_put(&c->wire, to->reserved[1]);
}

int crossing_put_format(struct crossing *c, const char *name,
                        const char *format, va_list args)
{
    struct format_result result;
    struct wire_values values;

    wire_values_init(&values);
    int error = format_write(&c->plugin->near_host, &values.json, format, args,
                             &result);
    if (error < 0)
        format_complain(&c->plugin->near, name, format, &result);
    else
        wire_put_values(&c->wire, &values);
    wire_values_free(&values);
    return error;
}

int crossing_format(struct crossing *c, const char *name, const char *format,
                    va_list args)
{
    int error = crossing_put_format(c, name, format, args);
    return error < 0 ? crossing_abandon(c, error) : (int)crossing_number(c);
}

/* --- what is sent --- */

static int near_emit(mortise_host table, mortise_target to, const char *event,
                     const char *format, ...)
{
    struct crossing c;
    va_list args;

    crossing_begin(&c, table, NULL, HOST_CALL_EMIT);
    crossing_put_target(&c, &to);
    wire_put_text(&c.wire, event);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_emit", format, args);
    va_end(args);
    return result;
}

static int near_emit_ack(mortise_host table, mortise_socket to, const char *ack,
                         int64_t timeout, uint64_t cookie, const char *event,
                         const char *format, ...)
{
    struct crossing c;
    va_list args;

    crossing_begin(&c, table, NULL, HOST_CALL_EMIT_ACK);
    wire_put(&c.wire, to);
    wire_put_text(&c.wire, ack);
    wire_put(&c.wire, (uint64_t)timeout);
    wire_put(&c.wire, cookie);
    wire_put_text(&c.wire, event);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_emit_ack", format, args);
    va_end(args);
    return result;
}

static int near_ack(mortise_host table, const mortise_event *event,
                    const char *format, ...)
{
    struct crossing c;
    va_list args;

    crossing_begin(&c, table, NULL, HOST_CALL_ACK);
    crossing_put_event(&c, event);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_ack", format, args);
    va_end(args);
    return result;
}

static mortise_reply near_ack_later(mortise_host table,
                                    const mortise_event *event)
{
    struct crossing c;
    crossing_begin(&c, table, NULL, HOST_CALL_ACK_LATER);
    crossing_put_event(&c, event);
    return crossing_number(&c);
}

static int near_reply(mortise_host table, mortise_reply reply,
                      const char *format, ...)
{
    struct crossing c;
    va_list args;

    crossing_begin(&c, table, NULL, HOST_CALL_REPLY);
    wire_put(&c.wire, reply);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_reply_to", format, args);
    va_end(args);
    return result;
}

static int near_refuse(mortise_host table, const mortise_event *event,
                       const char *message, const char *format, ...)
{
    struct crossing c;
    va_list args;

    crossing_begin(&c, table, NULL, HOST_CALL_REFUSE);
    crossing_put_event(&c, event);
    wire_put_text(&c.wire, message);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_refuse", format, args);
    va_end(args);
    return result;
}

/* The new arguments come back: they are read here from now on. */
static int near_rewrite(mortise_host table, const mortise_event *event,
                        const char *format, ...)
{
    struct crossing c;
    struct wire reply;
    va_list args;

    crossing_begin(&c, table, NULL, HOST_CALL_REWRITE);
    crossing_put_event(&c, event);
    va_start(args, format);
    int error = crossing_put_format(&c, "mortise_rewrite", format, args);
    va_end(args);
    if (error < 0)
        return crossing_abandon(&c, error);
    crossing_make(&c, &reply);
    int result = (int)wire_get(&reply);
    if (result == 0) {
        struct host *near = &c.plugin->near_host;
        const struct json *values = wire_get_values(&reply, &near->arena);
        near->call->first = values->child;
        near->call->event.argc = values->count;
    }
    crossing_end(&c, &reply);
    return result;
}

/* --- sockets, timers, log --- */

static int with_room(mortise_host table, enum loopback_call call,
                     mortise_socket socket, const char *room)
{
    struct crossing c;
    crossing_begin(&c, table, NULL, call);
    wire_put(&c.wire, socket);
    wire_put_text(&c.wire, room);
    return (int)crossing_number(&c);
}

static int near_join(mortise_host table, mortise_socket s, const char *room)
{
    return with_room(table, HOST_CALL_JOIN, s, room);
}

static int near_leave(mortise_host table, mortise_socket s, const char *room)
{
    return with_room(table, HOST_CALL_LEAVE, s, room);
}

static int near_is_in(mortise_host table, mortise_socket s, const char *room)
{
    return with_room(table, HOST_CALL_IS_IN, s, room);
}

static int near_room_size(mortise_host table, const char *name_space,
                          const char *room)
{
    struct crossing c;
    crossing_begin(&c, table, NULL, HOST_CALL_ROOM_SIZE);
    wire_put_text(&c.wire, name_space);
    wire_put_text(&c.wire, room);
    return (int)crossing_number(&c);
}

static int near_disconnect(mortise_host table, mortise_socket s, int close)
{
    struct crossing c;
    crossing_begin(&c, table, NULL, HOST_CALL_DISCONNECT);
    wire_put(&c.wire, s);
    wire_put(&c.wire, (uint64_t)(int64_t)close);
    return (int)crossing_number(&c);
}

static const char *near_sid(mortise_host table, mortise_socket s)
{
    struct crossing c;
    crossing_begin(&c, table, NULL, HOST_CALL_SID);
    wire_put(&c.wire, s);
    return crossing_text(&c);
}

static const char *near_handshake(mortise_host table, mortise_socket s,
                                  uint32_t what, const char *name)
{
    struct crossing c;
    crossing_begin(&c, table, NULL, HOST_CALL_HANDSHAKE);
    wire_put(&c.wire, s);
    wire_put(&c.wire, what);
    wire_put_text(&c.wire, name);
    return crossing_text(&c);
}

static mortise_timer near_after(mortise_host table, const char *timer,
                                int64_t delay, int64_t every, uint64_t cookie)
{
    struct crossing c;
    crossing_begin(&c, table, NULL, HOST_CALL_AFTER);
    wire_put_text(&c.wire, timer);
    wire_put(&c.wire, (uint64_t)delay);
    wire_put(&c.wire, (uint64_t)every);
    wire_put(&c.wire, cookie);
    return crossing_number(&c);
}

static int near_cancel(mortise_host table, mortise_timer timer)
{
    struct crossing c;
    crossing_begin(&c, table, NULL, HOST_CALL_CANCEL);
    wire_put(&c.wire, timer);
    return (int)crossing_number(&c);
}

static int64_t near_now(mortise_host table)
{
    struct crossing c;
    crossing_begin(&c, table, NULL, HOST_CALL_NOW);
    return (int64_t)crossing_number(&c);
}

__attribute__((format(printf, 3, 4))) static void
near_log(mortise_host table, int level, const char *format, ...)
{
    char text[LOG_TEXT_MAX];
    struct crossing c;
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    crossing_begin(&c, table, NULL, HOST_CALL_LOG);
    wire_put(&c.wire, (uint64_t)(int64_t)level);
    wire_put_text(&c.wire, text);
    crossing_number(&c);
}

/* --- extensions --- */

/* One that has no place here is one that the host has not; a test of the
 * testkit sees to it that there is none. */
static const void *near_extension(mortise_host table, const char *id)
{
    const struct loopback_extension *e = loopback_extension_find(id);
    return e ? e->table : NULL;
}

static mortise_list near_list(mortise_host table)
{
    return host_api.list(table);
}

static int near_list_add(mortise_host table, mortise_list list,
                         const char *format, ...)
{
    struct loopback *l = loopback_of(table);
    struct format_result result;
    va_list args;

    if (!list)
        return ERR_NOMEM;
    va_start(args, format);
    int error =
        format_list_add(&l->near_host, (void *)list, format, args, &result);
    va_end(args);
    if (error < 0)
        format_complain(&l->near, "mortise_list_add", format, &result);
    return error;
}

const struct mortise_host_table loopback_table = {
    .size = sizeof(struct mortise_host_table),
    .major = MORTISE_ABI_MAJOR,
    .minor = MORTISE_ABI_MINOR,
    .log = near_log,
    .now = near_now,
    .emit = near_emit,
    .emit_ack = near_emit_ack,
    .ack = near_ack,
    .ack_later = near_ack_later,
    .reply = near_reply,
    .refuse = near_refuse,
    .list = near_list,
    .list_add = near_list_add,
    .arg = api_arg,
    .type = api_type,
    .count = api_count,
    .at = api_at,
    .get = api_get,
    .key_at = api_key_at,
    .text = api_text,
    .bytes = api_bytes,
    .integer = api_integer,
    .number = api_number,
    .boolean = api_boolean,
    .join = near_join,
    .leave = near_leave,
    .is_in = near_is_in,
    .room_size = near_room_size,
    .disconnect = near_disconnect,
    .sid = near_sid,
    .handshake = near_handshake,
    .after = near_after,
    .cancel = near_cancel,
    .rewrite = near_rewrite,
    .extension = near_extension,
};
