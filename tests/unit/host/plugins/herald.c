/* SPDX-License-Identifier: MIT */
/* Emits what it has declared, and what not; by every call that emits. */
#include <string.h>

#include <mortise/contract.h>
#include <mortise/sockets.h>
#include <mortise/values.h>

static const mortise_field news[] = {
    {"title", MORTISE_STRING, .max = 5},
    {"page", MORTISE_INTEGER, .flags = MORTISE_OPTIONAL},
    {"picture", MORTISE_BINARY, .flags = MORTISE_OPTIONAL},
};

static const mortise_handler emits[] = {
    {"news", .contract = MORTISE_FIELDS(news)},
    {"there", .name_space = "/elsewhere", .contract = MORTISE_FIELDS(news)},
    {"free"},
};

/* say HOW EVENT ARGUMENT ...: the other arguments are passed on. */
static void on_say(mortise_socket from, const mortise_event *event)
{
    const char *how = mortise_text(mortise_arg(event, 0), "");
    const char *name = mortise_text(mortise_arg(event, 1), "");
    mortise_target to = mortise_to(from);
    mortise_list list = mortise_list_new();
    mortise_value v = mortise_arg(event, 2), w = mortise_arg(event, 3);

    if (strcmp(how, "emit") == 0 && event->argc == 4)
        mortise_emit(to, name, "v, v", v, w);
    else if (strcmp(how, "emit") == 0)
        mortise_emit(to, name, event->argc == 3 ? "v" : "", v);
    else if (strcmp(how, "ask") == 0)
        mortise_emit_ack(from, "row", 0, 0, name, "v", v);
    else if (strcmp(how, "survey") == 0)
        mortise_survey(to, "row", 0, 0, name, "v", v);
    else if (strcmp(how, "latest") == 0)
        mortise_emit_latest(to, "key", name, "v", v);
    else if (strcmp(how, "picture") == 0)
        mortise_emit(to, name, "'title', 1, x", (mortise_str){"x", 1});
    else if (strcmp(how, "list") == 0)
        mortise_emit(to, name, "l", list);
    else if (strcmp(how, "pieces") == 0) {
        mortise_writer out = mortise_begin_emit(to, name);
        mortise_append(out, "v, i, null, i, i", v, 1, 2, 3);
        mortise_end(out);
    }
}

static void on_row(mortise_socket from, const mortise_event *event)
{
}

static const mortise_handler handlers[] = {{"say", on_say}};
static const mortise_handler acks[] = {{"row", on_row}};

MORTISE_PLUGIN("herald", "1.0.0", .handlers = MORTISE_TABLE(handlers),
               .acks = MORTISE_TABLE(acks), .emits = MORTISE_TABLE(emits));
