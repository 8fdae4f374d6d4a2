/* SPDX-License-Identifier: MIT */
#include "net/websocket.h"

#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "net/stream.h"
#include "net/ws_control.h"
#include "net/ws_handshake.h"

#define HEAD_MAX 8192

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

/* How long the peer may take to answer our close frame. */
struct farewell {
    struct timer timer;
    struct websocket *ws;
};

/* Most are idle, and there are many: what only some of them need, and only for
 * a while, has memory of its own for that while. */
struct websocket {
    struct http_server *server;
    const struct websocket_events *events;
    void *user;
    union {
        struct { /* until WEBSOCKET_OVER */
            struct stream *stream;
            struct ws_parser parser; /* while parsing, that of parse() counts */
            union {
                struct ws_deflate *deflate; /* while WEBSOCKET_OPEN; NULL: not
                                               agreed to */
                struct farewell *farewell;  /* while WEBSOCKET_CLOSING */
            };
        };
        struct deferred deliver; /* from then on */
    };
    uint32_t max_message;
    uint16_t code;
    uint8_t pongs;         /* queued since the queue was empty */
    uint8_t state : 2;     /* enum websocket_state */
    bool parsing : 1;      /* within on_read() */
    bool waiting : 1;      /* the stream keeps messages for us */
    bool ended : 1;        /* the peer sends nothing behind them */
    bool may_compress : 1; /* it was agreed to */
};
_Static_assert(sizeof(struct websocket) <= 56, "there are many of them");

static void release(struct websocket *ws)
{
    http_server_release(ws->server);
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

static struct timers *timers_of(const struct websocket *ws)
{
    return &stream_loop(ws->stream)->timers;
}

/* What it had for what does not go on; the stream is still there. */
static void drop_all(struct websocket *ws)
{
    if (ws->state == WEBSOCKET_OPEN) {
        ws_deflate_free(ws->deflate);
    } else {
        timer_stop(timers_of(ws), &ws->farewell->timer);
        mem_give(ws->farewell, sizeof(*ws->farewell));
    }
    if (!ws->parsing)
        ws_parser_free(&ws->parser);
}

/* The stream has been given up, and all else was dropped. Whoever calls sees
 * to deliver(). */
static void finish(struct websocket *ws, int code)
{
    ws->code = (uint16_t)code;
    set_state(ws, WEBSOCKET_OVER);
    deferred_init(&ws->deliver, on_deliver);
}

/* Flushes and closes the stream. */
static void end(struct websocket *ws, int code)
{
    drop_all(ws);
    stream_end(ws->stream, WEBSOCKET_CLOSE_GRACE);
    finish(ws, code);
}

/* Nothing can be sent any more. */
static void break_off(struct websocket *ws)
{
    drop_all(ws);
    stream_abort(ws->stream);
    finish(ws, WS_CODE_ABNORMAL);
}

/* ---- Control frames ---- */

/* We found the peer at fault (section 7.1.7). */
static void fail(struct websocket *ws, int code)
{
    if (ws->state == WEBSOCKET_OPEN)
        ws_send_close(ws->stream, code);
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
        ws_send_control(ws->stream, WS_CLOSE, m->p, m->n);
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
    if (ws->pongs < PONGS_MAX &&
        ws_send_control(ws->stream, WS_PONG, m->p, m->n) == 0)
        ws->pongs++;
}

/* ---- Events of the stream ---- */

/* How many further messages it was worth. */
static int handle_compressed(struct websocket *ws, const struct ws_message *m)
{
    struct buf plain;
    int result = ws_deflate_read(ws->deflate, m, ws->max_message, &plain);
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
static size_t handle_all(struct websocket *ws, struct ws_parser *parser,
                         char *p, size_t n)
{
    const struct ws_rules rules = {ws->max_message, ws->may_compress};
    size_t at = 0;
    int count = 0;
    while (ws->state < WEBSOCKET_OVER && count++ < MESSAGES_AT_A_TIME) {
        size_t used = 0;
        struct ws_message m;
        int result = ws_parse(parser, &rules, p + at, n - at, &used, &m);
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
    ws->waiting = ws->state < WEBSOCKET_OVER && at < n;
    if (ws->waiting)
        stream_resume(ws->stream);
    else if (ws->state < WEBSOCKET_OVER && ws->ended)
        end(ws, WS_CODE_ABNORMAL);
    return at;
}

/* It takes up room that others need, with a message that is not all there. */
static void on_crowded(void *user)
{
    fail(user, WS_CODE_TRY_LATER);
    deliver(user);
}

/* A message may be shown from the parser's memory, and its reader be who makes
 * an end of the WebSocket: so that memory is not the WebSocket's meanwhile. */
static size_t parse(struct websocket *ws, char *p, size_t n)
{
    struct ws_parser parser = ws->parser;
    ws->parsing = true;
    ws->waiting = false;
    size_t at = handle_all(ws, &parser, p, n);
    ws->parsing = false;
    if (ws->state < WEBSOCKET_OVER)
        ws->parser = parser;
    else
        ws_parser_free(&parser);
    if (parser.partial)
        ws_parser_hold(&parser, http_server_intake(ws->server), on_crowded, ws,
                       stream_peer(ws->stream));
    return at;
}

static size_t on_read(void *user, char *p, size_t n)
{
    struct websocket *ws = user;
    size_t at = parse(ws, p, n);
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
    if (error != 0)
        break_off(ws);
    else
        end(ws, WS_CODE_ABNORMAL);
    deliver(ws);
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
    struct websocket *ws = CONTAINER_OF(timer, struct farewell, timer)->ws;
    break_off(ws);
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
    ws->may_compress = true;
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
    ws->max_message = (uint32_t)(max_message < BUF_MAX ? max_message : BUF_MAX);
    ws_parser_init(&ws->parser);
    ws->stream = http_upgrade(x, buf_str(&head));
    if (!ws->stream)
        goto out;
    stream_set_user(ws->stream, &stream_events, ws);
    buf_free(&head);
    return ws;
out:
    buf_free(&head);
    if (ws)
        ws_deflate_free(ws->deflate);
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
    return ws->state == WEBSOCKET_OPEN && ws->deflate;
}

bool websocket_compresses(const struct websocket *ws, uint32_t n)
{
    return websocket_may_compress(ws) && ws_deflate_wants(ws->deflate, n);
}

int websocket_send_compressed(struct websocket *ws, struct slice *slice,
                              uint32_t offset, uint32_t n,
                              struct ws_shared *shared)
{
    uint32_t at;
    struct slice *small =
        websocket_may_compress(ws)
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
    return ws->state < WEBSOCKET_OVER ? stream_queued(ws->stream) : 0;
}

uint32_t websocket_waiting(const struct websocket *ws)
{
    return ws->state < WEBSOCKET_OVER ? stream_waiting(ws->stream) : 0;
}

bool websocket_behind(const struct websocket *ws)
{
    return ws->state < WEBSOCKET_OVER && stream_behind(ws->stream);
}

struct str websocket_peer(const struct websocket *ws)
{
    return ws->state < WEBSOCKET_OVER ? stream_peer(ws->stream) : STR("");
}

/* From here on the peer's close frame is awaited. False: no memory for that. */
static bool begin_closing(struct websocket *ws)
{
    struct farewell *farewell = mem_take(sizeof(*farewell));
    if (!farewell)
        return false;
    ws_deflate_free(ws->deflate);
    set_state(ws, WEBSOCKET_CLOSING);
    ws->farewell = farewell;
    farewell->ws = ws;
    timer_init(&farewell->timer, on_grace);
    timer_start(timers_of(ws), &farewell->timer, WEBSOCKET_CLOSE_GRACE);
    return true;
}

void websocket_close(struct websocket *ws, int code)
{
    if (ws->state != WEBSOCKET_OPEN)
        return;
    if (ws_send_close(ws->stream, code) == 0 && begin_closing(ws))
        return;
    /* Without room for the frame or the timer there is no handshake, only an
     * end. The owner hears of it later, not from within its own call. */
    struct loop *loop = stream_loop(ws->stream);
    end(ws, WS_CODE_ABNORMAL);
    if (!ws->parsing)
        loop_defer(loop, &ws->deliver);
}

void websocket_abort(struct websocket *ws)
{
    if (!ws || ws->state == WEBSOCKET_GONE)
        return;
    if (ws->state == WEBSOCKET_OVER) {
        deferred_cancel(&ws->deliver);
    } else {
        drop_all(ws);
        stream_abort(ws->stream);
    }
    set_state(ws, WEBSOCKET_GONE);
    if (!ws->parsing)
        release(ws);
}
