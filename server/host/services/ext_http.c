/* SPDX-License-Identifier: MIT */
/* mortise/http.h: what plugins ask of requests, and how they answer. */
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "host/calls/api.h"
#include "host/lineup.h"
#include "host/services/cookies.h"
#include "host/calls/extensions.h"
#include "host/calls/format.h"
#include "host/calls/plugin_log.h"
#include "host/services/requests.h"
#include "host/services/route_pattern.h"

/* What a row of the first release had. */
#define ROW_SIZE_MIN (offsetof(mortise_route, timeout) + sizeof(int64_t))
#define JSON_MAX     ((size_t)64 << 20)

static struct request *find(mortise_host table, mortise_request number)
{
    return requests_find(api_caller(table)->host, number);
}

/* The same for what changes it. 0, ERR_STAGED or ERR_GONE. */
static int find_open(mortise_host table, mortise_request number,
                     struct request **ret_request)
{
    struct request *r = find(table, number);
    if (api_idle(api_caller(table)))
        return ERR_STAGED;
    if (!r)
        return ERR_GONE;
    *ret_request = r;
    return 0;
}

static int complain(mortise_host table, const char *call, const char *what,
                    const char *text)
{
    const struct generation *g = api_caller(table);
    plugin_warn(g, "%s: %s: %s", call, what, text);
    return ERR_INVAL;
}

static int http_routes(mortise_host table, const mortise_route *rows,
                       uint32_t count, uint32_t row_size)
{
    struct generation *g = api_caller(table);
    struct registrations *r = &g->registered;
    void *taken = r->routes;
    int error = registrations_take(g, "mortise_http_routes", rows, count,
                                   row_size, sizeof(rows[0]), ROW_SIZE_MIN,
                                   &taken, &r->route_count);
    if (error < 0)
        return error;
    r->routes = taken;
    for (uint32_t i = 0; i < count; i++) {
        const mortise_route *row = &r->routes[i];
        const char *why;
        if (routes_row_valid(row, &why))
            continue;
        settings_refuse(g, "mortise_http_routes: %s: %s",
                        row->path ? row->path : "", why);
        r->route_count = 0;
        return ERR_SYNTAX;
    }
    return 0;
}

/* --- asking --- */

static struct str decoded(const struct generation *g, struct str s)
{
    char *to = s.p ? arena_alloc(&g->host->arena, s.n + 1) : NULL;
    int n = to ? http_percent_decode(to, s, false) : -1;
    return n >= 0 ? str_of(to, (size_t)n) : str_of(NULL, 0);
}

static struct str form_field(const struct generation *g,
                             const struct request *r, struct str name)
{
    struct str type = http_header_get(&r->x->head, STR("Content-Type"));
    type = str_trim(str_cut(&type, ';'));
    if (!str_eq_nocase(type, STR("application/x-www-form-urlencoded")))
        return str_of(NULL, 0);
    return http_query_get(&g->host->arena, r->body, name);
}

static const char *http_text(mortise_host table, mortise_request number,
                             uint32_t what, const char *key)
{
    const struct generation *g = api_caller(table);
    const struct request *r = find(table, number);
    struct str name = str_z(key), found = {NULL, 0};

    if (!r || !key)
        return NULL;
    const struct http_head *head = &r->x->head;
    if (what == MORTISE_HTTP_PARAM && r->pattern)
        found = decoded(
            g, route_pattern_param(str_z(r->pattern), head->path, name));
    else if (what == MORTISE_HTTP_QUERY)
        found = http_query_get(&g->host->arena, head->query, name);
    else if (what == MORTISE_HTTP_HEADER)
        found = http_header_get(head, name);
    else if (what == MORTISE_HTTP_COOKIE)
        found = cookie_get(http_header_get(head, STR("Cookie")), name);
    else if (what == MORTISE_HTTP_FORM)
        found = form_field(g, r, name);
    return found.p ? api_copy(g, found) : NULL;
}

/* A copy that outlives the exchange, which ends with the answer. */
static struct str body_of(mortise_host table, mortise_request number)
{
    const struct request *r = find(table, number);
    if (!r || r->body.n == 0)
        return str_of(NULL, 0);
    return arena_str(&api_caller(table)->host->arena, r->body);
}

static mortise_str http_body(mortise_host table, mortise_request number)
{
    struct str body = body_of(table, number);
    return (mortise_str){body.p, body.n};
}

static mortise_value http_body_json(mortise_host table, mortise_request number)
{
    struct host *host = api_caller(table)->host;
    struct json_limits limits = {.depth = host->json_depth};
    struct str body = body_of(table, number);
    struct json *value;

    if (!body.p || json_parse(&host->arena, body, &limits, &value, NULL) < 0)
        return NULL;
    return host_value(host, value);
}

/* --- answering --- */

/* The host's own, or what would change where the message ends. */
static bool header_reserved(struct str name)
{
    static const char *const names[] = {
        "Connection", "Content-Length",    "Content-Type", "Date", "Keep-Alive",
        "Trailer",    "Transfer-Encoding", "Upgrade",      NULL,
    };
    for (const char *const *n = names; *n; n++)
        if (str_eq_nocase(name, str_z(*n)))
            return true;
    return false;
}

/* A value that is one line: no way to begin a header of its own. */
static bool one_line(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* What was appended in part is taken back. */
static int settle(struct buf *headers, size_t length, int error)
{
    if (error < 0) {
        headers->n = length;
        headers->error = 0;
    }
    return error;
}

static int http_header(mortise_host table, mortise_request number,
                       const char *name, const char *value)
{
    struct str key = str_z(name), text = str_z(value);
    struct request *r;

    int error = find_open(table, number, &r);
    if (error < 0)
        return error;
    if (r->asked || !name || !value || !http_token(key) ||
        header_reserved(key) || !one_line(text))
        return complain(table, "mortise_http_set_header", name ? name : "",
                        "this header cannot be set, or not to this");
    size_t length = r->headers.n;
    buf_printf(&r->headers, "%s: ", name);
    buf_append_str(&r->headers, str_trim(text));
    buf_append_str(&r->headers, STR("\r\n"));
    return settle(&r->headers, length, r->headers.error);
}

static int http_cookie(mortise_host table, mortise_request number,
                       const char *name, const char *value, int64_t max_age,
                       uint32_t flags)
{
    struct request *r;

    int error = find_open(table, number, &r);
    if (error < 0)
        return error;
    if (r->asked)
        return ERR_INVAL;
    size_t length = r->headers.n;
    error = cookie_append(&r->headers, str_z(name), str_z(value), max_age,
                          flags, r->x->secure);
    if (error == ERR_INVAL)
        complain(table, "mortise_http_set_cookie", name ? name : "",
                 "such a cookie cannot be set");
    return settle(&r->headers, length, error);
}

static int check_answer(mortise_host table, mortise_request number, int status,
                        struct request **ret_request)
{
    int error = find_open(table, number, ret_request);

    if (error < 0)
        return error;
    if ((*ret_request)->asked)
        return complain(table, "mortise_http_answer", "ALLOW",
                        "it can be refused, not answered");
    if (status < 200 || status > 599)
        return complain(table, "mortise_http_answer", "status",
                        "there is no such status");
    return 0;
}

static int http_answer(mortise_host table, mortise_request number, int status,
                       const char *type, mortise_str body)
{
    struct request *r;
    int error = check_answer(table, number, status, &r);

    if (error < 0)
        return error;
    if ((type && !one_line(str_z(type))) || (body.n > 0 && !body.p))
        return complain(table, "mortise_http_answer", "type",
                        "the type or the body makes no sense");
    requests_answer(r, status, str_z(type), str_of(body.p, body.n));
    return 0;
}

/* The one value of a format, as text. */
static int write_json(struct generation *g, const char *format, va_list args,
                      struct buf *out)
{
    struct format_result result;
    struct json_writer w;

    json_writer_init(&w, out);
    int error = format_write(g->host, &w, format, args, &result);
    if (error == 0 && result.values != 1) {
        result.text = "it has to be one value";
        error = ERR_SYNTAX;
    }
    if (error < 0)
        format_complain(g, "mortise_http_json", format, &result);
    return error;
}

static int http_json(mortise_host table, mortise_request number, int status,
                     const char *format, ...)
{
    struct request *r;
    int error = check_answer(table, number, status, &r);
    struct buf out;
    va_list args;

    if (error < 0)
        return error;
    buf_init(&out, JSON_MAX);
    va_start(args, format);
    error = write_json(api_caller(table), format, args, &out);
    va_end(args);
    if (error == 0)
        requests_answer(r, status, STR("application/json"), buf_str(&out));
    buf_free(&out);
    return error;
}

static int http_refuse(mortise_host table, mortise_request number,
                       const char *text)
{
    struct request *r;

    int error = find_open(table, number, &r);
    if (error < 0)
        return error;
    struct str words = str_z(text ? text : "");
    if (!r->asked || r->refused || !utf8_valid(words.p, words.n))
        return ERR_INVAL;
    r->refused = true; /* in any case */
    return buf_append_str(&r->headers, words);
}

const struct mortise_http_table ext_http = {
    .size = sizeof(struct mortise_http_table),
    .routes = http_routes,
    .text = http_text,
    .body = http_body,
    .body_json = http_body_json,
    .header = http_header,
    .cookie = http_cookie,
    .answer = http_answer,
    .json = http_json,
    .refuse = http_refuse,
};
