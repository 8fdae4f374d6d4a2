/* SPDX-License-Identifier: MIT */
#include "operation/control_orders.h"

#include "base/mem.h"
#include "host/host.h"
#include "operation/order_message.h"

#define ANSWER_MAX ((size_t)16 << 20)
/* For the message as a value. */
#define ARENA_MAX ((size_t)64 << 20)

/* Somebody who waits for the end of a command. */
struct waiting {
    struct order_watch watch;
    struct http_exchange *exchange;
};

static void answer(struct http_exchange *x, struct buf *out)
{
    struct http_response r = {.status = 200, .type = STR("application/json")};

    buf_append_char(out, '\n');
    r.body = buf_to_slice(out);
    if (r.body)
        http_respond(x, &r);
    else
        http_respond_status(x, 500);
    slice_unref(r.body);
}

static void answer_list(const struct host *host, struct http_exchange *x)
{
    struct json_writer w;
    struct buf out;

    buf_init(&out, ANSWER_MAX);
    json_writer_init(&w, &out);
    orders_describe(host, &w);
    answer(x, &out);
    buf_free(&out);
}

static void on_answered(struct order_watch *watch,
                        const struct order_outcome *outcome)
{
    struct waiting *waiting = CONTAINER_OF(watch, struct waiting, watch);
    struct buf out;

    buf_init(&out, ANSWER_MAX);
    order_message_put_outcome(&out, outcome);
    answer(waiting->exchange, &out);
    buf_free(&out);
    mem_free(waiting);
}

static void on_request(void *user, struct http_exchange *x)
{
    struct http_response wrong = {.status = 405,
                                  .type = STR("text/plain"),
                                  .headers = STR("Allow: GET, HEAD, POST\r\n"),
                                  .text = STR("Method Not Allowed\n")};
    struct waiting *waiting;

    if (!str_eq(x->head.path, STR("/commands"))) {
        http_respond_status(x, 404);
    } else if (x->head.method == HTTP_GET || x->head.method == HTTP_HEAD) {
        answer_list(user, x);
    } else if (x->head.method != HTTP_POST) {
        http_respond(x, &wrong);
    } else if (!(waiting = mem_zalloc(sizeof(*waiting)))) {
        http_respond_status(x, 503);
    } else {
        waiting->exchange = x;
        waiting->watch.answered = on_answered;
        x->data = waiting;
        http_accept_body(x, ORDER_MESSAGE_MAX);
    }
}

static void on_body(void *user, struct http_exchange *x, struct str body)
{
    struct waiting *waiting = x->data;
    struct order_given given;
    struct arena arena;

    arena_init(&arena, ARENA_MAX);
    if (order_message_read(body, &arena, &given) == 0) {
        orders_give(user, &given, &waiting->watch);
    } else {
        mem_free(waiting);
        http_respond_status(x, 400);
    }
    arena_free(&arena);
}

static void on_aborted(void *user, struct http_exchange *x)
{
    struct waiting *waiting = x->data;

    if (!waiting)
        return;
    orders_abandon(user, &waiting->watch);
    mem_free(waiting);
}

const struct http_handler control_orders_handler = {
    .request = on_request, .body = on_body, .aborted = on_aborted};
