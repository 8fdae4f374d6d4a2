/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

struct world world;

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
    va_list args;
    size_t room = sizeof(world.journal) - world.journal_length;

    va_start(args, format);
    int n = vsnprintf(world.journal + world.journal_length, room, format, args);
    va_end(args);
    ck_assert(n >= 0 && (size_t)n < room);
    world.journal_length += (size_t)n;
}

static struct str name_of(const struct sio_socket *s)
{
    return sio_namespace_name(sio_socket_namespace(s));
}

/* The text of a value; what is binary in it as its bytes in angle brackets. */
static void note_value(const struct json *v)
{
    const char *done = v->raw.p;

    if (v->type == JSON_BINARY) {
        note("<%.*s>", STR_ARG(v->text));
        return;
    }
    for (const struct json *c = v->child; c; c = c->next) {
        note("%.*s", (int)(c->raw.p - done), done);
        note_value(c);
        done = c->raw.p + c->raw.n;
    }
    note("%.*s", (int)(v->raw.p + v->raw.n - done), done);
}

static void enter(struct sio_socket *s)
{
    ck_assert_msg(!world.inside, "a callback inside a callback");
    ck_assert_ptr_eq(sio_socket_find(world.sio, sio_socket_handle(s)), s);
    world.inside = true;
    world.socket = s;
    world.handle = sio_socket_handle(s);
}

static void leave(void)
{
    world.inside = false;
}

static enum sio_decision on_connecting(void *user, struct sio_socket *s,
                                       const struct json *auth)
{
    ck_assert_ptr_eq(user, &world);
    enter(s);
    ck_assert(!sio_socket_connected(s));
    note("connecting %.*s %.*s\n", STR_ARG(name_of(s)), STR_ARG(auth->raw));
    if (world.on_connecting)
        world.on_connecting(s);
    leave();
    return world.decision;
}

static void on_connect(void *user, struct sio_socket *s,
                       const struct json *auth)
{
    enter(s);
    ck_assert(sio_socket_connected(s));
    note("connect %.*s %.*s\n", STR_ARG(name_of(s)), STR_ARG(auth->raw));
    if (world.on_connect)
        world.on_connect(s);
    leave();
}

static void on_event(void *user, struct sio_socket *s,
                     const struct sio_event *event)
{
    enter(s);
    ck_assert(sio_socket_connected(s));
    ck_assert_uint_eq(event->argc + 1, event->args->count);
    ck_assert_ptr_nonnull(arena_alloc(event->arena, 1));
    note("event %.*s %.*s ", STR_ARG(name_of(s)), STR_ARG(event->name));
    if (event->wants_ack)
        note("%" PRIu64 " ", event->ack_id);
    note_value(event->args);
    note("\n");
    world.ack_id = event->ack_id;
    if (world.on_event)
        world.on_event(s, event);
    leave();
}

static void on_answer(void *user, struct sio_socket *s, uint64_t cookie,
                      int status, const struct json *args)
{
    enter(s);
    ck_assert((status == 0) == (args != NULL));
    note("answer %.*s %" PRIu64 " %s", STR_ARG(name_of(s)), cookie,
         status == 0 ? "" : error_name(status));
    if (args)
        note_value(args);
    note("\n");
    if (world.on_answer)
        world.on_answer(s, status);
    leave();
}

static void on_answers(void *user, struct sio_namespace *n, uint64_t cookie,
                       int status, struct sio_answer *answers, uint32_t count)
{
    ck_assert_msg(!world.inside, "a callback inside a callback");
    world.inside = true;
    note("answers %.*s %" PRIu64 " %s\n", STR_ARG(sio_namespace_name(n)),
         cookie, error_name(status));
    for (uint32_t i = 0; i < count; i++) {
        ck_assert((answers[i].status == 0) == (answers[i].args != NULL));
        note("  %u %s", (unsigned)answers[i].socket,
             answers[i].args && !world.brief ? ""
                                             : error_name(answers[i].status));
        if (answers[i].args && !world.brief)
            note_value(answers[i].args);
        note("\n");
    }
    if (world.on_answers)
        world.on_answers(n, status);
    leave();
}

static void on_disconnecting(void *user, struct sio_socket *s,
                             enum sio_reason reason)
{
    enter(s);
    ck_assert(!sio_socket_connected(s));
    note("disconnecting %.*s %s\n", STR_ARG(name_of(s)),
         sio_reason_text(reason));
    if (world.on_disconnecting)
        world.on_disconnecting(s);
    leave();
}

static void on_disconnect(void *user, struct sio_socket *s,
                          enum sio_reason reason)
{
    enter(s);
    note("disconnect %.*s %s\n", STR_ARG(name_of(s)), sio_reason_text(reason));
    if (world.on_disconnect)
        world.on_disconnect(s);
    leave();
    world.socket = NULL;
}

static void on_drain(void *user, struct sio_socket *s)
{
    enter(s);
    note("drain %.*s\n", STR_ARG(name_of(s)));
    if (world.on_drain)
        world.on_drain(s);
    leave();
}

static struct str whose(void *user, const struct sio_socket *s)
{
    ck_assert_ptr_eq(user, &world);
    return sio_socket_value(s, STR("user"));
}

static bool on_want_namespace(void *user, struct str name, void **ret_data)
{
    ck_assert_ptr_eq(user, &world);
    if (!world.wanted || !str_starts(name, str_z(world.wanted)))
        return false;
    *ret_data = &world;
    return true;
}

static const struct sio_events events = {
    .connecting = on_connecting,
    .connect = on_connect,
    .event = on_event,
    .answer = on_answer,
    .answers = on_answers,
    .disconnecting = on_disconnecting,
    .disconnect = on_disconnect,
    .drain = on_drain,
    .want_namespace = on_want_namespace,
    .whose = whose,
};

static bool start(bool notices)
{
    struct sio_options options = {
        .notices = notices,
        .connect_timeout = WORLD_CONNECT_TIMEOUT,
        .attachments = 10,
        .json_depth = 16,
        .json = true,
        .msgpack = true,
        .rooms_per_socket = WORLD_ROOMS_MAX,
        .acks_per_socket = WORLD_ACKS_MAX,
        .namespaces_per_client = WORLD_NAMESPACES_MAX,
        .values_size = WORLD_VALUES_MAX,
        .send_buffer = WORLD_SEND_BUFFER,
    };
    memset(&world, 0, sizeof(world));
    timers_init(&world.timers, 1000);
    world.sio = sio_server_new(&world.timers, &options, &events, &world);
    if (world.sio &&
        sio_namespace_open(world.sio, STR("/"), &world, &world.main) == 0 &&
        sio_namespace_open(world.sio, STR("/game"), NULL, &world.game) == 0)
        return true;
    sio_server_free(world.sio);
    return false;
}

bool world_try_start(void)
{
    return start(false);
}

void world_start(void)
{
    ck_assert(start(false));
}

void world_start_with_notices(void)
{
    ck_assert(start(true));
}

void world_stop(void)
{
    fake_free_all();
    ck_assert_uint_eq(sio_server_clients(world.sio), 0);
    sio_server_free(world.sio);
    ck_assert_int_eq(timers_wait(&world.timers), -1);
    timers_free(&world.timers);
    ck_assert_int_eq(mem_live(), 0);
}

void world_expect(const char *journal)
{
    ck_assert_str_eq(world.journal, journal);
    world_forget();
}

void world_forget(void)
{
    world.journal_length = 0;
    world.journal[0] = '\0';
}

void world_advance(int64_t ms)
{
    timers_run(&world.timers, world.timers.now + ms);
}

struct sio_socket *world_join(struct eio_session **ret_session)
{
    *ret_session = fake_open(world.sio);
    return world_join_more(*ret_session, "0");
}

struct sio_socket *world_join_more(struct eio_session *session,
                                   const char *packet)
{
    world.socket = NULL;
    fake_text(session, packet);
    ck_assert_ptr_nonnull(world.socket);
    ck_assert(sio_socket_connected(world.socket));
    world_forget();
    fake_skip(session);
    return world.socket;
}

static struct sio_packet *build(struct sio_namespace *n, const char *name,
                                const char *text, bool binary)
{
    struct sio_builder b;
    int error;

    sio_builder_init(&b, 4096, 10);
    ck_assert_int_eq(
        sio_builder_event(&b, sio_namespace_name(n), false, 0, str_z(name)), 0);
    if (binary)
        json_put_binary(&b.json, str_z(text));
    else
        json_put_string(&b.json, str_z(text));
    return sio_builder_finish(&b, &error);
}

struct sio_packet *world_packet(struct sio_namespace *n, const char *name,
                                const char *text)
{
    return build(n, name, text, false);
}

struct sio_packet *world_binary_packet(struct sio_namespace *n,
                                       const char *name, const char *text)
{
    return build(n, name, text, true);
}

static int send(struct sio_socket *s, const char *name, const char *text,
                bool is_volatile)
{
    struct sio_packet *packet =
        world_packet(sio_socket_namespace(s), name, text);
    if (!packet)
        return ERR_NOMEM;
    int result = sio_socket_send(s, packet, is_volatile);
    sio_packet_unref(packet);
    return result;
}

int world_send(struct sio_socket *s, const char *name, const char *text)
{
    return send(s, name, text, false);
}

int world_send_volatile(struct sio_socket *s, const char *name,
                        const char *text)
{
    return send(s, name, text, true);
}
