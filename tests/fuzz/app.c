/* SPDX-License-Identifier: MIT */
#include "app.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "fuzz.h"

/* How often the loop turns until a byte that was sent has had all its
 * effects: callbacks, answers, what is put off to the next turn. */
#define TURNS 4

static const struct http_limits http_limits = {
    .connections = 8,
    .header_size = 2048,
    .header_timeout = 1000,
    .body_timeout = 1000,
    .keep_alive_timeout = 1000,
    .send_buffer = APP_SEND_BUFFER,
};

static const struct eio_options eio_options = {
    .ping_interval = 2000,
    .ping_timeout = 1000,
    .upgrade_timeout = 1000,
    .max_payload = APP_MAX_PAYLOAD,
    .send_buffer = APP_SEND_BUFFER,
    .packets_per_payload = 500,
    .sessions = 3,
    .polling = true,
    .websocket = true,
    .allow_upgrades = true,
    .allow_eio3 = true,
    .cors = {.enabled = true, .reflect = true, .max_age = -1},
};

static const struct sio_options sio_options = {
    .connect_timeout = 1500,
    .attachments = 10,
    .json_depth = 16,
    .json = true,
    .msgpack = true,
    .rooms_per_socket = 4,
    .acks_per_socket = 4,
};

/* --- what the application does --- */

/* An event with the same arguments, or, with an id, the answer to one. */
static struct sio_packet *same_args(struct app *app,
                                    const struct sio_event *event, bool answer,
                                    const uint64_t *ask)
{
    struct str name_space = sio_namespace_name(app->name_space);
    struct sio_builder *b = &app->builder;
    int error;

    if (answer)
        sio_builder_ack(b, name_space, event->ack_id);
    else if (sio_builder_event(b, name_space, ask != NULL, ask ? *ask : 0,
                               STR("back")) < 0)
        return NULL;
    for (const struct json *v = event->args->child->next; v; v = v->next)
        json_put_value(&b->json, v);
    return sio_builder_finish(b, &error);
}

static void send_back(struct app *app, struct sio_socket *s,
                      const struct sio_event *event)
{
    struct sio_packet *packet = same_args(app, event, event->wants_ack, NULL);
    if (packet && event->wants_ack)
        sio_socket_answer(s, packet);
    else if (packet)
        sio_socket_send(s, packet, false);
    sio_packet_unref(packet);
}

static void ask(struct app *app, struct sio_socket *s,
                const struct sio_event *event)
{
    uint64_t id;

    if (sio_socket_ask(s, 500, ++app->asked, &id) < 0) {
        app->asked--;
        return;
    }
    struct sio_packet *packet = same_args(app, event, false, &id);
    if ((!packet || sio_socket_send(s, packet, false) < 0) &&
        sio_socket_unask(s, id) != 0)
        app->asked--;
    sio_packet_unref(packet);
}

static void send_to(struct app *app, struct str room, struct sio_socket *skip,
                    bool is_volatile, const struct sio_event *event)
{
    struct sio_target target = {
        .name_space = app->name_space,
        .all = room.n == 0,
        .rooms = &room,
        .room_count = 1,
        .skip = skip,
        .is_volatile = is_volatile,
    };
    struct sio_packet *packet = same_args(app, event, false, NULL);
    if (packet)
        sio_broadcast(&target, packet);
    sio_packet_unref(packet);
}

static void on_event(void *user, struct sio_socket *s,
                     const struct sio_event *event)
{
    struct app *app = user;
    struct str room = STR("");

    json_string(event->args->child->next, &room);
    if (str_eq(event->name, STR("join")))
        sio_socket_join(s, room);
    else if (str_eq(event->name, STR("leave")))
        sio_socket_leave(s, room);
    else if (str_eq(event->name, STR("ask")))
        ask(app, s, event);
    else if (str_eq(event->name, STR("all")))
        send_to(app, STR(""), NULL, false, event);
    else if (str_eq(event->name, STR("others")))
        send_to(app, STR(""), s, true, event);
    else if (str_eq(event->name, STR("room")))
        send_to(app, room, NULL, false, event);
    else if (str_eq(event->name, STR("out")))
        sio_socket_disconnect(s, room.n > 0);
    else
        send_back(app, s, event);
}

/* auth {"later":true} waits for app_advance(), {"no":true} is refused. */
static enum sio_decision on_connecting(void *user, struct sio_socket *s,
                                       const struct json *auth)
{
    struct app *app = user;

    if (json_get(auth, STR("no"))) {
        sio_socket_refuse(s, STR("no"), STR("{\"a\":1}"));
        return SIO_REFUSE;
    }
    if (!json_get(auth, STR("later")))
        return SIO_ACCEPT;
    app->undecided = sio_socket_handle(s);
    return SIO_LATER;
}

static void decide(struct app *app)
{
    struct sio_socket *s = sio_socket_find(app->sio, app->undecided);
    bool accept = app->undecided % 2 == 0;

    app->undecided = 0;
    if (s && accept)
        sio_socket_accept(s);
    else if (s)
        sio_socket_refuse(s, STR("late"), STR(""));
}

static void on_connect(void *user, struct sio_socket *s,
                       const struct json *auth)
{
    assert(sio_socket_connected(s) && auth->type == JSON_OBJECT);
}

static void on_answer(void *user, struct sio_socket *s, uint64_t cookie,
                      int status, const struct json *args)
{
    struct app *app = user;
    assert(app->asked > 0 && cookie > 0);
    assert((status == 0) == (args != NULL));
    app->asked--;
}

static void on_gone(void *user, struct sio_socket *s, enum sio_reason reason)
{
    assert(!sio_socket_connected(s) && sio_reason_text(reason));
}

static const struct sio_events events = {
    .connecting = on_connecting,
    .connect = on_connect,
    .event = on_event,
    .answer = on_answer,
    .disconnecting = on_gone,
    .disconnect = on_gone,
};

/* --- its life --- */

void app_start(struct app *app)
{
    int error;

    *app = (struct app){.loop = loop_new()};
    assert(app->loop);
    app->http = http_server_new(app->loop, &http_limits);
    app->sio = sio_server_new(&app->loop->timers, &sio_options, &events, app);
    assert(app->http && app->sio);
    app->eio =
        eio_server_new(app->loop, &eio_options, &sio_eio_events, app->sio);
    assert(app->eio);
    error = sio_namespace_open(app->sio, STR("/"), NULL, &app->name_space);
    assert(error == 0);
    error =
        http_server_mount(app->http, STR("/s/"), &eio_http_handler, app->eio);
    assert(error == 0);
    sio_builder_init(&app->builder, APP_SEND_BUFFER, 10);
}

void app_stop(struct app *app)
{
    eio_server_shutdown(app->eio);
    http_server_free(app->http);
    loop_turn(app->loop, 0);
    eio_server_free(app->eio);
    assert(sio_server_clients(app->sio) == 0 && app->asked == 0);
    sio_server_free(app->sio);
    loop_free(app->loop);
}

int app_connect(struct app *app)
{
    int fds[2];
    int error =
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds);
    assert(error == 0);
    http_server_accept(app->http, fds[0], STR("192.0.2.1"));
    return fds[1];
}

void app_turn(struct app *app)
{
    for (int i = 0; i < TURNS; i++)
        loop_turn(app->loop, 0);
}

void app_advance(struct app *app, int64_t ms)
{
    if (app->undecided)
        decide(app);
    timers_run(&app->loop->timers, loop_now(app->loop) + ms);
    app_turn(app);
}
