/* SPDX-License-Identifier: MIT */
#include "ctl/alone.h"

#include <signal.h>

#include "app/app.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/host.h"
#include "host/plugin/blame.h"
#include "operation/order_message.h"
#include "process/confine.h"

#define ARENA_MAX ((size_t)64 << 20)

struct alone {
    struct loop *loop;
    struct config *config;
    struct app *app;
    struct order_watch watch;
    struct buf *out; /* of the command that is under way */
    bool answered, interrupted;
};

static void on_signal(void *user, int signal_number)
{
    struct alone *a = user;

    a->interrupted = true;
    loop_stop(a->loop);
}

/* What the plugins log stands among what the operator reads. */
static void quieten(const struct config *config)
{
    log_set_level((int)config->log_level == (int)LOG_LEVEL_ERROR
                      ? LOG_LEVEL_ERROR
                      : LOG_LEVEL_WARN);
}

struct alone *alone_new(const char *config, bool trial, struct buf *why)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct alone *a = mem_zalloc(sizeof(*a));

    if (!a)
        return NULL;
    sigaction(SIGPIPE, &ignore, NULL); /* of a plugin's library, see main.c */
    sigaction(SIGXFSZ, &ignore, NULL);
    if (config_load(config, &a->config, why) == 0) {
        a->config->trial = trial;
        quieten(a->config);
        confine(a->config);
        blame_install();
        a->loop = loop_new();
    }
    if (a->loop && loop_on_signal(a->loop, SIGINT, on_signal, a) == 0 &&
        loop_on_signal(a->loop, SIGTERM, on_signal, a) == 0)
        a->app = app_new(a->loop, a->config, why);
    if (a->app)
        return a;
    if (why->n == 0)
        buf_append_z(why, "cannot make the event loop\n");
    alone_free(a);
    return NULL;
}

void alone_free(struct alone *a)
{
    if (!a)
        return;
    app_free(a->app);
    config_free(a->config);
    loop_free(a->loop);
    mem_free(a);
}

void alone_list(const struct alone *a, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    orders_describe(app_host(a->app), &w);
}

static void on_answered(struct order_watch *watch,
                        const struct order_outcome *outcome)
{
    struct alone *a = CONTAINER_OF(watch, struct alone, watch);

    order_message_put_outcome(a->out, outcome);
    a->answered = true;
    loop_stop(a->loop);
}

int alone_give(struct alone *a, struct str message, struct buf *out)
{
    struct order_given given;
    struct arena arena;

    arena_init(&arena, ARENA_MAX);
    int error = order_message_read(message, &arena, &given);
    if (error == 0) {
        a->out = out;
        a->watch.answered = on_answered;
        orders_give(app_host(a->app), &given, &a->watch);
        if (!a->answered)
            loop_run(a->loop);
        orders_abandon(app_host(a->app), &a->watch);
        error = a->answered ? out->error : ERR_CLOSED;
    }
    arena_free(&arena);
    return error;
}
