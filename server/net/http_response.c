/* SPDX-License-Identifier: MIT */
#include "net/http_internal.h"

#include <assert.h>

#include "base/error.h"

/* A slice of at most so many bytes is copied behind the head: one piece of
 * memory to write is cheaper than a reference. A text has to be copied
 * anyway, but a long one only once. */
#define COPY_SLICE_MAX 512
#define COPY_TEXT_MAX  4096
/* With more than this queued, the next request has to wait. */
#define QUEUE_HIGH (256 * 1024)

/* ---- The head ---- */

/* 204 and 304 end with the head whatever it says (RFC 9112, 6.3). */
static bool has_body(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

static void append_status_line(struct buf *out, int status)
{
    if (status == 200) {
        buf_append_str(out, STR("HTTP/1.1 200 OK\r\nDate: "));
        return;
    }
    buf_append_str(out, STR("HTTP/1.1 "));
    buf_append_u64(out, (uint64_t)status);
    buf_append_char(out, ' ');
    buf_append_z(out, http_status_text(status));
    buf_append_str(out, STR("\r\nDate: "));
}

static uint64_t body_length(const struct http_response *r)
{
    if (r->source)
        return r->source->length;
    return r->body ? r->body->n : r->text.n;
}

/* Puts the head together in the scratch buffer. */
static void build_head(struct http_server *server,
                       const struct http_response *r, uint8_t minor, bool close)
{
    struct buf *out = &server->scratch;

    buf_clear(out);
    append_status_line(out, r->status);
    buf_append_str(out, http_server_date(server));
    if (r->type.n) {
        buf_append_str(out, STR("\r\nContent-Type: "));
        buf_append_str(out, r->type);
    }
    if (has_body(r->status)) {
        buf_append_str(out, STR("\r\nContent-Length: "));
        buf_append_u64(out, body_length(r));
    }
    if (close)
        buf_append_str(out, STR("\r\nConnection: close"));
    else if (minor == 0)
        buf_append_str(out, STR("\r\nConnection: keep-alive"));
    buf_append_str(out, STR("\r\n"));
    buf_append_str(out, r->headers);
    buf_append_str(out, STR("\r\n"));
}

/* ---- The body ---- */

static void drop_body(struct http_connection *c)
{
    slice_unref(c->rest);
    c->rest = NULL;
    if (c->source)
        c->source->release(c->source);
    c->source = NULL;
}

/* Hands the next piece of a slice to the stream. */
static int send_of_slice(struct http_connection *c, size_t max)
{
    size_t left = c->rest->n - c->rest_at;
    uint32_t n = (uint32_t)(left < max ? left : max);

    int result = stream_send(c->stream, c->rest, c->rest_at, n);
    if (result < 0)
        return result;
    c->handed += n;
    c->rest_at += n;
    if (c->rest_at == c->rest->n)
        drop_body(c);
    return 0;
}

static int send_of_source(struct http_connection *c, size_t max)
{
    size_t n = c->source_left < max ? (size_t)c->source_left : max;

    struct slice *piece = c->source->next(c->source, n);
    if (!piece)
        return ERR_IO;
    assert(piece->n > 0 && piece->n <= n);
    int result = stream_send(c->stream, piece, 0, piece->n);
    c->handed += piece->n;
    c->source_left -= piece->n;
    slice_unref(piece);
    if (c->source_left == 0)
        drop_body(c);
    return result;
}

/* Hands the next piece of the body to the stream, if there is one. */
static int send_piece(struct http_connection *c)
{
    size_t max = c->send_buffer;
    size_t queued = stream_queued(c->stream);

    max = queued < max ? max - queued : 1;
    if (max > HTTP_PIECE_SIZE)
        max = HTTP_PIECE_SIZE;
    if (c->rest)
        return send_of_slice(c, max);
    return c->source ? send_of_source(c, max) : 0;
}

void http_response_pump(struct http_connection *c)
{
    assert(c->state == HTTP_SENDING);
    if (stream_queued(c->stream) == 0) {
        if (!c->rest && !c->source) {
            http_connection_next(c);
            return;
        }
        if (send_piece(c) < 0) {
            http_connection_cut(c, 0);
            return;
        }
    }
    /* A stream that is behind says when it has drained; one that is not may
     * be through by the next turn. */
    if (!stream_behind(c->stream))
        loop_defer(c->server->loop, &c->resume);
}

bool http_response_progress(struct http_connection *c)
{
    uint64_t written = c->handed - stream_queued(c->stream);
    bool progress = written != c->written;

    c->written = written;
    return progress;
}

/* ---- The whole ---- */

/* Whether what is still to come of the request's body can be waited for. */
static bool can_skip(const struct http_connection *c)
{
    if (c->body_done)
        return true;
    /* A client that was not told to send it may send it or not. */
    return c->continued && (c->chunked || c->body_left <= HTTP_SKIP_MAX);
}

/* Sets apart what of the body does not go out together with the head. 0,
 * ERR_NOMEM. */
static int keep_body(struct http_connection *c, const struct http_response *r)
{
    struct buf *out = &c->server->scratch;

    c->rest_at = 0;
    if (r->source) {
        c->source = r->source->length ? r->source : NULL;
        c->source_left = r->source->length;
        return 0;
    }
    if (!r->body && r->text.n <= COPY_TEXT_MAX)
        return buf_append_str(out, r->text);
    if (r->body && r->body->n <= COPY_SLICE_MAX)
        return buf_append_str(out, slice_str(r->body));
    c->rest = r->body ? slice_ref(r->body) : slice_new(r->text.p, r->text.n);
    return c->rest ? 0 : ERR_NOMEM;
}

/* Hands the head and the first of the body to the stream. */
static int send_first(struct http_connection *c)
{
    struct buf *out = &c->server->scratch;

    if (out->error)
        return out->error;
    int result = stream_write(c->stream, out->p, out->n);
    if (result < 0)
        return result;
    c->handed += out->n;
    return send_piece(c);
}

/* The response is queued, or the first piece of it. */
static void go_on(struct http_connection *c)
{
    size_t high = c->send_buffer / 4;

    if (high > QUEUE_HIGH)
        high = QUEUE_HIGH;
    if (!c->rest && !c->source && stream_queued(c->stream) <= high) {
        http_connection_next(c);
        return;
    }
    http_connection_set_state(c, HTTP_SENDING);
    http_connection_wait(c, c->server->limits.body_timeout);
    loop_defer(c->server->loop, &c->resume);
}

void http_respond(struct http_exchange *x, const struct http_response *r)
{
    struct http_connection *c = http_connection_of(x);
    struct http_server *server = c->server;
    bool with_body = x->head.method != HTTP_HEAD && has_body(r->status);

    assert(r->headers.n == 0 || str_ends(r->headers, STR("\r\n")));
    c->close =
        r->close || !x->head.keep_alive || server->draining || !can_skip(c);
    build_head(server, r, x->head.minor, c->close);
    http_errors_count(server, c->request, r->status);
    int result = with_body ? keep_body(c, r) : 0;
    if (r->source && !c->source)
        r->source->release(r->source);
    http_connection_finish(c);
    if (result == 0)
        result = send_first(c);
    if (result < 0)
        http_connection_cut(c, 0);
    else
        go_on(c);
}

void http_respond_status(struct http_exchange *x, int status)
{
    struct http_response r = {.status = status};

    if (has_body(status)) {
        r.type = STR("text/plain");
        r.text = str_z(http_status_text(status));
    }
    http_respond(x, &r);
}

void http_response_refuse(struct http_connection *c, int status)
{
    struct http_request *asked = c->request;
    struct http_response r = {.status = status};
    struct buf *out = &c->server->scratch;

    if (asked && asked->handler && asked->handler->refusing)
        r.headers = asked->handler->refusing(asked->user, &asked->x);
    else if (status == 503)
        r.headers = STR("Retry-After: 1\r\n");
    build_head(c->server, &r, 1, true);
    http_errors_count(c->server, asked, status);
    /* The connection ends in any case; what cannot be said is not said. */
    if (out->error == 0)
        (void)stream_write(c->stream, out->p, out->n);
}
