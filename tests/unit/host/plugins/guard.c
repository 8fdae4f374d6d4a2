/* SPDX-License-Identifier: MIT */
/* Middleware for test_middleware.c: what it does depends on the event's name
 * and is written to the log, where the test reads it. */
#include <string.h>

#include <mortise/plugin.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static void on_use(mortise_socket from, const mortise_event *event)
{
    SAY("use %s argc %u", event->name, event->argc);
    if (strcmp(event->name, "veto") == 0) {
        int first = mortise_refuse(event, "Not you", "{why:s}", "rules");
        SAY("refuse %d again %d", first, mortise_refuse(event, "Twice", ""));
    } else if (strcmp(event->name, "answer") == 0) {
        SAY("ack %d", mortise_ack(event, "'answered'"));
    } else if (strcmp(event->name, "keep") == 0) {
        SAY("later %d", mortise_ack_later(event) != 0);
    } else if (strcmp(event->name, "rewrite") == 0) {
        int slip = mortise_rewrite(event, "s s", "a", "b");
        SAY("slip %d rewrite %d", slip,
            mortise_rewrite(event, "v, {by:'guard'}", mortise_arg(event, 0)));
    } else if (strcmp(event->name, "throw") == 0) {
        mortise_disconnect(from, 0);
    }
}

static void on_handled(mortise_socket from, const mortise_event *event)
{
    SAY("handle %s argc %u rewrite %d refuse %d", event->name, event->argc,
        mortise_rewrite(event, ""), mortise_refuse(event, "Late", ""));
    mortise_emit(mortise_to(from), "handled", "*", event);
    mortise_emit(mortise_in(from, NULL), "everybody", "i", 7);
}

static void on_outgoing(mortise_socket to, const mortise_event *event)
{
    SAY("out %s to %s argc %u first %s", event->name, to != 0 ? "one" : "many",
        event->argc, mortise_text(mortise_arg(event, 0), "-"));
    mortise_emit(mortise_to(to), "echo-of-outgoing", "");
}

static const mortise_handler handlers[] = {
    {MORTISE_USE, on_use, NULL, NULL},
    {MORTISE_OUTGOING, on_outgoing, NULL, NULL},
    {"plain", on_handled, NULL, NULL},
    {"rewrite", on_handled, NULL, NULL},
    {"veto", on_handled, NULL, NULL},
    {"answer", on_handled, NULL, NULL},
    {"keep", on_handled, NULL, NULL},
    {"throw", on_handled, NULL, NULL},
};

MORTISE_PLUGIN("guard", "1.0.0", .handlers = MORTISE_TABLE(handlers));
