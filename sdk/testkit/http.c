/* SPDX-License-Identifier: MIT */
/*
 * Requests for the routes of plugins: what host/ calls of the HTTP server, and
 * the other end. Linked in place of net/'s connections.
 */
#include <string.h>

#include "base/error.h"
#include "host/services/requests.h"
#include "internal.h"
#include "json/writer.h"
#include "match.h"

#define AT ((struct kit_place){file, line})

struct kit_exchange {
    struct http_exchange x; /* first: what the host knows it by */
    TAILQ_ENTRY(kit_exchange) link;
    struct testkit *kit;
    int number;
    struct buf head; /* the request as text; x.head points into it */
    char *body;
    size_t body_size, body_max;
    bool wants_body, over;
    int status; /* of the response; 0: there is none yet */
    struct buf type, headers, text;
};

static struct kit_exchange *of(struct http_exchange *x)
{
    return (struct kit_exchange *)(void *)x;
}

/* --- the server's calls --- */

void http_respond(struct http_exchange *x, const struct http_response *r)
{
    struct kit_exchange *e = of(x);
    long left = kit_memory_pause();

    assert(!e->over);
    e->over = true;
    e->status = r->status;
    buf_append_str(&e->type, r->type);
    buf_append_str(&e->headers, r->headers);
    if (x->head.method != HTTP_HEAD)
        buf_append_str(&e->text, r->body ? slice_str(r->body) : r->text);
    kit_memory_resume(left);
}

void http_respond_status(struct http_exchange *x, int status)
{
    struct http_response response = {.status = status,
                                     .type = STR("text/plain"),
                                     .text = str_z(http_status_text(status))};
    http_respond(x, &response);
}

void http_accept_body(struct http_exchange *x, size_t max)
{
    of(x)->wants_body = true;
    of(x)->body_max = max;
}

/* --- the other end --- */

void kit_put_head(struct buf *out, const char *request, const char *lines,
                  size_t body_size)
{
    struct str headers = str_z(lines);

    buf_printf(out, "%s HTTP/1.1\r\nHost: localhost\r\n", request);
    while (headers.n > 0) {
        buf_append_str(out, str_trim(str_cut(&headers, '\n')));
        buf_append_z(out, "\r\n");
    }
    if (body_size > 0)
        buf_printf(out, "Content-Length: %zu\r\n", body_size);
    buf_append_z(out, "\r\n");
}

void kit_read_head(struct kit_place at, const struct buf *text,
                   struct http_head *ret_head)
{
    int status;
    if (text->error < 0 || http_parse_head(text->p, text->n, 0, KIT_HEAD_MAX,
                                           ret_head, &status) < 0)
        kit_fail(at, "this is no request: %.*s", STR_ARG(buf_str(text)));
}

static struct kit_exchange *exchange_new(struct kit_place at,
                                         struct testkit *kit,
                                         const struct testkit_request *request)
{
    struct kit_exchange *e = kit_realloc(NULL, sizeof(*e));

    memset(e, 0, sizeof(*e));
    e->kit = kit;
    e->number = ++kit->requests;
    buf_init(&e->head, KIT_HEAD_MAX);
    buf_init(&e->type, BUF_MAX);
    buf_init(&e->headers, BUF_MAX);
    buf_init(&e->text, BUF_MAX);
    e->body = kit_dup(request->body ? request->body : "");
    e->body_size = strlen(e->body);
    kit_put_head(&e->head, request->request, request->headers, e->body_size);
    kit_read_head(at, &e->head, &e->x.head);
    e->x.peer = str_z(request->address ? request->address : "127.0.0.1");
    TAILQ_INSERT_TAIL(&kit->exchanges, e, link);
    return e;
}

/* The body in memory of its exact size. */
static void send_body(struct kit_exchange *e)
{
    if (e->body_size > e->body_max) {
        e->x.status = e->status = 413;
        e->over = true;
        requests_handler.aborted(e->kit->host, &e->x);
        return;
    }
    char *exact = kit_realloc(NULL, e->body_size);
    memcpy(exact, e->body, e->body_size);
    free(e->body);
    e->body = exact;
    requests_handler.body(e->kit->host, &e->x, str_of(exact, e->body_size));
}

int testkit_request_at(const char *file, int line, struct testkit *kit,
                       struct testkit_request request)
{
    struct kit_exchange *e = exchange_new(AT, kit, &request);

    kit_enter(kit);
    requests_handler.request(kit->host, &e->x);
    if (e->wants_body && !e->over)
        send_body(e);
    kit_leave(kit);
    return e->number;
}

static struct kit_exchange *find(struct kit_place at, struct testkit *kit,
                                 int number)
{
    struct kit_exchange *e;

    TAILQ_FOREACH(e, &kit->exchanges, link)
    if (e->number == number)
        return e;
    kit_fail(at, "there is no request %d", number);
}

static void give_up(struct kit_exchange *e)
{
    if (e->over)
        return;
    e->over = true;
    requests_handler.aborted(e->kit->host, &e->x);
}

void testkit_abandon_at(const char *file, int line, struct testkit *kit,
                        int number)
{
    struct kit_exchange *e = find(AT, kit, number);
    kit_enter(kit);
    give_up(e);
    kit_leave(kit);
}

void kit_end_requests(struct testkit *kit)
{
    struct kit_exchange *e;

    while ((e = TAILQ_FIRST(&kit->exchanges))) {
        give_up(e);
        TAILQ_REMOVE(&kit->exchanges, e, link);
        buf_free(&e->head);
        buf_free(&e->type);
        buf_free(&e->headers);
        buf_free(&e->text);
        free(e->body);
        free(e);
    }
}

/* --- expecting --- */

__attribute__((noreturn)) static void
fail_response(struct kit_place at, const struct kit_exchange *e, int status,
              struct str text)
{
    kit_fail(at,
             "expected response %d %.*s\n  request %d: %.*s %.*s\n"
             "  %s %d %.*s\nthe log:\n%s",
             status, STR_ARG(text), e->number, STR_ARG(e->x.head.method_text),
             STR_ARG(e->x.head.target),
             e->status ? "was answered" : "has no answer:", e->status,
             STR_ARG(buf_str(&e->text)), testkit_log(e->kit));
}

void testkit_expect_response_at(const char *file, int line, struct testkit *kit,
                                int number, int status, const char *text)
{
    const struct kit_exchange *e = find(AT, kit, number);
    if (e->status != status || !str_eq(buf_str(&e->text), str_z(text)))
        fail_response(AT, e, status, str_z(text));
}

static bool is_json(struct str type)
{
    return str_eq_nocase(str_trim(str_cut(&type, ';')),
                         STR("application/json"));
}

void testkit_expect_json_at(const char *file, int line, struct testkit *kit,
                            int number, int status, const char *format, ...)
{
    const struct kit_exchange *e = find(AT, kit, number);
    struct buf text;
    va_list args;

    buf_init(&text, BUF_MAX);
    va_start(args, format);
    kit_build_json(AT, &text, format, args);
    va_end(args);
    if (e->status != status || !is_json(buf_str(&e->type)) ||
        !match_text(buf_str(&text), buf_str(&e->text)))
        fail_response(AT, e, status, buf_str(&text));
    buf_free(&text);
}

void testkit_expect_no_response_at(const char *file, int line,
                                   struct testkit *kit, int number)
{
    const struct kit_exchange *e = find(AT, kit, number);
    if (e->status != 0)
        kit_fail(AT, "expected no response yet, but it was %d %.*s", e->status,
                 STR_ARG(buf_str(&e->text)));
}

const char *testkit_response_header_at(const char *file, int line,
                                       struct testkit *kit, int number,
                                       const char *name)
{
    const struct kit_exchange *e = find(AT, kit, number);
    struct str rest = buf_str(&e->headers);

    if (str_eq_nocase(str_z(name), STR("Content-Type")) && e->type.n > 0)
        return arena_str(&kit->texts, buf_str(&e->type)).p;
    while (rest.n > 0) {
        struct str value = str_cut(&rest, '\n');
        struct str key = str_cut(&value, ':');
        if (value.n == 0 || !str_eq_nocase(key, str_z(name)))
            continue;
        value.n -= value.p[value.n - 1] == '\r';
        return arena_str(&kit->texts, str_trim(value)).p;
    }
    return NULL;
}
