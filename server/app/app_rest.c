/* SPDX-License-Identifier: MIT */
#include "app/app_rest.h"

#include "app/app_internal.h"
#include "base/clock.h"
#include "base/mem.h"
#include "socketio/socketio.h"

/* How often it looks. That takes a few microseconds, and half a millisecond
 * where what was freed lies in ten thousand pieces. */
#define LOOK_MS 5000

static void take_look(struct thrift_look *now)
{
    *now = (struct thrift_look){
        .time = clock_mono_us(),
        .worked = clock_thread_us(),
        .resident = mem_resident(),
        .used = mem_used(),
    };
}

/* First our own, floor by floor, and then what malloc has of it. */
static void trim(struct app *app)
{
    sio_server_trim(app->sio);
    eio_server_trim(app->engine);
    http_server_trim(app->http);
    mem_trim();
}

static void on_look(struct timer *timer)
{
    struct app *app = CONTAINER_OF(timer, struct app, rest.timer);
    struct thrift_look now;

    peers_trim(&app->loop->peers, loop_now(app->loop));
    take_look(&now);
    if (thrift_due(&app->rest.thrift, &now)) {
        trim(app);
        take_look(&now);
        thrift_done(&app->rest.thrift, &now);
    }
    (void)timer_start(&app->loop->timers, timer, LOOK_MS);
}

void app_rest_init(struct app *app)
{
    struct thrift_look now;

    take_look(&now); /* the first peak may come before the first timer */
    (void)thrift_due(&app->rest.thrift, &now);
    timer_init(&app->rest.timer, on_look);
    (void)timer_start(&app->loop->timers, &app->rest.timer, LOOK_MS);
}

void app_rest_stop(struct app *app)
{
    timer_stop(&app->loop->timers, &app->rest.timer);
}
