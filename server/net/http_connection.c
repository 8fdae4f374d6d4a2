/* SPDX-License-Identifier: MIT */
#include "net/http_internal.h"

#include <assert.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"

void http_connection_set_state(struct http_connection *c, enum http_state state)
{
    static const uint8_t from[] = {
        [HTTP_WAITING] = 1 << HTTP_HELD | 1 << HTTP_SENDING | 1 << HTTP_BODY |
                         1 << HTTP_SKIPPING | 1 << HTTP_PROXY,
        [HTTP_HELD] = 1 << HTTP_WAITING | 1 << HTTP_BODY,
        [HTTP_BODY] = 1 << HTTP_HELD,
        [HTTP_SENDING] = 1 << HTTP_HELD | 1 << HTTP_BODY,
        [HTTP_SKIPPING] = 1 << HTTP_HELD | 1 << HTTP_BODY | 1 << HTTP_SENDING,
        [HTTP_DEAD] = (1 << HTTP_DEAD) - 1,
    };
    assert(from[state] & 1 << c->state);
    c->state = (uint8_t)state;
}

/* ---- The end ---- */

/* Everything but the stream, the exchange and the memory. */
static void leave(struct http_connection *c)
{
    http_connection_set_state(c, HTTP_DEAD);
    timer_stop(&c->server->loop->timers, &c->timer);
    deferred_cancel(&c->resume);
    TAILQ_REMOVE(&c->server->connections, c, link);
    slice_unref(c->rest);
    if (c->source)
        c->source->release(c->source);
    c->rest = NULL;
    c->source = NULL;
}

/* The last thing done to a connection: tells a handler that its exchange is
 * over, with an answer or without. */
static void bury(struct http_connection *c, int status)
{
    struct http_request *r = c->request;
    struct http_server *server = c->server;

    c->request = NULL;
    server->count--;
    if (!c->in_read)
        mem_free(c);
    if (!r)
        return;
    r->connection = NULL;
    r->x.status = status;
    if (r->handler && r->handler->aborted)
        r->handler->aborted(r->user, &r->x);
    http_request_release(server, r);
}

void http_connection_end(struct http_connection *c, int status)
{
    leave(c);
    stream_end(c->stream, HTTP_CLOSE_GRACE);
    bury(c, status);
}

void http_connection_cut(struct http_connection *c, int status)
{
    leave(c);
    stream_abort(c->stream);
    bury(c, status);
}

void http_connection_finish(struct http_connection *c)
{
    struct http_request *r = c->request;
    c->request = NULL;
    r->connection = NULL;
    http_request_release(c->server, r);
}

void http_connection_fail(struct http_connection *c, int status)
{
    http_response_refuse(c, status);
    http_connection_end(c, status);
}

/* ---- Time ---- */

void http_connection_wait(struct http_connection *c, int64_t delay)
{
    struct timers *timers = &c->server->loop->timers;

    c->deadline = timers->now + delay;
    if (timer_running(&c->timer) && c->timer.due <= c->deadline)
        return;
    /* Cannot fail: it never leaves the heap but to come back at once. Only a
     * new connection has to look. */
    (void)timer_start_at(timers, &c->timer, c->deadline);
}

/* The peer neither sends nor takes anything for too long. */
static void on_silence(struct http_connection *c)
{
    bool progress = http_response_progress(c);

    switch ((enum http_state)c->state) {
    case HTTP_WAITING:
        if (c->head_begun)
            http_connection_fail(c, 408);
        else if (progress && stream_queued(c->stream) > 0)
            http_connection_wait(c, c->server->limits.keep_alive_timeout);
        else if (stream_has_input(c->stream))
            /* The loop has stood still, or the next request came just now:
             * the next turn reads it. */
            http_connection_wait(c, 1);
        else
            http_connection_end(c, 0);
        return;
    case HTTP_BODY:
        http_connection_fail(c, 408);
        return;
    case HTTP_SENDING:
        if (progress)
            http_connection_wait(c, c->server->limits.body_timeout);
        else
            http_connection_cut(c, 0);
        return;
    case HTTP_SKIPPING:
        http_connection_end(c, 0);
        return;
    case HTTP_PROXY:
        http_connection_cut(c, 0);
        return;
    case HTTP_HELD:
    case HTTP_DEAD:
        return;
    }
}

static void on_timer(struct timer *timer)
{
    struct http_connection *c =
        CONTAINER_OF(timer, struct http_connection, timer);
    struct timers *timers = &c->server->loop->timers;

    if (timers->now >= c->deadline)
        on_silence(c);
    else
        (void)timer_start_at(timers, &c->timer, c->deadline);
}

/* ---- Heads ---- */

static void rebase_str(struct str *s, const char *from, size_t n,
                       const char *to)
{
    /* Not all of them point into the input: "/" may stand for nothing. */
    if (s->p >= from && s->p <= from + n)
        s->p = to + (s->p - from);
}

/* Gives the request its own copy of the head. 0, ERR_NOMEM. */
static int keep_head(struct http_request *r, const char *p, size_t n)
{
    struct http_head *head = &r->x.head;
    int result = buf_append(&r->head, p, n);
    if (result < 0)
        return result;
    const char *to = r->head.p;
    rebase_str(&head->method_text, p, n, to);
    rebase_str(&head->target, p, n, to);
    rebase_str(&head->path, p, n, to);
    rebase_str(&head->query, p, n, to);
    for (uint32_t i = 0; i < head->header_count; i++) {
        rebase_str(&head->headers[i].name, p, n, to);
        rebase_str(&head->headers[i].value, p, n, to);
    }
    return 0;
}

/* Hands a request to whom it concerns. */
static void dispatch(struct http_connection *c, struct http_request *r)
{
    const struct http_head *head = &r->x.head;
    const struct http_mount *mount = http_server_find(c->server, head->path);

    http_proxy_identify(c, r);
    r->x.data = NULL;
    r->x.status = 0;
    r->connection = c;
    r->handler = mount ? mount->handler : NULL;
    r->user = mount ? mount->user : NULL;
    c->request = r;
    http_body_init(c, head);
    http_connection_set_state(c, HTTP_HELD);
    c->deadline = INT64_MAX;
    if (mount)
        mount->handler->request(mount->user, &r->x);
    else
        http_respond_status(&r->x, 404);
}

/* Returns whether there may be more to do. */
static bool read_head(struct http_connection *c, struct http_input *in)
{
    struct http_server *server = c->server;
    int status = 0;

    if (in->n == 0)
        return false;
    struct http_request *r = http_request_new(server);
    if (!r) {
        http_connection_cut(c, 0);
        return false;
    }
    int n = http_parse_head(in->p, in->n, c->seen, server->limits.header_size,
                            &r->x.head, &status);
    if (n > 0 && keep_head(r, in->p, (size_t)n) == 0) {
        in->p += n;
        in->n -= (size_t)n;
        c->seen = 0;
        c->head_begun = false;
        dispatch(c, r);
        return true;
    }
    http_request_release(server, r);
    if (n > 0) {
        http_connection_cut(c, 0);
    } else if (n == ERR_SYNTAX) {
        http_connection_fail(c, status);
    } else {
        c->seen = in->n;
        if (!c->head_begun)
            http_connection_wait(c, server->limits.header_timeout);
        c->head_begun = true;
    }
    return false;
}

/* ---- What comes next ---- */

void http_connection_next(struct http_connection *c)
{
    const struct http_limits *limits = &c->server->limits;

    if (c->close || (c->peer_closed && !c->leftover && !c->in_read)) {
        http_connection_end(c, 0);
        return;
    }
    if (!c->body_done) {
        http_connection_set_state(c, HTTP_SKIPPING);
        http_body_init_skip(c);
        http_connection_wait(c, limits->body_timeout);
    } else {
        http_connection_set_state(c, HTTP_WAITING);
        http_connection_wait(c, limits->keep_alive_timeout);
    }
    if (c->leftover && !c->in_read)
        loop_defer(c->server->loop, &c->resume);
}

/* ---- What the stream and the loop say ---- */

static bool step(struct http_connection *c, struct http_input *in)
{
    switch ((enum http_state)c->state) {
    case HTTP_WAITING:
        return read_head(c, in);
    case HTTP_BODY:
        return http_body_read(c, in);
    case HTTP_SKIPPING:
        return http_body_skip(c, in);
    case HTTP_PROXY:
        return http_proxy_read(c, in);
    case HTTP_HELD:
    case HTTP_SENDING:
    case HTTP_DEAD:
        break;
    }
    return false;
}

/* The peer sends nothing more. What was answered still goes out; who waits for
 * an answer behind that is taken to have gone. */
static void end_of_input(struct http_connection *c)
{
    if (c->state != HTTP_SENDING)
        http_connection_end(c, 0);
}

static size_t on_read(void *user, char *p, size_t n)
{
    struct http_connection *c = user;
    struct http_input in = {p, n};

    c->in_read = true;
    c->leftover = false;
    while (step(c, &in))
        ;
    c->leftover = in.n > 0;
    c->in_read = false;
    if (c->state == HTTP_DEAD) {
        mem_free(c);
        return n - in.n;
    }
    if (in.n >= c->server->limits.header_size && !c->paused &&
        (c->state == HTTP_HELD || c->state == HTTP_SENDING)) {
        c->paused = true;
        stream_pause(c->stream);
    }
    if (c->peer_closed)
        end_of_input(c);
    return n - in.n;
}

static void on_closed(void *user, int error)
{
    struct http_connection *c = user;

    c->peer_closed = true;
    if (error < 0)
        http_connection_cut(c, 0);
    /* Whole requests may still wait behind what was answered last. */
    else if (!deferred_waits(&c->resume))
        end_of_input(c);
}

static void on_drained(void *user)
{
    struct http_connection *c = user;
    if (c->state == HTTP_SENDING)
        http_response_pump(c);
}

/* Goes on with what could not be done within the call that made it possible:
 * handlers are called from here, and only from here and from read(). */
static void on_resume(struct deferred *deferred)
{
    struct http_connection *c =
        CONTAINER_OF(deferred, struct http_connection, resume);
    struct http_input none = {NULL, 0};

    c->in_read = true;
    if (c->state == HTTP_SENDING)
        http_response_pump(c);
    while (step(c, &none))
        ;
    c->in_read = false;
    if (c->state == HTTP_DEAD) {
        mem_free(c);
        return;
    }
    if (c->leftover && c->state != HTTP_HELD && c->state != HTTP_SENDING) {
        c->paused = false;
        stream_resume(c->stream);
    } else if (c->peer_closed) {
        end_of_input(c);
    }
}

/* ---- Its beginning, and what handlers call ---- */

void http_connection_new(struct http_server *server, int fd, struct str peer,
                         bool proxied, const struct tls_context *tls)
{
    static const struct stream_events events = {
        .read = on_read,
        .closed = on_closed,
        .drained = on_drained,
    };
    struct http_connection *c = mem_zalloc(sizeof(*c));
    if (!c) {
        close(fd);
        return;
    }
    c->server = server;
    c->state = proxied ? HTTP_PROXY : HTTP_WAITING;
    timer_init(&c->timer, on_timer);
    deferred_init(&c->resume, on_resume);
    c->send_buffer = server->limits.send_buffer;
    c->stream = (proxied ? stream_new_proxied : stream_new)(
        server->loop, fd, peer, c->send_buffer, &events, c);
    if (!c->stream) {
        mem_free(c);
        return;
    }
    server->count++;
    TAILQ_INSERT_TAIL(&server->connections, c, link);
    http_connection_wait(c, server->limits.header_timeout);
    if (!timer_running(&c->timer) || (tls && stream_secure(c->stream, tls) < 0))
        http_connection_cut(c, 0);
}

bool http_connection_idle(const struct http_connection *c)
{
    return (c->state == HTTP_WAITING || c->state == HTTP_PROXY) &&
           !c->head_begun && !c->leftover;
}

void http_accept_body(struct http_exchange *x, size_t max)
{
    struct http_connection *c = http_connection_of(x);

    c->request->body_max = max;
    http_connection_set_state(c, HTTP_BODY);
    if (!c->in_read)
        loop_defer(c->server->loop, &c->resume);
}

void http_abort(struct http_exchange *x)
{
    struct http_connection *c = http_connection_of(x);
    http_connection_finish(c);
    http_connection_cut(c, 0);
}

struct stream *http_upgrade(struct http_exchange *x, struct str head)
{
    struct http_connection *c = http_connection_of(x);
    struct http_server *server = c->server;
    struct stream *s = c->stream;

    int result = stream_write(s, head.p, head.n);
    http_connection_finish(c);
    if (result < 0) {
        http_connection_cut(c, 0);
        return NULL;
    }
    stream_flush(s);
    if (c->paused)
        stream_resume(s);
    leave(c);
    bury(c, 0);
    server->count++; /* until it is released */
    return s;
}
