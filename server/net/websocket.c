/* SPDX-License-Identifier: MIT */
#include "net/websocket.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "net/stream.h"
#include "net/ws_handshake.h"

#define HEAD_MAX 8192

#define CONTROL_MAX 125
/* Pongs that may wait for a peer that sends pings without reading. */
#define PONGS_MAX 60
/*
 * So many messages of one peer are handled before the others have their turn:
 * one read may hold ten thousand, and each may go out to a thousand receivers.
 */
#define MESSAGES_AT_A_TIME 128
/* A compressed message counts as one more for so many bytes that it means. */
#define COMPRESSED_BYTES 8192

enum websocket_state {
    WEBSOCKET_OPEN,
    WEBSOCKET_CLOSING, /* our close frame is sent, the peer's is awaited */
    WEBSOCKET_OVER,    /* the stream is given up; `closed` is due */
    WEBSOCKET_GONE,    /* nobody holds it any more */
};

struct websocket {
    struct stream *stream; /* NULL from WEBSOCKET_OVER on */
    struct loop *loop;
    struct http_server *server;
    const struct websocket_events *events;
    void *user;
    struct ws_parser parser;
    struct ws_deflate *deflate; /* NULL: not agreed to */
    union {
        struct timer grace;      /* until WEBSOCKET_OVER */
        struct deferred deliver; /* then */
    };
    struct deferred more; /* shows what the peer has sent beyond that */
    int code;
    uint8_t state; /* enum websocket_state */
    uint8_t pongs; /* queued since the queue was empty */
    bool parsing;  /* within on_read() */
    bool leftover; /* the stream keeps bytes for us */
    bool waiting;  /* in which there may be whole messages */
    bool ended;    /* the peer sends nothing behind them */
};

static void release(struct websocket *ws)
{
    http_server_release(ws->server);
    ws_parser_free(&ws->parser);
    mem_free(ws);
}

static void set_state(struct websocket *ws, enum websocket_state state)
{
    assert(state > ws->state);
    ws->state = state;
}

/* Tells the owner. Nothing of its own may be on the stack. */
static void deliver(struct websocket *ws)
{
    assert(ws->state == WEBSOCKET_OVER && !ws->parsing);
    set_state(ws, WEBSOCKET_GONE);
    ws->events->closed(ws->user, ws->code);
    release(ws);
}

static void on_deliver(struct deferred *deferred)
{
    deliver(CONTAINER_OF(deferred, struct websocket, deliver));
}

/* Nothing is compressed or read any more. */
static void drop_deflate(struct websocket *ws)
{
    ws_deflate_free(ws->deflate);
    ws->deflate = NULL;
}

/* The stream has been given up. Whoever calls sees to deliver(). */
static void finish(struct websocket *ws, int code)
{
    drop_deflate(ws);
    timer_stop(&ws->loop->timers, &ws->grace);
    loop_cancel(ws->loop, &ws->more);
    deferred_init(&ws->deliver, on_deliver);
    ws->stream = NULL;
    ws->code = code;
    set_state(ws, WEBSOCKET_OVER);
}

/* Flushes and closes the stream. */
static void end(struct websocket *ws, int code)
{
    stream_end(ws->stream, WEBSOCKET_CLOSE_GRACE);
    finish(ws, code);
}

/* ---- Control frames ---- */

static int send_control(struct websocket *ws, enum ws_opcode opcode,
                        const void *payload, size_t n)
{
    char frame[WS_HEADER_MAX + CONTROL_MAX];
    assert(n <= CONTROL_MAX);
    if (n > 0)
        memcpy(frame + WS_HEADER_MAX, payload, n);
    unsigned header = ws_header_before(frame + WS_HEADER_MAX, opcode, n);
    return stream_write(ws->stream, frame + WS_HEADER_MAX - header, header + n);
}

static int send_close(struct websocket *ws, int code)
{
    uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    return send_control(ws, WS_CLOSE, payload,
                        code == WS_CODE_NONE ? 0 : sizeof(payload));
}

/* We found the peer at fault (section 7.1.7). */
static void fail(struct websocket *ws, int code)
{
    if (ws->state == WEBSOCKET_OPEN)
        send_close(ws, code);
    end(ws, code);
}

static void on_close_frame(struct websocket *ws, const struct ws_message *m)
{
    int code = ws_close_code(m->p, m->n);
    if (code < 0) {
        fail(ws, -code);
        return;
    }
    /* The same back, reason and all (section 5.5.1). */
    if (ws->state == WEBSOCKET_OPEN)
        send_control(ws, WS_CLOSE, m->p, m->n);
    end(ws, code);
}

static void on_ping(struct websocket *ws, const struct ws_message *m)
{
    if (ws->state != WEBSOCKET_OPEN)
        return;
    if (ws->pongs >= PONGS_MAX)
        stream_flush(ws->stream);
    if (stream_queued(ws->stream) == 0)
        ws->pongs = 0;
    /* A peer that does not read its pongs gets no more of them; neither does
     * one whose queue is full. */
    if (ws->pongs < PONGS_MAX && send_control(ws, WS_PONG, m->p, m->n) == 0)
        ws->pongs++;
}

/* ---- Events of the stream ---- */

/* How many further messages it was worth. */
static int handle_compressed(struct websocket *ws, const struct ws_message *m)
{
    struct buf plain;
    int result =
        ws_deflate_read(ws->deflate, m, ws->parser.max_message, &plain);
    int worth = (int)(plain.n / COMPRESSED_BYTES);

    if (result < 0)
        fail(ws, -result);
    else
        ws->events->message(ws->user, m->opcode == WS_COMPRESSED_BINARY,
                            plain.p, plain.n);
    buf_free(&plain);
    return worth;
}

static int handle(struct websocket *ws, const struct ws_message *m)
{
    switch (m->opcode) {
    case WS_TEXT:
    case WS_BINARY:
        if (ws->state == WEBSOCKET_OPEN)
            ws->events->message(ws->user, m->opcode == WS_BINARY, m->p, m->n);
        break;
    case WS_COMPRESSED_TEXT:
    case WS_COMPRESSED_BINARY:
        return ws->state == WEBSOCKET_OPEN ? handle_compressed(ws, m) : 0;
    case WS_CLOSE:
        on_close_frame(ws, m);
        break;
    case WS_PING:
        on_ping(ws, m);
        break;
    case WS_PONG:
    case WS_CONTINUATION:
        break;
    }
    return 0;
}

/* Handles messages, and returns how many bytes they took. What is left over
 * is an incomplete one, or is shown again when the others had their turn. */
static size_t parse(struct websocket *ws, char *p, size_t n)
{
    size_t at = 0;
    int count = 0;
    ws->waiting = false;
    while (ws->state < WEBSOCKET_OVER && count++ < MESSAGES_AT_A_TIME) {
        size_t used = 0;
        struct ws_message m;
        int result = ws_parse(&ws->parser, p + at, n - at, &used, &m);
        at += used;
        if (result > 0)
            count += handle(ws, &m);
        else if (result < 0)
            fail(ws, -result);
        else if (ws->ended)
            end(ws, WS_CODE_ABNORMAL);
        else
            return at;
    }
    ws->waiting = ws->state < WEBSOCKET_OVER;
    if (ws->waiting)
        loop_defer(ws->loop, &ws->more);
    return at;
}

static size_t on_read(void *user, char *p, size_t n)
{
    struct websocket *ws = user;
    ws->parsing = true;
    size_t at = parse(ws, p, n);
    ws->leftover = at < n;
    ws->parsing = false;
    if (ws->state == WEBSOCKET_OVER)
        deliver(ws);
    else if (ws->state == WEBSOCKET_GONE)
        release(ws);
    return at;
}

static void on_closed(void *user, int error)
{
    struct websocket *ws = user;
    if (error == 0 && ws->waiting) {
        ws->ended = true; /* what was sent before the end comes first */
        return;
    }
    if (error != 0) {
        stream_abort(ws->stream);
        finish(ws, WS_CODE_ABNORMAL);
    } else {
        end(ws, WS_CODE_ABNORMAL);
    }
    deliver(ws);
}

static void on_more(struct deferred *deferred)
{
    struct websocket *ws = CONTAINER_OF(deferred, struct websocket, more);
    ws->waiting = ws->waiting && ws->leftover;
    if (ws->waiting)
        stream_resume(ws->stream);
    else if (ws->ended)
        on_closed(ws, 0);
}

static void on_drained(void *user)
{
    struct websocket *ws = user;
    if (ws->state == WEBSOCKET_OPEN && ws->events->drained)
        ws->events->drained(ws->user);
}

static const struct stream_events stream_events = {
    .read = on_read,
    .closed = on_closed,
    .drained = on_drained,
};

/* The peer has not answered our close frame. */
static void on_grace(struct timer *timer)
{
    struct websocket *ws = CONTAINER_OF(timer, struct websocket, grace);
    stream_abort(ws->stream);
    finish(ws, WS_CODE_ABNORMAL);
    deliver(ws);
}

/* ---- The opening handshake ---- */

int websocket_check(const struct http_exchange *x)
{
    return ws_handshake_check(&x->head);
}

bool websocket_check_offer(const struct http_exchange *x,
                           const struct ws_deflate_pool *pool)
{
    struct ws_terms terms;
    return ws_deflate_agree(pool, &x->head, &terms) >= 0;
}

/* Puts down what was agreed to, if anything. ERR_NOMEM. */
static int agree(struct websocket *ws, const struct http_exchange *x,
                 struct ws_deflate_pool *pool, struct buf *head)
{
    struct ws_terms terms;
    if (ws_deflate_agree(pool, &x->head, &terms) <= 0)
        return 0;
    ws_terms_write(&terms, head);
    ws->deflate = ws_deflate_new(pool, &terms);
    return ws->deflate ? 0 : ERR_NOMEM;
}

struct websocket *websocket_accept(struct http_exchange *x, struct str headers,
                                   size_t max_message,
                                   struct ws_deflate_pool *pool,
                                   const struct websocket_events *events,
                                   void *user)
{
    struct buf head;
    struct websocket *ws = mem_zalloc(sizeof(*ws));
    assert(websocket_check(x) == 0 && websocket_check_offer(x, pool));
    buf_init(&head, HEAD_MAX + headers.n);
    ws_handshake_answer(&x->head, headers, &head);
    if (!ws || agree(ws, x, pool, &head) < 0 ||
        buf_append_str(&head, STR("\r\n")) < 0) {
        http_abort(x);
        goto out;
    }
    ws->server = http_exchange_server(x);
    ws->events = events;
    ws->user = user;
    ws_parser_init(&ws->parser, max_message);
    if (ws->deflate)
        ws_parser_allow_compressed(&ws->parser);
    timer_init(&ws->grace, on_grace);
    deferred_init(&ws->more, on_more);
    ws->stream = http_upgrade(x, buf_str(&head));
    if (!ws->stream)
        goto out;
    ws->loop = stream_loop(ws->stream);
    stream_set_user(ws->stream, &stream_events, ws);
    buf_free(&head);
    return ws;
out:
    buf_free(&head);
    if (ws)
        drop_deflate(ws);
    mem_free(ws);
    return NULL;
}

/* ---- The owner's calls ---- */

void websocket_set_user(struct websocket *ws,
                        const struct websocket_events *events, void *user)
{
    ws->events = events;
    ws->user = user;
}

int websocket_send(struct websocket *ws, struct slice *slice, uint32_t offset,
                   uint32_t n)
{
    if (ws->state != WEBSOCKET_OPEN)
        return ERR_CLOSED;
    return stream_send(ws->stream, slice, offset, n);
}

bool websocket_may_compress(const struct websocket *ws)
{
    return ws->deflate != NULL;
}

bool websocket_compresses(const struct websocket *ws, uint32_t n)
{
    return ws->deflate && ws_deflate_wants(ws->deflate, n);
}

int websocket_send_compressed(struct websocket *ws, struct slice *slice,
                              uint32_t offset, uint32_t n,
                              struct ws_shared *shared)
{
    uint32_t at;
    struct slice *small =
        ws->state == WEBSOCKET_OPEN && ws->deflate
            ? ws_deflate_frame(ws->deflate, slice, offset, n, shared, &at)
            : NULL;
    if (!small)
        return websocket_send(ws, slice, offset, n);
    int result = websocket_send(ws, small, at, small->n - at);
    if (result < 0)
        ws_deflate_forget(ws->deflate);
    slice_unref(small);
    return result;
}

bool websocket_flush(struct websocket *ws)
{
    return ws->state == WEBSOCKET_OPEN && stream_flush(ws->stream);
}

void websocket_cut(struct websocket *ws)
{
    if (ws->state != WEBSOCKET_OPEN)
        return;
    stream_cut(ws->stream);
    if (ws->deflate)
        ws_deflate_forget(ws->deflate);
}

size_t websocket_queued(const struct websocket *ws)
{
    return ws->stream ? stream_queued(ws->stream) : 0;
}

uint32_t websocket_waiting(const struct websocket *ws)
{
    return ws->stream ? stream_waiting(ws->stream) : 0;
}

bool websocket_behind(const struct websocket *ws)
{
    return ws->stream && stream_behind(ws->stream);
}

struct str websocket_peer(const struct websocket *ws)
{
    return ws->stream ? stream_peer(ws->stream) : STR("");
}

void websocket_close(struct websocket *ws, int code)
{
    if (ws->state != WEBSOCKET_OPEN)
        return;
    if (send_close(ws, code) == 0 && timer_start(&ws->loop->timers, &ws->grace,
                                                 WEBSOCKET_CLOSE_GRACE) == 0) {
        set_state(ws, WEBSOCKET_CLOSING);
        return;
    }
    /* Without room for the frame or the timer there is no handshake, only an
     * end. The owner hears of it later, not from within its own call. */
    end(ws, WS_CODE_ABNORMAL);
    if (!ws->parsing)
        loop_defer(ws->loop, &ws->deliver);
}

void websocket_abort(struct websocket *ws)
{
    if (!ws || ws->state == WEBSOCKET_GONE)
        return;
    if (ws->state == WEBSOCKET_OVER) {
        loop_cancel(ws->loop, &ws->deliver);
    } else {
        timer_stop(&ws->loop->timers, &ws->grace);
        loop_cancel(ws->loop, &ws->more);
        stream_abort(ws->stream);
        ws->stream = NULL;
        drop_deflate(ws);
    }
    set_state(ws, WEBSOCKET_GONE);
    if (!ws->parsing)
        release(ws);
}
