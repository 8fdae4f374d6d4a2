/* SPDX-License-Identifier: MIT */
/* mortise/services.h: plugins that ask each other. */
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "host/calls/api.h"
#include "host/plugin/blame.h"
#include "host/lineup.h"
#include "host/calls/extensions.h"
#include "host/calls/format.h"
#include "host/calls/plugin_log.h"

#define ROW_SIZE_MIN                                                           \
    (offsetof(mortise_service, serve) + sizeof(mortise_serve *))
#define TEXT_MAX   ((size_t)64 << 20)
#define NESTED_MAX 8
/* More than formats can be deep, with values in them that were received. */
#define DEPTH_MAX 2000

static const char *why_not(const mortise_service *row)
{
    size_t n = row->name ? strnlen(row->name, SERVICE_NAME_MAX + 1) : 0;
    if (n == 0 || n > SERVICE_NAME_MAX || !utf8_valid(row->name, n))
        return "this is no name";
    return row->serve ? NULL : "there is no function";
}

static int services_offer(mortise_host table, const mortise_service *rows,
                          uint32_t count, uint32_t row_size)
{
    struct generation *g = api_caller(table);
    struct registrations *r = &g->registered;
    void *taken = r->services;
    int error = registrations_take(g, "mortise_offer", rows, count, row_size,
                                   sizeof(rows[0]), ROW_SIZE_MIN, &taken,
                                   &r->service_count);
    if (error < 0)
        return error;
    r->services = taken;
    for (uint32_t i = 0; i < count; i++) {
        const char *why = why_not(&r->services[i]);
        if (!why)
            continue;
        settings_refuse(g, "mortise_offer: row %u: %s", i, why);
        r->service_count = 0;
        return ERR_SYNTAX;
    }
    return 0;
}

/* The values of a format, as an array in the callback's memory. */
static int build(struct generation *g, const char *call, const char *format,
                 va_list args, const struct json **ret_array)
{
    struct json_limits limits = {.depth = DEPTH_MAX};
    struct format_result result;
    struct json_writer w;
    struct json *array;
    struct buf text;

    buf_init(&text, TEXT_MAX);
    json_writer_init(&w, &text);
    json_open_array(&w);
    int error = format_write(g->host, &w, format, args, &result);
    if (error < 0)
        format_complain(g, call, format, &result);
    json_close_array(&w);
    if (error == 0)
        error = text.error;
    /* The nodes point into their text. */
    struct str copy = {NULL, 0};
    if (error == 0)
        copy = arena_str(&g->host->arena, buf_str(&text));
    buf_free(&text);
    if (error == 0)
        error = copy.p
                    ? json_parse(&g->host->arena, copy, &limits, &array, NULL)
                    : ERR_NOMEM;
    if (error == 0)
        *ret_array = array;
    return error;
}

/* Runs the service within the callback that is running: the code of another
 * plugin, which has no event to acknowledge. */
static mortise_value serve(struct host *host, struct route route,
                           const struct json *args)
{
    struct generation *asking = host->current;
    struct host_call *call = host->call;
    struct generation *g = host->lineup->members[route.member].generation;
    const mortise_service *row = &g->registered.services[route.row];
    mortise_asked asked = {
        .size = sizeof(asked),
        .version = row->version,
        .name = row->name,
        .plugin = asking->name,
        .args = host_value(host, args),
    };

    struct blame before = blame_begin(g, "service", row->name);
    host->current = g;
    host->call = NULL;
    host->nested++;
    mortise_value answer = row->serve(&asked);
    host->nested--;
    host->current = asking;
    host->call = call;
    blame_end(before);
    return answer;
}

static int services_ask(mortise_host table, mortise_value *ret,
                        const char *name, uint32_t version, const char *format,
                        ...)
{
    struct generation *g = api_caller(table);
    struct host *host = g->host;
    const struct json *array;
    va_list args;

    if (!host->lineup || host->staging || g->state != GENERATION_LIVE)
        return ERR_STAGED;
    const struct route *route =
        name ? offers_find(&host->lineup->offers, name, version) : NULL;
    if (!route || !host->lineup->members[route->member].generation)
        return ERR_NOENT;
    if (host->nested == NESTED_MAX)
        return ERR_LIMIT;
    va_start(args, format);
    int error = build(g, "mortise_ask", format, args, &array);
    va_end(args);
    if (error == 0)
        *ret = serve(host, *route, array);
    return error;
}

static mortise_value services_make(mortise_host table, const char *format, ...)
{
    struct generation *g = api_caller(table);
    const struct json *array;
    va_list args;

    va_start(args, format);
    int error = build(g, "mortise_make", format, args, &array);
    va_end(args);
    if (error == 0 && array->count == 1)
        return host_value(g->host, array->child);
    if (error == 0)
        plugin_warn(g, "mortise_make: \"%s\": it has to be one value", format);
    return NULL;
}

const struct mortise_services_table ext_services = {
    .size = sizeof(struct mortise_services_table),
    .offer = services_offer,
    .ask = services_ask,
    .make = services_make,
};
