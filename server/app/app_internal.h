/* SPDX-License-Identifier: MIT */
/*
 * What app.c (the start and the end) and app_change.c (what comes between)
 * share. Every floor was told what it is by app->config, and nothing of it
 * points into an older one.
 */
#ifndef MORTISE_APP_INTERNAL_H
#define MORTISE_APP_INTERNAL_H

#include "app/app.h"
#include "base/thrift.h"
#include "engineio/engineio.h"
#include "net/http_server.h"

struct app {
    struct loop *loop;
    const struct config *config; /* in effect */
    struct http_server *http;
    struct static_files *web; /* NULL: no pages are served */
    struct playground *playground;
    struct client_files *client;
    struct eio_server *engine;
    struct story_book *book; /* NULL: none is kept */
    struct sio_server *sio;
    struct cors_options cors; /* others point here */
    struct host *host;
    struct tls_context *tls; /* NULL: no certificate is configured */
    struct {
        struct timer timer; /* runs while somebody reads the metrics */
        int64_t due;        /* ms */
        int64_t worst;      /* ms that it was late, since they were read */
        int turns;          /* how often it fires again */
    } lag;
    struct {
        struct timer timer;
        struct thrift thrift;
    } rest; /* app_rest.c */
    struct listener **listeners;
    uint32_t listener_count, listener_cap;
};

/* What the floors are told. */
struct http_limits app_http_limits(const struct config *c);
struct http_proxies app_proxies(const struct config *c);
struct cors_options app_cors(const struct config *c);
struct eio_options app_engine_options(const struct app *app,
                                      const struct config *c);

/*
 * Opens the client files that a configuration asks for, or the folder of its
 * pages (NULL where there is none, or, in development, none could be opened).
 * ERR_IO with a line in *why.
 */
int app_open_client(struct app *app, const struct config *c,
                    struct client_files **ret_client, struct buf *why);
int app_open_web(const struct config *c, struct static_files **ret_web,
                 struct buf *why);
struct static_files_options app_web_options(const struct config *c);
/* The pages from now on; NULL: none. */
void app_serve_web(struct app *app, struct static_files *web);

/* What is shown to clients that speak TLS (NULL where nothing is configured).
 * ERR_IO with a line in *why. */
int app_open_tls(const struct config *c, struct tls_context **ret_tls,
                 struct buf *why);

/* Opens a listener of the app's, not started yet (see listener.h). *why gets a
 * line. */
int app_open_listener(struct app *app, struct str address, bool beside,
                      struct listener **ret_listener, struct buf *why);

#endif
