/* SPDX-License-Identifier: MIT */
/* The metrics of what stands below the plugins. */
#include "app/app_metrics.h"

#include <inttypes.h>

#include "app/app_internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/host.h"
#include "socketio/socketio.h"

static void put_refusals(const struct app *app, struct buf *out)
{
    static const char *const names[] = {
        [HTTP_REFUSED_FULL] = "connections",
        [HTTP_REFUSED_ADDRESS] = "address",
        [HTTP_REFUSED_PACE] = "pace",
        [HTTP_REFUSED_CROWDED] = "crowded",
    };

    metrics_put_head(
        out, "mortise_refused_total", "counter",
        "Connections, handshakes and unfinished messages that were "
        "over a limit.");
    for (int i = 0; i < HTTP_REFUSALS; i++)
        buf_printf(out, "mortise_refused_total{reason=\"%s\"} %" PRIu64 "\n",
                   names[i],
                   http_server_refusals(app->http, (enum http_refusal)i));
}

static void put_error(void *user, const char *by, int status, uint64_t count)
{
    buf_printf(user,
               "mortise_http_errors_total{by=\"%s\",status=\"%d\"} %" PRIu64
               "\n",
               by, status, count);
}

static void put_errors(const struct app *app, struct buf *out)
{
    metrics_put_head(out, "mortise_http_errors_total", "counter",
                     "Answers that refuse a request, by status and who gave "
                     "them; http: the server, before anybody else was asked.");
    http_server_errors(app->http, put_error, out);
}

static void put_bytes(const struct app *app, struct buf *out)
{
    metrics_put_head(out, "mortise_received_bytes_total", "counter",
                     "Bytes from clients, without what TLS adds.");
    buf_printf(out, "mortise_received_bytes_total %" PRIu64 "\n",
               app->loop->received);
    metrics_put_head(out, "mortise_sent_bytes_total", "counter",
                     "Bytes to clients, without what TLS adds.");
    buf_printf(out, "mortise_sent_bytes_total %" PRIu64 "\n", app->loop->sent);
}

/* --- how late the loop is --- */

/* A timer is looked at as often as this, for as long after somebody has read
 * the metrics as they may take to come again. */
#define LAG_MS    500
#define LAG_TURNS (10 * 60 * 1000 / LAG_MS)

static void start_lag(struct app *app)
{
    app->lag.due = clock_mono_ms() + LAG_MS;
    /* Without memory for it there is nothing to say. */
    (void)timer_start(&app->loop->timers, &app->lag.timer, LAG_MS);
}

static void on_lag(struct timer *timer)
{
    struct app *app = CONTAINER_OF(timer, struct app, lag.timer);
    int64_t late = clock_mono_ms() - app->lag.due;

    if (late > app->lag.worst)
        app->lag.worst = late;
    if (--app->lag.turns > 0)
        start_lag(app);
}

static void put_lag(struct app *app, struct buf *out)
{
    metrics_put_gauge(out, "mortise_loop_lag_seconds",
                      "How late a timer was at worst, since this was read.",
                      (double)app->lag.worst / 1000);
    app->lag.worst = 0;
    app->lag.turns = LAG_TURNS;
    if (!timer_running(&app->lag.timer))
        start_lag(app);
}

void app_metrics_init(struct app *app)
{
    timer_init(&app->lag.timer, on_lag);
    app->host->metrics.more = app_metrics_print;
    app->host->metrics.more_user = app;
}

void app_metrics_stop(struct app *app)
{
    timer_stop(&app->loop->timers, &app->lag.timer);
}

/* --- printing --- */

static void put_sessions(const struct app *app, struct buf *out)
{
    struct eio_census census;

    eio_server_count(app->engine, &census);
    metrics_put_head(out, "mortise_sessions", "gauge",
                     "Sessions of Engine.IO that are open.");
    buf_printf(out,
               "mortise_sessions{transport=\"polling\"} %" PRIu32
               "\nmortise_sessions{transport=\"websocket\"} %" PRIu32 "\n",
               census.sessions[0], census.sessions[1]);
    metrics_put_gauge(out, "mortise_queued_bytes",
                      "Bytes that wait for clients.", (double)census.queued);
    metrics_put_gauge(out, "mortise_queued_packets",
                      "Packets that wait for clients.", (double)census.waiting);
}

static void put_drops(const struct app *app, struct buf *out)
{
    static const char *const names[] = {
        [SIO_DROP_VOLATILE] = "volatile",
        [SIO_DROP_REPLACED] = "replaced",
        [SIO_DROP_CUT] = "cut",
    };

    metrics_put_head(out, "mortise_dropped_total", "counter",
                     "Packets not sent: volatile, replaced by newer ones; and "
                     "clients cut off with all that waited for them.");
    for (int i = 0; i < SIO_DROPS; i++)
        buf_printf(out, "mortise_dropped_total{reason=\"%s\"} %" PRIu64 "\n",
                   names[i], sio_server_dropped(app->sio, (enum sio_drop)i));
}

static void put_ended(const struct app *app, struct buf *out)
{
    metrics_put_head(out, "mortise_ended_total", "counter",
                     "Clients that were ended, or put out of a namespace, by "
                     "the code of their notice; other: a plugin's own.");
    for (int i = 0; i <= SIO_NOTICES; i++) {
        enum sio_notice_code code = (enum sio_notice_code)i;
        struct str name =
            i < SIO_NOTICES ? sio_notice_of(code).code : STR("other");
        buf_printf(out, "mortise_ended_total{code=\"%.*s\"} %" PRIu64 "\n",
                   STR_ARG(name), sio_server_ended(app->sio, code));
    }
}

void app_metrics_print(void *user, struct buf *out)
{
    struct app *app = user;

    metrics_put_gauge(out, "mortise_connections",
                      "Connections that are open, of whatever kind.",
                      http_server_connections(app->http));
    metrics_put_gauge(out, "mortise_addresses",
                      "Addresses that are connected, or were just now.",
                      app->loop->peers.table.count);
    metrics_put_gauge(out, "mortise_resident_memory_bytes",
                      "Memory of the process.", (double)mem_resident());
    metrics_put_head(out, "mortise_log_lines_lost_total", "counter",
                     "Lines of the log that could not be written.");
    buf_printf(out, "mortise_log_lines_lost_total %" PRIu64 "\n", log_lost());
    put_lag(app, out);
    put_sessions(app, out);
    put_drops(app, out);
    put_ended(app, out);
    put_refusals(app, out);
    metrics_put_gauge(out, "mortise_unfinished_bytes",
                      "Bytes of messages that have begun to come and are not "
                      "all there.",
                      (double)http_server_intake(app->http)->bytes);
    put_errors(app, out);
    put_bytes(app, out);
}
