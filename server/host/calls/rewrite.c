/* SPDX-License-Identifier: MIT */
/* Middleware that changes the arguments of an event. */
#include <stdarg.h>

#include "base/error.h"
#include "host/calls/api.h"
#include "host/calls/format.h"
#include "host/calls/plugin_log.h"

#define REWRITE_MAX ((size_t)64 << 20)

/* The new arguments while they are written. */
struct rewriting {
    struct arena *arena; /* of the event: what lives as long as that */
    struct buf text;
    uint32_t mark_count;
    struct json_mark marks[SIO_ATTACHMENTS_MAX];
};

static int attach(void *user, struct str bytes)
{
    struct rewriting *r = user;
    if (r->mark_count == SIO_ATTACHMENTS_MAX)
        return ERR_LIMIT;
    struct str copy = arena_str(r->arena, bytes);
    if (!copy.p)
        return ERR_NOMEM;
    r->marks[r->mark_count] = (struct json_mark){r->text.n, copy};
    return (int)r->mark_count++;
}

/* The values of the format as text, the array around them closed. */
static int write_text(struct rewriting *r, struct generation *g,
                      const char *format, va_list args)
{
    struct format_result result;
    struct json_writer w;

    json_writer_init(&w, &r->text);
    w.attach = attach;
    w.user = r;
    json_open_array(&w);
    int error = format_write(g->host, &w, format, args, &result);
    if (error < 0)
        format_complain(g, "mortise_rewrite", format, &result);
    json_close_array(&w);
    return error == 0 ? r->text.error : error;
}

/* And as nodes that live as long as the event. */
static int parse(const struct rewriting *r, struct generation *g,
                 struct json **ret_array)
{
    struct json_limits limits = {.depth = g->host->json_depth};
    struct str kept = arena_str(r->arena, buf_str(&r->text));

    if (!kept.p)
        return ERR_NOMEM;
    int error = json_parse(r->arena, kept, &limits, ret_array, NULL);
    if (error == ERR_LIMIT)
        plugin_warn(g, "mortise_rewrite: deeper than limits.jsonDepth, "
                       "or too large");
    if (error == 0 && r->mark_count > 0)
        json_set_marked(*ret_array, kept, r->marks, r->mark_count);
    return error;
}

int api_rewrite(mortise_host table, const mortise_event *event,
                const char *format, ...)
{
    struct generation *g = api_caller(table);
    struct host_call *call = api_call(g, event);
    struct rewriting r;
    struct json *array;
    va_list args;

    if (call && !call->using)
        plugin_warn(g, "mortise_rewrite: only in MORTISE_USE");
    if (!call || !call->using)
        return ERR_INVAL;
    r.arena = call->incoming->arena;
    r.mark_count = 0;
    buf_init(&r.text, REWRITE_MAX);
    va_start(args, format);
    int error = write_text(&r, g, format, args);
    va_end(args);
    if (error == 0)
        error = parse(&r, g, &array);
    if (error == 0) {
        call->first = array->child;
        call->event.argc = array->count;
    }
    buf_free(&r.text);
    return error;
}
