/* SPDX-License-Identifier: MIT */
/*
 * The stage (stage.h) with an HTTP server in front of its routes, on a loop of
 * its own; the application of http_unit.h stands for the files behind them.
 * Deadlines of requests are of the stage's clock.
 */
#ifndef MORTISE_TESTS_HOST_HTTP_STAGE_H
#define MORTISE_TESTS_HOST_HTTP_STAGE_H

#include "../net/http_unit.h"
#include "stage.h"

static inline void web_serve(void)
{
    http_server_unmount(server, STR("/"));
    ck_assert_int_eq(
        http_server_mount(server, STR("/"), &requests_handler, stage.host), 0);
    stage.host->requests.files = &app;
    stage.host->requests.files_user = no_name;
}

static inline void web_start(const char *plugins)
{
    start();
    stage_start(plugins);
    web_serve();
}

static inline void web_stop(void)
{
    http_server_free(server);
    loop_free(loop);
    stage_stop();
}

/* One request on a new connection; what it is answered. */
static inline struct answer *web_ask(const char *text)
{
    int fd = connect_client();
    send_text(fd, text);
    struct answer *a = receive(fd);
    close(fd);
    return a;
}

#endif
