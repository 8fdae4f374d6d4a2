/* SPDX-License-Identifier: MIT */
/* An application that owns one WebSocket connection, and its client. */
#ifndef MORTISE_TESTS_WEBSOCKET_UNIT_H
#define MORTISE_TESTS_WEBSOCKET_UNIT_H

#include "net_unit.h"
#include "ws_unit.h"

#include <string.h>

#include "net/websocket.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))
#define MAX_MESSAGE   100000
#define SEND_BUFFER   (1 << 20)

#define REQUEST(path, more)                                                    \
    "GET " path " HTTP/1.1\r\n"                                                \
    "Host: localhost\r\n"                                                      \
    "Upgrade: websocket\r\n"                                                   \
    "Connection: keep-alive, Upgrade\r\n" more "\r\n"
#define KEY     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
/* The answer to that key in section 1.3. */
#define ANSWER                                                                 \
    "HTTP/1.1 101 Switching Protocols\r\n"                                     \
    "Upgrade: websocket\r\n"                                                   \
    "Connection: Upgrade\r\n"                                                  \
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

enum action { DO_NOTHING, DO_ECHO, DO_CLOSE, DO_ABORT, DO_HAND_OVER };

/* The owner of the connection. */
struct owner {
    struct websocket *ws;
    enum action on_message;
    bool abort_in_closed;
    bool refuses;        /* answers with what websocket_check() says */
    bool greets;         /* sends a message as soon as it has accepted */
    const char *headers; /* that go with the 101 */
    bool within;         /* within one of its own calls */
    bool over;
    int messages;
    int closed;
    int code;
    int drained;
    struct buf got; /* messages, as frames of a server */
    struct owner *heir;
};

static struct loop *loop;
static struct http_server *server;
static struct owner owner;
static struct owner heir;
static struct buf input;
static struct buf output;
static int client = -1;
static int refusal;
static struct ws_deflate_pool *pool; /* NULL: nothing is compressed */
static long live;

static inline void send_frame(struct websocket *ws, enum ws_opcode opcode,
                              const char *p, size_t n, int expected)
{
    struct buf b;
    buf_init(&b, BUF_MAX);
    server_frame(&b, opcode, p, n);
    struct slice *slice = buf_to_slice(&b);
    ck_assert_int_eq(websocket_send(ws, slice, 0, slice->n), expected);
    slice_unref(slice);
}

static const struct websocket_events events;

static inline void on_message(void *user, bool binary, char *p, size_t n)
{
    struct owner *o = user;
    enum ws_opcode opcode = binary ? WS_BINARY : WS_TEXT;
    ck_assert(!o->over);
    o->messages++;
    server_frame(&o->got, opcode, p, n);
    switch (o->on_message) {
    case DO_ECHO:
        send_frame(o->ws, opcode, p, n, 0);
        break;
    case DO_CLOSE:
        o->within = true;
        websocket_close(o->ws, WS_CODE_GOING_AWAY);
        send_frame(o->ws, opcode, p, n, ERR_CLOSED);
        o->within = false;
        break;
    case DO_ABORT:
        o->over = true;
        websocket_abort(o->ws);
        break;
    case DO_HAND_OVER:
        o->over = true;
        heir.ws = o->ws;
        websocket_set_user(o->ws, &events, &heir);
        break;
    case DO_NOTHING:
        break;
    }
    memset(p, '!', n); /* the bytes are still ours */
}

static inline void on_closed(void *user, int code)
{
    struct owner *o = user;
    ck_assert(!o->over && !o->within);
    o->closed++;
    o->code = code;
    o->over = true;
    if (o->abort_in_closed)
        websocket_abort(o->ws);
}

static inline void on_drained(void *user)
{
    struct owner *o = user;
    ck_assert(!o->over);
    o->drained++;
}

static const struct websocket_events events = {on_message, on_closed,
                                               on_drained};

static inline void on_request(void *user, struct http_exchange *x)
{
    struct owner *o = user;
    int status = websocket_check(x);
    if (status == 0 && !websocket_check_offer(x, pool))
        status = 400;
    if (status != 0) {
        refusal = status;
        http_respond_status(x, status);
        return;
    }
    o->ws =
        websocket_accept(x, str_z(o->headers), MAX_MESSAGE, pool, &events, o);
    if (o->ws && o->greets)
        send_frame(o->ws, WS_TEXT, "hello", 5, 0);
}

static const struct http_handler handler = {.request = on_request};

static inline void owner_init(struct owner *o)
{
    *o = (struct owner){.headers = ""};
    buf_init(&o->got, BUF_MAX);
}

static inline void setup(void)
{
    static const struct http_limits limits = {
        .connections = 100,
        .header_size = 16384,
        .header_timeout = 100000000,
        .body_timeout = 100000000,
        .keep_alive_timeout = 100000000,
        .send_buffer = SEND_BUFFER,
    };
    int fds[2];
    live = mem_live();
    loop = loop_new();
    server = http_server_new(loop, &limits);
    ck_assert_ptr_nonnull(server);
    owner_init(&owner);
    owner_init(&heir);
    buf_init(&input, BUF_MAX);
    buf_init(&output, BUF_MAX);
    ck_assert_int_eq(http_server_mount(server, STR("/"), &handler, &owner), 0);
    tcp_pair(fds);
    http_server_accept(server, fds[0], STR("192.0.2.1"));
    client = fds[1];
}

static inline void teardown(void)
{
    if (!owner.over)
        websocket_abort(owner.ws);
    if (owner.over && heir.ws && !heir.over)
        websocket_abort(heir.ws);
    if (client >= 0)
        close(client);
    settle(loop);
    ck_assert_uint_eq(http_server_connections(server), 0);
    http_server_free(server);
    settle(loop);
    ck_assert_uint_eq(loop->streams, 0);
    loop_free(loop);
    buf_free(&owner.got);
    buf_free(&heir.got);
    buf_free(&input);
    buf_free(&output);
    ck_assert_int_eq(mem_live(), live);
}

static inline void write_z(const char *text)
{
    peer_write(loop, client, text, strlen(text));
}

static inline void expect_z(const char *text)
{
    peer_expect(loop, client, text, strlen(text));
}

static inline void open_connection(void)
{
    write_z(REQUEST("/", KEY VERSION));
    expect_z(ANSWER "\r\n");
    ck_assert_ptr_nonnull(owner.ws);
}

static inline void write_input(void)
{
    peer_write(loop, client, input.p, input.n);
}

static inline void expect_output(void)
{
    peer_expect(loop, client, output.p, output.n);
}

static inline void close_frame(struct buf *b, bool of_server, int code)
{
    char payload[2] = {(char)(code >> 8), (char)code};
    size_t n = code == WS_CODE_NONE ? 0 : 2;
    if (of_server)
        server_frame(b, WS_CLOSE, payload, n);
    else
        frame(b, FIN | WS_CLOSE, payload, n);
}

/* What is in `output` comes, then the end; and `closed` with this code. */
static inline void expect_closed(int code)
{
    expect_output();
    ck_assert_int_eq(peer_read_to_end(loop, client), 0);
    TURN_UNTIL(loop, owner.closed > 0);
    ck_assert_int_eq(owner.code, code);
    settle(loop);
    ck_assert_int_eq(owner.closed, 1);
}

#endif
