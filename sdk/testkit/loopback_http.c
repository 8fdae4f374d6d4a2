/* SPDX-License-Identifier: MIT */
/* mortise/http.h, looped back: both sides. */
#include <mortise/http.h>
#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "internal.h"
#include "loopback.h"

enum {
    CALL_ROUTES,
    CALL_TEXT,
    CALL_BODY_JSON,
    CALL_BODY,
    CALL_HEADER,
    CALL_COOKIE,
    CALL_ANSWER,
    CALL_JSON,
    CALL_REFUSE,
};

#define ROWS_MAX 256

struct row {
    struct loopback *plugin;
    mortise_http_call *call;
};

static struct row rows[ROWS_MAX];
static int row_count;

static void reset(void)
{
    row_count = 0;
}

/* --- the host's calls --- */

static void put_http(struct wire *w, const mortise_http *http)
{
    wire_put(w, http->secure);
    wire_put_text(w, http->method);
    wire_put_text(w, http->path);
    wire_put_text(w, http->query);
    wire_put_text(w, http->peer);
    wire_put_str(w, str_of(http->body.p, http->body.n));
    wire_put(w, http->handshake);
}

static void get_http(struct wire *w, struct loopback *l, mortise_http *http)
{
    memset(http, 0, sizeof(*http));
    http->size = sizeof(*http);
    http->secure = (uint32_t)wire_get(w);
    http->method = loopback_get_text(l, w);
    http->path = loopback_get_text(l, w);
    http->query = loopback_get_text(l, w);
    http->peer = loopback_get_text(l, w);
    struct str body = arena_str(&l->near_host.arena, wire_get_str(w));
    http->body = (mortise_str){body.p, body.n};
    http->handshake = (uint32_t)wire_get(w);
}

static void run(int number, mortise_request request, const mortise_http *far)
{
    struct loopback *l = rows[number].plugin;
    long left = kit_memory_pause();
    mortise_http http;
    struct wire w;

    wire_init(&w);
    put_http(&w, far);
    loopback_enter(l, NULL);
    get_http(&w, l, &http);
    wire_free(&w);
    kit_memory_resume(left);
    rows[number].call(request, &http);
    left = kit_memory_pause();
    loopback_leave(l);
    kit_memory_resume(left);
}

#define ROW(n)                                                                 \
    static void row_##n(mortise_request request, const mortise_http *http)     \
    {                                                                          \
        run(0x##n, request, http);                                             \
    }
#define NAME(n) row_##n,
LOOPBACK_256(ROW, 0)
static mortise_http_call *const functions[ROWS_MAX] = {LOOPBACK_256(NAME, 0)};

/* --- the plugin's calls --- */

static int near_routes(mortise_host table, const mortise_route *from,
                       uint32_t count, uint32_t row_size)
{
    struct crossing c;

    assert(row_size == sizeof(mortise_route) && row_count + count <= ROWS_MAX);
    crossing_begin(&c, table, &loopback_http, CALL_ROUTES);
    wire_put(&c.wire, count);
    for (uint32_t i = 0; i < count; i++) {
        wire_put_text(&c.wire, from[i].method);
        wire_put_text(&c.wire, from[i].path);
        wire_put(&c.wire, (uint64_t)row_count);
        wire_put(&c.wire, from[i].body_max);
        wire_put(&c.wire, (uint64_t)from[i].timeout);
        rows[row_count++] = (struct row){c.plugin, from[i].call};
    }
    return (int)crossing_number(&c);
}

static const char *near_text(mortise_host table, mortise_request request,
                             uint32_t what, const char *name)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_http, CALL_TEXT);
    wire_put(&c.wire, request);
    wire_put(&c.wire, what);
    wire_put_text(&c.wire, name);
    return crossing_text(&c);
}

static mortise_str near_body(mortise_host table, mortise_request request)
{
    struct crossing c;
    struct wire reply;

    crossing_begin(&c, table, &loopback_http, CALL_BODY);
    wire_put(&c.wire, request);
    crossing_make(&c, &reply);
    mortise_str body = crossing_get_bytes(&c, &reply);
    crossing_end(&c, &reply);
    return body;
}

static mortise_value near_body_json(mortise_host table, mortise_request request)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_http, CALL_BODY_JSON);
    wire_put(&c.wire, request);
    return crossing_value(&c);
}

static int near_header(mortise_host table, mortise_request request,
                       const char *name, const char *value)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_http, CALL_HEADER);
    wire_put(&c.wire, request);
    wire_put_text(&c.wire, name);
    wire_put_text(&c.wire, value);
    return (int)crossing_number(&c);
}

static int near_cookie(mortise_host table, mortise_request request,
                       const char *name, const char *value, int64_t max_age,
                       uint32_t flags)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_http, CALL_COOKIE);
    wire_put(&c.wire, request);
    wire_put_text(&c.wire, name);
    wire_put_text(&c.wire, value);
    wire_put(&c.wire, (uint64_t)max_age);
    wire_put(&c.wire, flags);
    return (int)crossing_number(&c);
}

static int near_answer(mortise_host table, mortise_request request, int status,
                       const char *type, mortise_str body)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_http, CALL_ANSWER);
    wire_put(&c.wire, request);
    wire_put(&c.wire, (uint64_t)(int64_t)status);
    wire_put_text(&c.wire, type);
    wire_put_str(&c.wire, str_of(body.p, body.n));
    return (int)crossing_number(&c);
}

static int near_json(mortise_host table, mortise_request request, int status,
                     const char *format, ...)
{
    struct crossing c;
    va_list args;

    crossing_begin(&c, table, &loopback_http, CALL_JSON);
    wire_put(&c.wire, request);
    wire_put(&c.wire, (uint64_t)(int64_t)status);
    va_start(args, format);
    int result = crossing_format(&c, "mortise_http_json", format, args);
    va_end(args);
    return result;
}

static int near_refuse(mortise_host table, mortise_request request,
                       const char *text)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_http, CALL_REFUSE);
    wire_put(&c.wire, request);
    wire_put_text(&c.wire, text);
    return (int)crossing_number(&c);
}

static const struct mortise_http_table near_table = {
    .size = sizeof(struct mortise_http_table),
    .routes = near_routes,
    .text = near_text,
    .body = near_body,
    .body_json = near_body_json,
    .header = near_header,
    .cookie = near_cookie,
    .answer = near_answer,
    .json = near_json,
    .refuse = near_refuse,
};

/* --- the far side --- */

static const char *keep(struct service *s)
{
    const char *text = wire_get_text(s->in);
    return text ? arena_str(&s->plugin->kept, str_z(text)).p : NULL;
}

static int serve_routes(struct service *s, const struct mortise_http_table *t)
{
    uint32_t count = (uint32_t)wire_get(s->in);
    mortise_route *routes =
        arena_zalloc(&s->plugin->kept, (count + 1) * sizeof(*routes));

    assert(routes);
    for (uint32_t i = 0; i < count; i++) {
        mortise_route *r = &routes[i];
        r->method = keep(s);
        r->path = keep(s);
        r->call = functions[wire_get(s->in)];
        r->body_max = wire_get(s->in);
        r->timeout = (int64_t)wire_get(s->in);
    }
    return t->routes(s->table, routes, count, sizeof(*routes));
}

/* What is read of a request. */
static void serve_reading(struct service *s, const struct mortise_http_table *t,
                          uint64_t call)
{
    mortise_request request = wire_get(s->in);

    if (call == CALL_TEXT) {
        uint32_t what = (uint32_t)wire_get(s->in);
        wire_put_text(s->out,
                      t->text(s->table, request, what, wire_get_text(s->in)));
    } else if (call == CALL_BODY) {
        mortise_str body = t->body(s->table, request);
        wire_put_str(s->out, str_of(body.p, body.n));
    } else {
        service_put_value(s, t->body_json(s->table, request));
    }
}

static int serve_answer(struct service *s, const struct mortise_http_table *t)
{
    mortise_request request = wire_get(s->in);
    int status = (int)wire_get(s->in);
    const char *type = wire_get_text(s->in);
    struct str body = wire_get_str(s->in);
    return t->answer(s->table, request, status, type,
                     (mortise_str){body.p, body.n});
}

static int serve_json(struct service *s, const struct mortise_http_table *t)
{
    mortise_request request = wire_get(s->in);
    int status = (int)wire_get(s->in);
    struct passed p;

    service_get_values(s, &p);
    service_act(s);
    int result = t->json(s->table, request, status, PASS(p));
    service_acted(s);
    return result;
}

static int serve_header(struct service *s, const struct mortise_http_table *t,
                        uint64_t call)
{
    mortise_request request = wire_get(s->in);
    const char *name = wire_get_text(s->in);

    if (call == CALL_REFUSE)
        return t->refuse(s->table, request, name);
    const char *value = wire_get_text(s->in);
    if (call == CALL_HEADER)
        return t->header(s->table, request, name, value);
    int64_t max_age = (int64_t)wire_get(s->in);
    return t->cookie(s->table, request, name, value, max_age,
                     (uint32_t)wire_get(s->in));
}

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_http_table *t = s->extension;
    int result;

    switch (call) {
    case CALL_TEXT:
    case CALL_BODY:
    case CALL_BODY_JSON:
        serve_reading(s, t, call);
        return;
    case CALL_ROUTES:
        result = serve_routes(s, t);
        break;
    case CALL_ANSWER:
        result = serve_answer(s, t);
        break;
    case CALL_JSON:
        result = serve_json(s, t);
        break;
    default:
        result = serve_header(s, t, call);
    }
    wire_put(s->out, (uint64_t)(int64_t)result);
}

const struct loopback_extension loopback_http = {
    .id = "mortise.http/1",
    .table = &near_table,
    .serve = serve,
    .reset = reset,
};
