/* SPDX-License-Identifier: MIT */
#include "host/services/requests.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/plugin/blame.h"
#include "host/lineup.h"
#include "host/calls/plugin_log.h"
#include "host/services/route_pattern.h"

#define BODY_MAX_DEFAULT 65536
#define TIMEOUT_DEFAULT  30000
/* Bytes of an origin that are logged. */
#define ORIGIN_SHOWN ((size_t)200)
/* Of 64 plugins with all the metrics they can have. */
#define METRICS_TEXT_MAX ((size_t)64 << 20)

void requests_init(struct requests *r)
{
    *r = (struct requests){0};
    ids_init(&r->ids);
}

void requests_free(struct requests *r)
{
    assert(r->ids.count == 0);
    ids_free(&r->ids);
}

struct request *requests_find(const struct host *host, uint64_t number)
{
    return ids_get(&host->requests.ids, number);
}

/* --- their life --- */

static void forget(struct request *r)
{
    ids_remove(&r->host->requests.ids, r->number);
    timer_stop(r->host->timers, &r->deadline);
    buf_free(&r->headers);
    identity_free(r->identity);
    mem_free(r->pattern);
    mem_free(r);
}

static void on_deadline(struct timer *timer)
{
    struct request *r = CONTAINER_OF(timer, struct request, deadline);
    plugin_warn(r->slot->current, "%.*s %s was not answered in time",
                STR_ARG(r->x->head.method_text), r->pattern);
    http_respond_status(r->x, 503);
    forget(r);
}

static struct request *request_new(struct host *host, struct http_exchange *x)
{
    struct request *r = mem_zalloc(sizeof(*r));
    if (!r)
        return NULL;
    r->host = host;
    r->x = x;
    buf_init(&r->headers, REQUEST_HEADERS_MAX);
    timer_init(&r->deadline, on_deadline);
    r->number = ids_add(&host->requests.ids, r);
    if (r->number == 0) {
        mem_free(r);
        return NULL;
    }
    x->data = r;
    return r;
}

/* Who is to answer, by which row; it outlives the build that the row is of. */
static int assign(struct request *r, struct route route)
{
    const struct lineup *lineup = r->host->lineup;
    const char *path = routes_row(&lineup->routes, route)->path;

    if (r->pattern && strcmp(r->pattern, path) == 0) {
        r->slot = lineup->members[route.member].slot;
        return 0;
    }
    char *pattern = mem_dupz(path, strlen(path));
    if (!pattern)
        return ERR_NOMEM;
    mem_free(r->pattern);
    r->pattern = pattern;
    r->slot = lineup->members[route.member].slot;
    return 0;
}

static void add_cors(const struct host *host, const struct http_exchange *x,
                     struct buf *headers)
{
    if (host->requests.cors)
        cors_headers(host->requests.cors, &x->head, headers);
}

void requests_answer(struct request *r, int status, struct str type,
                     struct str body)
{
    add_cors(r->host, r->x, &r->headers);
    if (r->headers.error) {
        /* Half of the headers could say something else than all of them. */
        http_respond_status(r->x, 500);
    } else {
        struct http_response response = {.status = status,
                                         .type = type,
                                         .headers = buf_str(&r->headers),
                                         .text = body};
        http_respond(r->x, &response);
    }
    forget(r);
}

void requests_drop(struct host *host, const struct plugin_slot *slot)
{
    uint32_t cursor = 0;
    struct request *r;
    while ((r = ids_next(&host->requests.ids, &cursor))) {
        if (r->slot != slot)
            continue;
        http_respond_status(r->x, 503);
        forget(r);
    }
}

/* --- calling plugins --- */

static const char *text(const struct generation *g, struct str s)
{
    const char *copy = api_copy(g, s);
    return copy ? copy : "";
}

/* Calls a row about a request, which may be gone afterwards. */
static void run(struct request *r, struct route route)
{
    struct host *host = r->host;
    struct generation *g = host->lineup->members[route.member].generation;
    const mortise_route *row = &g->registered.routes[route.row];
    const struct http_exchange *x = r->x;

    host_enter(host, g, NULL);
    blame_current.what = "route";
    blame_current.name = row->path;
    /* Of the callback's own memory: the exchange ends with the answer. */
    struct str body = arena_str(&host->arena, r->body);
    if (!body.p) {
        host_leave(host);
        r->refused = true;
        if (!r->asked) {
            http_respond_status(r->x, 503);
            forget(r);
        }
        return;
    }
    mortise_http http = {
        .size = sizeof(http),
        .secure = x->secure,
        .method = text(g, x->head.method_text),
        .path = text(g, x->head.path),
        .query = text(g, x->head.query),
        .peer = text(g, x->peer),
        .body = {body.p, body.n},
        .handshake = r->handshake,
    };
    row->call(r->number, &http);
    host_leave(host);
}

/* Asks the rows of BEFORE; whether the request is still there. */
static bool run_before(struct host *host, uint64_t number)
{
    const struct routes *routes = &host->lineup->routes;
    const struct route_list *before = &routes->before;

    for (uint32_t i = 0; i < before->count; i++) {
        struct request *r = requests_find(host, number);
        if (!r)
            return false;
        struct str pattern = str_z(routes_row(routes, before->routes[i])->path);
        if (route_pattern_matches(pattern, r->x->head.path))
            run(r, before->routes[i]);
    }
    return requests_find(host, number) != NULL;
}

bool requests_allow(void *user, struct http_exchange *x, bool handshake,
                    struct buf *text)
{
    struct host *host = user;
    const struct route_list *allow = &host->lineup->routes.allow;
    struct request r = {
        .host = host, .x = x, .asked = true, .handshake = handshake};

    if (allow->count == 0)
        return true;
    r.number = ids_add(&host->requests.ids, &r);
    if (r.number == 0)
        return false; /* who cannot be asked about does not come in */
    buf_init(&r.headers, REQUEST_HEADERS_MAX);
    for (uint32_t i = 0; i < allow->count && !r.refused; i++)
        run(&r, allow->routes[i]);
    if (r.refused)
        buf_append_str(text, buf_str(&r.headers));
    ids_remove(&host->requests.ids, r.number);
    identity_free(r.identity);
    buf_free(&r.headers);
    return !r.refused;
}

/* Everything is there: to the plugin whose route it is now. */
static void deliver(struct request *r)
{
    struct host *host = r->host;
    const struct http_head *head = &r->x->head;
    bool known;
    const struct route *route = routes_find(
        &host->lineup->routes, head->method_text, head->path, &known);

    if (!route) {
        http_respond_status(r->x, 503); /* it went while the body came */
        forget(r);
        return;
    }
    const mortise_route *row = routes_row(&host->lineup->routes, *route);
    if (assign(r, *route) < 0 ||
        timer_start(host->timers, &r->deadline,
                    row->timeout ? row->timeout : TIMEOUT_DEFAULT) < 0) {
        http_respond_status(r->x, 503);
        forget(r);
        return;
    }
    run(r, *route);
}

/* --- what no plugin answers --- */

static void respond_methods(struct host *host, struct http_exchange *x,
                            int status)
{
    struct buf headers;

    buf_init(&headers, REQUEST_HEADERS_MAX);
    buf_append_z(&headers, "Allow: ");
    routes_methods(&host->lineup->routes, x->head.path, &headers);
    buf_append_z(&headers, "\r\n");
    add_cors(host, x, &headers);
    if (status != 405 && host->requests.cors && host->requests.cors->enabled)
        cors_preflight_headers(host->requests.cors, &x->head, &headers);
    struct http_response response = {
        .status = headers.error ? 500 : status,
        .headers = headers.error ? STR("") : buf_str(&headers)};
    http_respond(x, &response);
    buf_free(&headers);
}

void requests_foreign(void *user, struct str origin)
{
    bool whole = origin.n <= ORIGIN_SHOWN;
    log_remark("a page of %.*s%s was refused: \"cors\" of the configuration "
               "does not allow its origin",
               (int)(whole ? origin.n : ORIGIN_SHOWN), origin.p,
               whole ? "" : "...");
}

/* A page of another site may not make its visitors change something here. */
static bool foreign(const struct host *host, const struct http_exchange *x)
{
    static const struct cors_options nobody;
    const struct cors_options *cors =
        host->requests.cors ? host->requests.cors : &nobody;
    return x->head.method != HTTP_GET && x->head.method != HTTP_HEAD &&
           !cors_allows(cors, &x->head, x->secure);
}

/* No route for this method and path. */
static void pass_on(struct host *host, struct http_exchange *x, bool known)
{
    const struct requests *r = &host->requests;
    if (known && x->head.method == HTTP_OPTIONS)
        respond_methods(host, x,
                        r->cors ? cors_preflight_status(r->cors) : 204);
    else if (known)
        respond_methods(host, x, 405);
    else if (r->files)
        r->files->request(r->files_user, x);
    else
        http_respond_status(x, 404);
}

/* --- news of the server --- */

static void respond_metrics(struct host *host, struct http_exchange *x)
{
    struct buf out;

    buf_init(&out, METRICS_TEXT_MAX);
    metrics_print(host, &out);
    struct http_response response = {
        .status = 200,
        .type = STR("text/plain; version=0.0.4; charset=utf-8"),
        .headers = STR("Cache-Control: no-store\r\n"),
        .text = buf_str(&out)};
    if (out.error)
        http_respond_status(x, 500);
    else
        http_respond(x, &response);
    buf_free(&out);
}

static bool wants_metrics(const struct host *host,
                          const struct http_exchange *x)
{
    struct str path = host->requests.metrics_path;
    return path.n > 0 && str_eq(x->head.path, path) &&
           (x->head.method == HTTP_GET || x->head.method == HTTP_HEAD);
}

static void on_request(void *user, struct http_exchange *x)
{
    struct host *host = user;
    const struct routes *routes = &host->lineup->routes;
    bool known;
    const struct route *route =
        routes_find(routes, x->head.method_text, x->head.path, &known);

    if (health_answer(&host->requests.health, x))
        return;
    if (wants_metrics(host, x)) {
        respond_metrics(host, x);
        return;
    }
    if (!route) {
        pass_on(host, x, known);
        return;
    }
    if (foreign(host, x)) {
        requests_foreign(host, http_header_get(&x->head, STR("Origin")));
        http_respond_status(x, 403);
        return;
    }
    struct request *r = request_new(host, x);
    if (!r) {
        http_respond_status(x, 503);
        return;
    }
    if (assign(r, *route) < 0) {
        http_respond_status(x, 503);
        forget(r);
        return;
    }
    const mortise_route *row = routes_row(routes, *route);
    if (!run_before(host, r->number))
        return;
    if (x->head.chunked || x->head.length > 0)
        http_accept_body(x, row->body_max ? (size_t)row->body_max
                                          : BODY_MAX_DEFAULT);
    else
        deliver(r);
}

static void on_body(void *user, struct http_exchange *x, struct str body)
{
    struct request *r = x->data;
    r->body = body;
    deliver(r);
}

static void on_aborted(void *user, struct http_exchange *x)
{
    if (x->data)
        forget(x->data);
}

const struct http_handler requests_handler = {
    .request = on_request,
    .body = on_body,
    .aborted = on_aborted,
    .name = "routes",
};
