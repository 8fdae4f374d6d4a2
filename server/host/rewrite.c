/* SPDX-License-Identifier: MIT */
/* Middleware that changes the arguments of an event. */
#include <stdarg.h>

#include "base/error.h"
#include "host/api.h"
#include "host/format.h"

#define REWRITE_MAX ((size_t)64 << 20)

/* The new arguments as nodes that live as long as the event. */
static int parse(const struct host_call *call, struct str text,
                 struct json **ret_array)
{
    struct arena *arena = call->incoming->arena;
    struct json_limits limits = {.depth = 64};
    struct str kept = arena_str(arena, text);
    if (!kept.p)
        return ERR_NOMEM;
    return json_parse(arena, kept, &limits, ret_array, NULL);
}

int api_rewrite(mortise_host table, const mortise_event *event,
                const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct host_call *call = api_call(g, event);
    struct format_result result;
    struct json_writer w;
    struct json *array;
    struct buf text;
    va_list args;

    if (!call || !call->using)
        return ERR_INVAL;
    buf_init(&text, REWRITE_MAX);
    json_writer_init(&w, &text);
    json_open_array(&w);
    va_start(args, format);
    int error = format_write(g->host, &w, format, args, &result);
    va_end(args);
    if (error < 0)
        format_complain(g, "mortise_rewrite", format, &result);
    json_close_array(&w);
    if (error == 0)
        error = text.error;
    if (error == 0)
        error = parse(call, buf_str(&text), &array);
    if (error == 0) {
        call->first = array->child;
        call->event.argc = array->count;
    }
    buf_free(&text);
    return error;
}
