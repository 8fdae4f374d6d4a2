/* SPDX-License-Identifier: MIT */
/* Comes after "talk" in the configuration: for the order of things, and for
 * the events that nobody else handles. */
#include <string.h>

#include <mortise/plugin.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    mortise_value auth = mortise_arg(event, 0);
    SAY("%s", event->name);
    if (mortise_bool(mortise_get(auth, "second"), 0))
        mortise_refuse(event, "Not by me", "");
}

static void on_moment(mortise_socket from, const mortise_event *event)
{
    SAY("%s", event->name);
}

static void on_any(mortise_socket from, const mortise_event *event)
{
    SAY("any %s argc %u, ack %d", event->name, event->argc,
        mortise_ack(event, "s, *", event->name, event));
}

/* Its own row for the same moment comes after the first. */
static void on_any_more(mortise_socket from, const mortise_event *event)
{
    SAY("any again %s, ack %d", event->name, mortise_ack(event, ""));
}

static void fini(void)
{
    SAY("fini");
}

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_connecting, NULL},
    {MORTISE_CONNECT, on_moment, NULL},
    {MORTISE_DISCONNECTING, on_moment, NULL},
    {MORTISE_DISCONNECT, on_moment, NULL},
    {MORTISE_ANY, on_any, NULL},
    {MORTISE_ANY, on_any_more, NULL},
};

MORTISE_PLUGIN("second", "0.0.1", .fini = fini,
               .handlers = MORTISE_TABLE(handlers));
