/* SPDX-License-Identifier: MIT */
/* The sample, and the application under test: gives back what it gets. */
#include <mortise/plugin.h>

static int greet = 1;

static int init(mortise_value settings)
{
    greet = mortise_bool(mortise_get(settings, "greet"), 1);
    return 0;
}

static void on_connect(mortise_socket from, const mortise_event *event)
{
    if (greet)
        mortise_emit(mortise_to(from), "auth", "*", event);
}

static void on_message(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "message-back", "*", event);
}

static void on_message_with_ack(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "*", event);
}

static void on_join(mortise_socket from, const mortise_event *event)
{
    mortise_join(from, mortise_text(mortise_arg(event, 0), ""));
    mortise_ack(event, "");
}

static void on_leave(mortise_socket from, const mortise_event *event)
{
    mortise_leave(from, mortise_text(mortise_arg(event, 0), ""));
    mortise_ack(event, "");
}

static void on_broadcast(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_in(from, "bench"), "broadcast-back", "*", event);
}

#define EVENTS_IN(name_space)                                                  \
    {MORTISE_CONNECT, on_connect, name_space},                                 \
        {"message", on_message, name_space},                                   \
        {"message-with-ack", on_message_with_ack, name_space},                 \
        {"join", on_join, name_space}, {"leave", on_leave, name_space},        \
    {                                                                          \
        "broadcast", on_broadcast, name_space                                  \
    }

static const mortise_handler handlers[] = {EVENTS_IN(NULL),
                                           EVENTS_IN("/custom")};

MORTISE_PLUGIN("echo", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers),
               .description = "Gives back what it gets.");
