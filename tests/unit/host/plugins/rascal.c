/* SPDX-License-Identifier: MIT */
/*
 * Does what no plugin should, most of it in a reload. Its settings:
 *     farewell  a namespace: who leaves has something emitted to it, and is
 *               closed as a whole
 *     crash     init does
 *
 * And it reads a setting "strange", but never in init.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <mortise/jobs.h>
#include <mortise/metrics.h>
#include <mortise/settings.h>
#include <mortise/sockets.h>

static char farewell[64];
static mortise_metric gauge;

static void on_disconnect(mortise_socket from, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "disconnect %s", event->name_space);
    if (farewell[0] == '\0')
        return;
    mortise_emit(mortise_all(farewell, NULL), "bye", "");
    mortise_disconnect(from, 1);
}

static void on_outgoing(mortise_socket to, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "outgoing %s %s", event->name_space, event->name);
}

/* Asks, and asks again when everybody has answered. */
static void on_poll(mortise_socket from, const mortise_event *event)
{
    int asked = mortise_survey(mortise_all("/", NULL), "polled", 1000, 0,
                               "still there?", "");
    mortise_log(MORTISE_INFO, "polled %d", asked);
}

static int work(const mortise_work *work)
{
    return 0;
}

static void on_job(mortise_socket from, const mortise_event *event)
{
    mortise_job_start("work", (mortise_str){NULL, 0}, 0);
}

/* From now on nobody hears how a child has ended. */
static void on_ignore_children(mortise_socket from, const mortise_event *event)
{
    signal(SIGCHLD, SIG_IGN);
    mortise_ack(event, "");
}

static void on_gauge(mortise_socket from, const mortise_event *event)
{
    mortise_metric_set(gauge, mortise_number(mortise_arg(event, 0), 0));
}

/* Settings are values like others. */
static void on_setting(mortise_socket from, const mortise_event *event)
{
    mortise_setting_int(mortise_arg(event, 0), "strange", 0, 0, 1);
}

static const mortise_job_kind kinds[] = {{"work", work}};

static int init(mortise_value settings)
{
    const char *to = mortise_setting_text(settings, "farewell", "");

    strncpy(farewell, to, sizeof(farewell) - 1);
    if (mortise_setting_bool(settings, "crash", 0))
        abort();
    gauge = mortise_gauge("mood", "How it feels");
    mortise_metric_set(gauge, -1);
    if (mortise_settings_done(settings) != 0)
        return MORTISE_EINVAL;
    return mortise_jobs(kinds);
}

/* Too late for anything. */
static void fini(void)
{
    mortise_log(MORTISE_INFO, "metric %d",
                mortise_counter("fini_total", "Ends") != 0);
}

static const mortise_handler handlers[] = {
    {"job", on_job},
    {"ignore children", on_ignore_children},
    {"gauge", on_gauge},
    {"poll", on_poll},
    {"setting", on_setting},
    {MORTISE_DISCONNECT, on_disconnect},
    {MORTISE_OUTGOING, on_outgoing},
    {MORTISE_DISCONNECT, on_disconnect, "/d-*"},
};

static const mortise_handler acks[] = {{"polled", on_poll}};

MORTISE_PLUGIN("rascal", "1.0.0", .init = init, .fini = fini,
               .handlers = MORTISE_TABLE(handlers),
               .acks = MORTISE_TABLE(acks));
