/* SPDX-License-Identifier: MIT */
#include "operation/control.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "host/report.h"
#include "json/writer.h"
#include "net/http_server.h"
#include "net/listener.h"
#include "net/unix_socket.h"
#include "operation/control_orders.h"
#include "operation/control_sockets.h"
#include "operation/control_why.h"
#include "socketio/socketio.h"

#define CONNECTIONS_MAX 16
#define TIMEOUT_MS      10000
#define HEADER_MAX      8192
#define ANSWER_MAX      ((size_t)16 << 20)

struct control {
    struct reloader *reloader;
    struct host *host;
    struct http_server *http;
    struct listener *listener;
    char *path;
    char config[PATH_MAX]; /* absolute */
    int64_t since;
};

/* Somebody who waits for the end of a reload. */
struct waiting {
    struct reload_watch watch;
    struct http_exchange *exchange;
};

/* --- what is told --- */

/* A text of several lines, as an array of them. */
static void put_lines(struct json_writer *w, struct str text)
{
    json_open_array(w);
    while (text.n > 0) {
        struct str line = str_cut(&text, '\n');
        json_put_string(w, line);
    }
    json_close_array(w);
}

static void put_reload(struct json_writer *w, const struct reload_outcome *last)
{
    json_open_object(w);
    json_put_key(w, STR("number"));
    json_put_uint(w, last->number);
    if (last->number > 0) {
        json_put_key(w, STR("when"));
        json_put_int(w, last->when);
        json_put_key(w, STR("good"));
        json_put_bool(w, last->good);
        json_put_key(w, STR("lines"));
        put_lines(w, last->text);
    }
    json_close_object(w);
}

static void put_last_reload(struct json_writer *w, const struct control *c)
{
    put_reload(w, reloader_last(c->reloader));
}

static void put_plugins(struct json_writer *w, const struct control *c)
{
    json_open_object(w);
    json_put_key(w, STR("plugins"));
    report_plugins(c->host, w);
    json_put_key(w, STR("leftOut"));
    report_left_out(c->host, w);
    json_put_key(w, STR("reload"));
    put_last_reload(w, c);
    json_close_object(w);
}

/* How many sockets are in each. */
static void put_namespaces(struct json_writer *w, const struct sio_server *sio)
{
    const struct sio_namespace *n;
    uint32_t cursor = 0;

    json_open_object(w);
    while ((n = sio_namespace_next(sio, &cursor))) {
        json_put_key(w, sio_namespace_name(n));
        json_put_uint(w, sio_namespace_size(n));
    }
    json_close_object(w);
}

static void put_server(struct json_writer *w, const struct control *c)
{
    json_open_object(w);
    json_put_key(w, STR("name"));
    json_put_string(w, STR("mortise"));
    json_put_key(w, STR("version"));
    json_put_string(w, STR(MORTISE_VERSION));
    json_put_key(w, STR("pid"));
    json_put_int(w, getpid());
    json_put_key(w, STR("config"));
    json_put_string(w, str_z(c->config));
    json_put_key(w, STR("since"));
    json_put_int(w, c->since);
    json_put_key(w, STR("clients"));
    json_put_uint(w, sio_server_clients(c->host->sio));
    json_put_key(w, STR("namespaces"));
    put_namespaces(w, c->host->sio);
    json_put_key(w, STR("leftOut"));
    report_left_out(c->host, w);
    json_close_object(w);
}

static void answer_json(const struct control *c, struct http_exchange *x,
                        void (*put)(struct json_writer *,
                                    const struct control *))
{
    struct http_response r = {.status = 200, .type = STR("application/json")};
    struct json_writer w;
    struct buf out;

    buf_init(&out, ANSWER_MAX);
    json_writer_init(&w, &out);
    put(&w, c);
    buf_append_char(&out, '\n');
    r.body = buf_to_slice(&out);
    if (r.body)
        http_respond(x, &r);
    else
        http_respond_status(x, 500);
    slice_unref(r.body);
    buf_free(&out);
}

/* --- reloads --- */

static void on_ended(struct reload_watch *watch,
                     const struct reload_outcome *outcome)
{
    struct waiting *waiting = CONTAINER_OF(watch, struct waiting, watch);
    struct http_response r = {.status = outcome->good ? 200 : 409,
                              .type = STR("text/plain; charset=utf-8"),
                              .text = outcome->text};

    http_respond(waiting->exchange, &r);
    mem_free(waiting);
}

static void begin_reload(const struct control *c, struct http_exchange *x)
{
    struct waiting *waiting = mem_zalloc(sizeof(*waiting));

    if (!waiting) {
        http_respond_status(x, 503);
        return;
    }
    waiting->exchange = x;
    waiting->watch.ended = on_ended;
    x->data = waiting;
    reloader_watch(c->reloader, &waiting->watch);
    reloader_request(c->reloader);
}

/* As SIGTERM does, which is also whoever comes after this one. */
static void begin_drain(const struct control *c, struct http_exchange *x)
{
    struct http_response r = {
        .status = 202, .type = STR("text/plain"), .text = STR("it stops\n")};

    if (kill(getpid(), SIGTERM) == 0)
        http_respond(x, &r);
    else
        http_respond_status(x, 500);
}

static void on_aborted(void *user, struct http_exchange *x)
{
    const struct control *c = user;
    struct waiting *waiting = x->data;

    if (!waiting)
        return;
    reloader_unwatch(c->reloader, &waiting->watch);
    mem_free(waiting);
}

/* --- requests --- */

static const struct order {
    struct str path;
    void (*put)(struct json_writer *w, const struct control *c);
    void (*post)(const struct control *c, struct http_exchange *x);
} orders[] = {
    {{"/", 1}, put_server, NULL},
    {{"/plugins", 8}, put_plugins, NULL},
    {{"/reload", 7}, put_last_reload, begin_reload},
    {{"/drain", 6}, put_server, begin_drain},
};

static void refuse_method(struct http_exchange *x, const struct order *order)
{
    struct http_response r = {.status = 405,
                              .type = STR("text/plain"),
                              .headers = order->post
                                             ? STR("Allow: GET, HEAD, POST\r\n")
                                             : STR("Allow: GET, HEAD\r\n"),
                              .text = STR("Method Not Allowed\n")};

    http_respond(x, &r);
}

static void on_request(void *user, struct http_exchange *x)
{
    const struct control *c = user;

    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        const struct order *order = &orders[i];
        if (!str_eq(x->head.path, order->path))
            continue;
        if (x->head.method == HTTP_GET || x->head.method == HTTP_HEAD)
            answer_json(c, x, order->put);
        else if (x->head.method == HTTP_POST && order->post)
            order->post(c, x);
        else
            refuse_method(x, order);
        return;
    }
    http_respond_status(x, 404);
}

static const struct http_handler handler = {.request = on_request,
                                            .aborted = on_aborted};

/* --- around it --- */

static void accepted(void *user, int fd, struct str peer)
{
    const struct control *c = user;
    http_server_accept(c->http, fd, peer);
}

static const struct listener_events events = {.accepted = accepted};

static char *find_path(const struct config *config, const struct host *host)
{
    struct buf path;
    char *copy = NULL;

    if (config->control.n > 0)
        return mem_dupz(config->control.p, config->control.n);
    buf_init(&path, PATH_MAX);
    buf_printf(&path, "%s/" RUN_DIR_CONTROL, host->run_dir.path);
    if (path.error == 0)
        copy = mem_dupz(path.p, path.n);
    buf_free(&path);
    return copy;
}

static int open_socket(struct loop *loop, struct control *c, struct buf *why)
{
    int fd = unix_socket_listen(c->path, 0600);

    if (fd < 0) {
        buf_printf(why, "the control socket %s: %s\n", c->path,
                   errno == ENAMETOOLONG
                       ? "a socket's path has at most 107 bytes; \"control\" "
                         "can name another, \"runDir\" a shorter folder"
                       : strerror(errno));
        mem_free(c->path);
        c->path = NULL; /* which is somebody else's, perhaps */
        return ERR_IO;
    }
    return listener_adopt(loop, fd, &events, c, &c->listener);
}

int control_new(struct loop *loop, struct reloader *reloader, struct host *host,
                struct eio_server *engine, struct control **ret_control,
                struct buf *why)
{
    struct http_limits limits = {.connections = CONNECTIONS_MAX,
                                 .header_size = HEADER_MAX,
                                 .header_timeout = TIMEOUT_MS,
                                 .body_timeout = TIMEOUT_MS,
                                 .keep_alive_timeout = TIMEOUT_MS,
                                 .send_buffer = ANSWER_MAX};
    struct control *c = mem_zalloc(sizeof(*c));
    int error = ERR_NOMEM;

    if (!c)
        return error;
    c->reloader = reloader;
    c->host = host;
    c->since = clock_wall_ms();
    if (!realpath(reloader_file(reloader), c->config))
        c->config[0] = '\0'; /* it has gone since it was read */
    c->path = find_path(reloader_config(reloader), host);
    c->http = http_server_new(loop, &limits);
    if (c->path && c->http)
        error = http_server_mount(c->http, STR("/"), &handler, c);
    if (error == 0)
        error = http_server_mount(c->http, STR("/commands"),
                                  &control_orders_handler, host);
    for (const char *const *path = control_sockets_paths; *path && error == 0;
         path++)
        error = http_server_mount(c->http, str_z(*path),
                                  &control_sockets_handler, host);
    if (error == 0)
        error = http_server_mount(c->http, STR("/why"), &control_why_handler,
                                  engine);
    if (error == 0)
        error = open_socket(loop, c, why);
    if (error == 0)
        *ret_control = c;
    else
        control_free(c);
    return error;
}

void control_free(struct control *c)
{
    if (!c)
        return;
    listener_free(c->listener);
    if (c->path)
        unix_socket_remove(c->path);
    http_server_free(c->http);
    mem_free(c->path);
    mem_free(c);
}
