/* SPDX-License-Identifier: MIT */
/* The body of a request: read for the handler, or thrown away. */
#include "net/http_internal.h"

#include "base/error.h"

void http_body_init(struct http_connection *c, const struct http_head *head)
{
    c->chunked = head->chunked;
    c->body_left = head->length;
    c->body_done = !head->chunked && head->length == 0;
    c->body_begun = false;
    c->continued = !head->expect_continue;
    http_chunks_init(&c->chunks);
}

/*
 * Takes the next bytes of the body from the input, as many as there are in
 * one piece. 0, or ERR_SYNTAX.
 */
static int take_body(struct http_connection *c, struct http_input *in,
                     struct str *ret_data)
{
    size_t used = c->body_left < in->n ? (size_t)c->body_left : in->n;
    struct str data = str_of(in->p, used);

    if (c->chunked) {
        int result = http_chunks_feed(&c->chunks, in->p, in->n, &used, &data);
        if (result < 0)
            return result;
        c->body_done = result == 1;
    } else {
        c->body_left -= used;
        c->body_done = c->body_left == 0;
    }
    in->p += used;
    in->n -= used;
    *ret_data = data;
    return 0;
}

/* Before the first byte: whether the body may come at all. */
static bool begin_body(struct http_connection *c)
{
    c->body_begun = true;
    if (!c->chunked && c->body_left > c->request->body_max) {
        http_connection_fail(c, 413);
        return false;
    }
    if (c->body_done)
        return true;
    if (!c->continued &&
        stream_write(c->stream, "HTTP/1.1 100 Continue\r\n\r\n", 25) < 0) {
        http_connection_cut(c, 0);
        return false;
    }
    c->continued = true;
    http_connection_wait(c, c->server->limits.body_timeout);
    return true;
}

/* It takes up room that others need. */
static void on_crowded(void *user)
{
    struct http_request *r = user;

    http_connection_fail(r->connection, 503);
}

/* Counts what there is of the body. */
static void hold(struct http_connection *c)
{
    struct http_request *r = c->request;

    r->held.end = on_crowded;
    r->held.user = r;
    r->held.peer = r->x.peer;
    intake_hold(&c->server->intake, &r->held, r->body.n);
}

static void deliver_body(struct http_connection *c)
{
    struct http_request *r = c->request;

    assert(r->handler->body);
    intake_release(&r->held);
    http_connection_set_state(c, HTTP_HELD);
    c->deadline = INT64_MAX;
    r->handler->body(r->user, &r->x, buf_str(&r->body));
}

bool http_body_read(struct http_connection *c, struct http_input *in)
{
    struct http_request *r = c->request;

    if (!c->body_begun && !begin_body(c))
        return false;
    while (!c->body_done && in->n > 0) {
        struct str data;
        if (take_body(c, in, &data) < 0) {
            http_connection_fail(c, 400);
            return false;
        }
        if (data.n > r->body_max - r->body.n) {
            http_connection_fail(c, 413);
            return false;
        }
        if (buf_append_str(&r->body, data) < 0) {
            http_connection_cut(c, 0);
            return false;
        }
    }
    if (!c->body_done) {
        hold(c);
        return false;
    }
    deliver_body(c);
    return true;
}

void http_body_init_skip(struct http_connection *c)
{
    if (c->chunked)
        c->body_left = HTTP_SKIP_MAX;
}

bool http_body_skip(struct http_connection *c, struct http_input *in)
{
    while (!c->body_done && in->n > 0) {
        struct str data;
        size_t before = in->n;
        if (take_body(c, in, &data) < 0) {
            http_connection_end(c, 0);
            return false;
        }
        size_t used = before - in->n;
        if (c->chunked && used > c->body_left) {
            http_connection_end(c, 0);
            return false;
        }
        if (c->chunked)
            c->body_left -= used;
    }
    if (c->body_done)
        http_connection_next(c);
    return c->body_done;
}
