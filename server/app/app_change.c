/* SPDX-License-Identifier: MIT */
#include "app/app_change.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app_internal.h"
#include "app/client_files.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/host.h"
#include "host/options.h"
#include "net/listener.h"
#include "net/static_files.h"
#include "net/tls.h"
#include "playground/playground.h"
#include "process/descriptors.h"

/* Of the line that says where the server listens. */
#define URLS_MAX 65536

struct app_change {
    struct app *app;
    const struct config *after;
    struct eio_terms *terms;
    struct client_files *client;
    struct static_files *web; /* the app's own, when it stays */
    struct tls_context *tls;  /* anew: a certificate is renewed in its file */
    int log;                  /* a descriptor; -1: stderr */
    /* All that there will be, those of the app that stay among them; NULL:
     * they are the command line's. */
    struct listener **listeners;
    uint32_t listener_count;
    struct buf urls; /* of those that are new */
};

/* --- listeners --- */

static struct listener *find_listener(const struct app *app, struct str address)
{
    for (uint32_t i = 0; i < app->listener_count; i++)
        if (str_eq(listener_address(app->listeners[i]), address))
            return app->listeners[i];
    return NULL;
}

static bool is_listed(struct listener *const *listeners, uint32_t count,
                      const struct listener *l)
{
    for (uint32_t i = 0; i < count; i++)
        if (listeners[i] == l)
            return true;
    return false;
}

static bool is_new(const struct app_change *change, const struct listener *l)
{
    return !is_listed(change->app->listeners, change->app->listener_count, l);
}

static bool stays(const struct config_strings *listen, const struct listener *l)
{
    for (uint32_t i = 0; i < listen->count; i++)
        if (str_eq(listen->items[i], listener_address(l)))
            return true;
    return false;
}

/* A listener that goes may have the port of one that comes, as when
 * "localhost:3000" becomes ":3000". Returns whether there is one. */
static bool share_those_that_go(const struct app_change *change, bool on)
{
    const struct app *app = change->app;
    bool any = false;

    for (uint32_t i = 0; i < app->listener_count; i++) {
        if (stays(&change->after->listen, app->listeners[i]))
            continue;
        listener_share(app->listeners[i], on);
        any = true;
    }
    return any;
}

static int open_new_listener(struct app_change *change, struct str address,
                             bool beside, struct buf *why)
{
    struct listener *l;
    int error = app_open_listener(change->app, address, beside, &l, why);

    if (error < 0)
        return error;
    change->listeners[change->listener_count++] = l;
    buf_append_z(&change->urls, change->urls.n > 0 ? " " : "listening on ");
    listener_url(l, &change->urls);
    return change->urls.error;
}

static int prepare_listeners(struct app_change *change, struct buf *why)
{
    const struct config_strings *listen = &change->after->listen;
    int first_error = 0;

    change->listeners = mem_zalloc(listen->count * sizeof(struct listener *));
    if (!change->listeners)
        return ERR_NOMEM;
    bool beside = share_those_that_go(change, true);
    for (uint32_t i = 0; i < listen->count; i++) {
        struct listener *l = find_listener(change->app, listen->items[i]);
        int error = 0;
        if (l)
            change->listeners[change->listener_count++] = l;
        else
            error = open_new_listener(change, listen->items[i], beside, why);
        if (first_error == 0)
            first_error = error;
    }
    share_those_that_go(change, false);
    return first_error;
}

static void commit_listeners(struct app_change *change)
{
    struct app *app = change->app;

    for (uint32_t i = 0; i < app->listener_count; i++) {
        struct listener *l = app->listeners[i];
        if (is_listed(change->listeners, change->listener_count, l))
            continue;
        log_info("not listening on %.*s any more",
                 STR_ARG(listener_address(l)));
        listener_finish(l);
        listener_free(l);
    }
    for (uint32_t i = 0; i < change->listener_count; i++)
        if (is_new(change, change->listeners[i]))
            listener_start(change->listeners[i]);
    mem_free(app->listeners);
    app->listeners = change->listeners;
    app->listener_count = app->listener_cap = change->listener_count;
    change->listeners = NULL;
    if (change->urls.n > 0) {
        printf("%.*s\n", STR_ARG(buf_str(&change->urls)));
        fflush(stdout);
    }
}

static void abandon_listeners(struct app_change *change)
{
    for (uint32_t i = 0; change->listeners && i < change->listener_count; i++)
        if (is_new(change, change->listeners[i]))
            listener_free(change->listeners[i]);
    mem_free(change->listeners);
}

/* --- files --- */

/* The pages keep their cache where nothing is different. */
static int prepare_web(struct app_change *change, struct buf *why)
{
    struct static_files_options options = app_web_options(change->after);
    struct static_files *now = change->app->web;

    if (now && static_files_same(now, &options)) {
        change->web = now;
        return 0;
    }
    return app_open_web(change->after, &change->web, why);
}

static void commit_files(struct app_change *change)
{
    struct app *app = change->app;
    struct static_files *before = app->web;

    client_files_take(app->client, change->client);
    change->client = NULL;
    app_serve_web(app, change->web);
    if (before != change->web)
        static_files_free(before);
}

/* --- the log --- */

/* Opened anew also when it has the same name: it may have been moved away. */
static int prepare_log(struct app_change *change, struct buf *why)
{
    struct str file = change->after->log_file;
    char *path;

    if (file.n == 0)
        return 0;
    path = mem_dupz(file.p, file.n);
    if (!path)
        return ERR_NOMEM;
    change->log = log_open_file(path);
    if (change->log < 0)
        buf_printf(why, "%.*s: log.file %s: %s\n", STR_ARG(change->after->file),
                   path, strerror(errno));
    mem_free(path);
    return change->log < 0 ? ERR_IO : 0;
}

static void commit_log(struct app_change *change)
{
    const struct config *before = change->app->config;

    if (change->log >= 0 || before->log_file.n > 0)
        log_use_file(change->log);
    log_set_level(change->after->log_level);
    log_set_format(change->after->log_format);
}

bool app_change_moves_files(const struct app_change *change)
{
    return change->web != change->app->web ||
           !tls_context_same(change->tls, change->app->tls);
}

/* --- all of it --- */

static int prepare(struct app_change *change, bool listening, struct buf *why)
{
    struct app *app = change->app;
    struct eio_options options = app_engine_options(app, change->after);

    change->terms = eio_terms_new(&options);
    if (!change->terms)
        return ERR_NOMEM;
    int first_error = app_open_client(app, change->after, &change->client, why);
    int error = prepare_web(change, why);
    if (first_error == 0)
        first_error = error;
    error = prepare_log(change, why);
    if (first_error == 0)
        first_error = error;
    error = app_open_tls(change->after, &change->tls, why);
    if (first_error == 0)
        first_error = error;
    error = listening ? 0 : prepare_listeners(change, why);
    return first_error == 0 ? error : first_error;
}

int app_change_prepare(struct app *app, const struct config *after,
                       bool listening, struct app_change **ret_change,
                       struct buf *why)
{
    struct app_change *change = mem_zalloc(sizeof(*change));
    if (!change)
        return ERR_NOMEM;
    change->app = app;
    change->after = after;
    change->web = app->web;
    change->log = -1;
    buf_init(&change->urls, URLS_MAX);
    int error = prepare(change, listening, why);
    if (error < 0) {
        app_change_abandon(change);
        return error;
    }
    *ret_change = change;
    return 0;
}

void app_change_commit(struct app_change *change)
{
    struct app *app = change->app;
    const struct config *after = change->after;
    struct http_limits limits = app_http_limits(after);
    struct http_proxies proxies = app_proxies(after);
    struct eio_options options = app_engine_options(app, after);

    if (after->limits.connections > app->config->limits.connections)
        descriptors_raise(after->limits.connections);
    http_server_set_limits(app->http, &limits);
    http_server_set_proxies(app->http, &proxies);
    eio_server_change(app->engine, &options, change->terms);
    change->terms = NULL;
    host_set_options(app->host, after);
    app->cors = app_cors(after);
    commit_files(change);
    playground_configure(app->playground, after);
    if (change->tls && !tls_context_same(change->tls, app->tls))
        log_info("tls: another certificate is shown from now on");
    tls_context_free(app->tls);
    app->tls = change->tls;
    if (change->listeners)
        commit_listeners(change);
    commit_log(change);
    app->config = after;
    buf_free(&change->urls);
    mem_free(change);
}

void app_change_abandon(struct app_change *change)
{
    if (!change)
        return;
    eio_terms_unref(change->terms);
    client_files_free(change->client);
    if (change->web != change->app->web)
        static_files_free(change->web);
    abandon_listeners(change);
    tls_context_free(change->tls);
    if (change->log >= 0)
        close(change->log);
    buf_free(&change->urls);
    mem_free(change);
}
