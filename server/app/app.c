/* SPDX-License-Identifier: MIT */
#include "app/app_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/app_metrics.h"
#include "app/app_rest.h"
#include "app/client_files.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/host.h"
#include "host/services/settings.h"
#include "net/listen_address.h"
#include "net/listener.h"
#include "net/static_files.h"
#include "net/tls.h"
#include "playground/playground.h"
#include "socketio/socketio.h"

int app_open_client(struct app *app, const struct config *c,
                    struct client_files **ret_client, struct buf *why)
{
    struct str dir = c->serve_client ? c->client_dir : STR("");
    struct client_files *client;

    errno = 0;
    client = client_files_new(dir, c->path, &app->cors, app->engine);
    if (!client && c->mode == CONFIG_DEVELOPMENT) {
        log_warn("clientDir %.*s: %s; the client files are not served",
                 STR_ARG(dir), strerror(errno));
        client = client_files_new(STR(""), c->path, &app->cors, app->engine);
    }
    if (!client) {
        buf_printf(why, "%.*s: clientDir %.*s: %s\n", STR_ARG(c->file),
                   STR_ARG(dir), strerror(errno));
        return ERR_IO;
    }
    *ret_client = client;
    return 0;
}

/* Mounts Engine.IO with the client files. */
static int mount(struct app *app, struct buf *why)
{
    struct buf prefix;
    int error = app_open_client(app, app->config, &app->client, why);

    if (error < 0)
        return error;
    buf_init(&prefix, 4096);
    buf_append_str(&prefix, app->config->path);
    buf_append_char(&prefix, '/');
    error = prefix.error < 0
                ? prefix.error
                : http_server_mount(app->http, buf_str(&prefix),
                                    &client_files_handler, app->client);
    buf_free(&prefix);
    return error;
}

struct static_files_options app_web_options(const struct config *c)
{
    struct str immutable = c->web.immutable;

    if (immutable.n > 0) /* it begins with the slash that is the prefix */
        immutable = str_of(immutable.p + 1, immutable.n - 1);
    return (struct static_files_options){
        .root = c->web.root,
        .prefix = STR("/"),
        .max_age = c->web.max_age,
        .immutable = immutable,
        .fallback = c->web.fallback,
        .policy = c->web.policy,
    };
}

int app_open_web(const struct config *c, struct static_files **ret_web,
                 struct buf *why)
{
    struct static_files_options options = app_web_options(c);

    *ret_web = NULL;
    if (c->web.root.n == 0)
        return 0;
    errno = 0;
    *ret_web = static_files_new(&options);
    if (*ret_web)
        return 0;
    if (c->mode == CONFIG_DEVELOPMENT) {
        log_warn("static root %.*s: %s; no pages are served",
                 STR_ARG(c->web.root), strerror(errno));
        return 0;
    }
    buf_printf(why, "%.*s: static root %.*s: %s\n", STR_ARG(c->file),
               STR_ARG(c->web.root), strerror(errno));
    return ERR_IO;
}

/* The page of the playground is there, and is one, only where that is. */
static void serve_playground(const struct app *app, struct http_exchange *x)
{
    if (!playground_is_open(app->playground) ||
        (x->head.method != HTTP_GET && x->head.method != HTTP_HEAD) ||
        !static_files_serve(app->web, x, STR(PLAYGROUND_FILE), STR(""),
                            STR("")))
        http_respond_status(x, 404);
}

static void on_page(void *user, struct http_exchange *x)
{
    const struct app *app = user;

    if (str_eq(x->head.path, STR(PLAYGROUND_PAGE)) ||
        str_eq(x->head.path, STR("/" PLAYGROUND_FILE)))
        serve_playground(app, x);
    else
        static_files_handler.request(app->web, x);
}

static const struct http_handler pages_handler = {.request = on_page};

void app_serve_web(struct app *app, struct static_files *web)
{
    struct requests *requests = &app->host->requests;

    app->web = web;
    requests->files = web ? &pages_handler : NULL;
    requests->files_user = app;
}

/* The routes of the plugins, with the pages behind them. */
static int mount_routes(struct app *app, struct buf *why)
{
    struct static_files *web;
    int error = app_open_web(app->config, &web, why);

    if (error < 0)
        return error;
    app_serve_web(app, web);
    app->host->requests.cors = &app->cors;
    error = http_server_mount(app->http, STR(PLAYGROUND_PREFIX),
                              &playground_handler, app->playground);
    if (error < 0)
        return error;
    return http_server_mount(app->http, STR("/"), &requests_handler, app->host);
}

/* On a thread of the pool: a job of a plugin is done. */
static void wake(void *user)
{
    loop_wake(user);
}

static void woken(void *user)
{
    jobs_collect(user);
}

static int build(struct app *app, struct buf *why)
{
    app->host = host_new(&app->loop->timers, app->config);
    if (!app->host)
        return ERR_NOMEM;
    app->host->jobs.wake = wake;
    app->host->jobs.wake_user = app->loop;
    app->loop->woken = woken;
    app->loop->woken_user = app->host;
    int error = host_start(app->host, app->config, why);
    if (error < 0)
        return error;
    struct http_limits limits = app_http_limits(app->config);
    struct http_proxies proxies = app_proxies(app->config);
    if (app->config->why.notes > 0) {
        app->book = story_book_new((uint32_t)app->config->why.notes,
                                   (uint32_t)app->config->why.connections);
        if (!app->book)
            return ERR_NOMEM;
    }
    struct eio_options options = app_engine_options(app, app->config);
    app->http = http_server_new(app->loop, &limits);
    app->sio = host_new_sio(app->host, app->config);
    if (app->sio)
        app->engine =
            eio_server_new(app->loop, &options, &sio_eio_events, app->sio);
    app->playground = playground_new(app->host);
    if (!app->http || !app->engine || !app->playground)
        return ERR_NOMEM;
    sio_server_set_intake(app->sio, http_server_intake(app->http));
    app_metrics_init(app);
    app_rest_init(app);
    playground_configure(app->playground, app->config);
    http_server_set_proxies(app->http, &proxies);
    error = host_attach(app->host, app->sio);
    if (error == 0)
        error = mount(app, why);
    if (error == 0)
        error = app_open_tls(app->config, &app->tls, why);
    return error == 0 ? mount_routes(app, why) : error;
}

struct app *app_new(struct loop *loop, const struct config *config,
                    struct buf *why)
{
    struct app *app = mem_zalloc(sizeof(*app));
    int error = ERR_NOMEM;

    if (app) {
        app->loop = loop;
        app->config = config;
        app->cors = app_cors(config);
        error = build(app, why);
    }
    if (error == 0) {
        settings_warn_of_development(config);
        return app;
    }
    if (why->n == 0)
        buf_printf(why, "cannot start: %s\n", error_text(error));
    app_free(app);
    return NULL;
}

struct host *app_host(struct app *app)
{
    return app->host;
}

struct eio_server *app_engine(struct app *app)
{
    return app->engine;
}

struct playground *app_playground(struct app *app)
{
    return app->playground;
}

static void close_listeners(struct app *app)
{
    while (app->listener_count > 0)
        listener_free(app->listeners[--app->listener_count]);
}

/* From the top of the wire down: sessions end and tell the plugins, then
 * connections go. WebSockets that are still ending count at the HTTP server,
 * so that goes after them. The plugins are next. */
static void close_wire(struct app *app)
{
    close_listeners(app);
    mem_free(app->listeners);
    app_metrics_stop(app);
    app_rest_stop(app);
    if (app->playground)
        playground_close(app->playground);
    if (app->engine)
        eio_server_shutdown(app->engine);
    loop_turn(app->loop, 0);
    eio_server_free(app->engine);
    story_book_free(app->book);
    http_server_free(app->http);
    client_files_free(app->client);
    static_files_free(app->web);
    if (app->host)
        host_detach(app->host);
    sio_server_free(app->sio);
    playground_free(app->playground);
    app->loop->woken = NULL;
}

void app_free(struct app *app)
{
    if (!app)
        return;
    close_wire(app);
    host_free(app->host);
    tls_context_free(app->tls);
    mem_free(app);
}

bool app_is_held(struct app *app)
{
    return jobs_running(app->host, NULL);
}

void app_leave(struct app *app)
{
    close_wire(app);
    host_give_up(app->host);
}

static void accepted(void *user, int fd, struct str peer)
{
    struct app *app = user;
    http_server_accept(app->http, fd, peer);
}

static void accepted_proxied(void *user, int fd, struct str peer)
{
    struct app *app = user;
    if (!http_server_accept_proxied(app->http, fd, peer))
        log_remark("a connection of %.*s was refused: it is none of the "
                   "trusted proxies",
                   STR_ARG(peer));
}

static void accepted_tls(void *user, int fd, struct str peer)
{
    struct app *app = user;

    if (app->tls)
        http_server_accept_tls(app->http, fd, peer, app->tls);
    else
        close(fd); /* who was on the way when a reload took it away */
}

static const struct listener_events listener_events = {.accepted = accepted};
static const struct listener_events proxied_events = {.accepted =
                                                          accepted_proxied};
static const struct listener_events tls_events = {.accepted = accepted_tls};

int app_open_tls(const struct config *c, struct tls_context **ret_tls,
                 struct buf *why)
{
    struct tls_options o = {.require_client = c->tls.demand == 1,
                            .only_1_3 = c->tls.version == 1};
    char *certificate = NULL, *key = NULL, *client_ca = NULL;
    size_t before = why->n;
    int error = 0;

    *ret_tls = NULL;
    if (c->tls.certificate.n == 0)
        return 0;
    certificate = mem_dupz(c->tls.certificate.p, c->tls.certificate.n);
    key = mem_dupz(c->tls.key.p, c->tls.key.n);
    if (c->tls.client_ca.n > 0)
        client_ca = mem_dupz(c->tls.client_ca.p, c->tls.client_ca.n);
    o.certificate = certificate;
    o.key = key;
    o.client_ca = client_ca;
    /* Who asks for certificates is not to go without for want of memory. */
    if (certificate && key && (client_ca || c->tls.client_ca.n == 0))
        *ret_tls = tls_context_new(&o, why);
    if (!*ret_tls)
        error = why->n > before ? ERR_IO : ERR_NOMEM;
    mem_free(certificate);
    mem_free(key);
    mem_free(client_ca);
    return error;
}

int app_open_listener(struct app *app, struct str address, bool beside,
                      struct listener **ret_listener, struct buf *why)
{
    struct str place = address;
    static const struct listener_events *const manners[] = {
        [LISTEN_PLAIN] = &listener_events,
        [LISTEN_BY_PROXY] = &proxied_events,
        [LISTEN_BY_TLS] = &tls_events,
    };
    int error = listener_open(app->loop, address, beside,
                              manners[listen_address_cut(&place)], app,
                              ret_listener, why);
    if (error < 0)
        buf_append_char(why, '\n');
    return error;
}

/* The configuration's own addresses were checked with it. */
static int check_manner(const struct app *app, struct str address,
                        struct buf *why)
{
    struct str place = address;
    enum listen_manner manner = listen_address_cut(&place);

    if (manner == LISTEN_BY_PROXY && app->config->trusted_proxies.count == 0)
        buf_printf(why,
                   "cannot listen on \"%.*s\": only trusted proxies may "
                   "connect there, and \"trustedProxies\" lists none\n",
                   STR_ARG(address));
    else if (manner == LISTEN_BY_TLS && !app->tls)
        buf_printf(why,
                   "cannot listen on \"%.*s\": that needs a certificate, and "
                   "\"tls\" names none\n",
                   STR_ARG(address));
    else
        return 0;
    return ERR_DENIED;
}

int app_listen(struct app *app, struct str address, struct buf *url,
               struct buf *why)
{
    struct listener *l;
    int error =
        mem_grow((void **)&app->listeners, &app->listener_cap,
                 (size_t)app->listener_count + 1, sizeof(app->listeners[0]));
    if (error < 0)
        return error;
    error = check_manner(app, address, why);
    if (error == 0)
        error = app_open_listener(app, address, false, &l, why);
    if (error < 0)
        return error;
    listener_start(l);
    app->listeners[app->listener_count++] = l;
    listener_url(l, url);
    return 0;
}

/* Turns the loop once; false: it is the time. */
static bool turn_until(struct app *app, int64_t end)
{
    int64_t left = end - clock_mono_ms();

    if (left <= 0)
        return false;
    loop_turn(app->loop, left);
    return true;
}

void app_drain(struct app *app, const volatile sig_atomic_t *hurry)
{
    int64_t end = clock_mono_ms() + app->config->drain_timeout;

    close_listeners(app);
    app->host->requests.health.stopping = true;
    playground_close(app->playground);
    http_server_drain(app->http);
    eio_server_drain(app->engine);
    while (http_server_connections(app->http) > 0 && !*hurry &&
           turn_until(app, end))
        ;
    jobs_stop(app->host);
    while (app_is_held(app) && !*hurry && turn_until(app, end))
        ;
}
