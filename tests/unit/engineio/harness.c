/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/listener.h"

struct world world;

static void on_open(void *user, struct eio_session *session)
{
    struct str sid = eio_session_id(session);
    world.opened++;
    world.session = session;
    snprintf(world.sid, sizeof(world.sid), "%.*s", STR_ARG(sid));
    struct world **data = eio_session_data(session);
    ck_assert_ptr_null(*data);
    *data = &world;
    ck_assert_ptr_eq(eio_data_session(data), session);
    if (world.on_open)
        world.on_open(session);
}

static void on_message(void *user, struct eio_session *session, bool binary,
                       char *p, size_t n)
{
    struct world **data = eio_session_data(session);
    ck_assert_ptr_eq(*data, &world);
    world.messages++;
    snprintf(world.last, sizeof(world.last), "%.*s", (int)n, p);
    if (world.on_message)
        world.on_message(session, p, n);
    if (world.silent)
        return;
    struct eio_packet *packet =
        binary ? eio_packet_binary(str_of(p, n))
               : eio_packet_text(EIO_MESSAGE, str_of(p, n));
    if (packet)
        eio_session_send(session, packet);
    eio_packet_unref(packet);
}

static void on_close(void *user, struct eio_session *session,
                     enum eio_reason reason)
{
    world.closed++;
    world.reason = reason;
    ck_assert_uint_gt(eio_session_handshake(session)->target.n, 0);
    if (world.session == session)
        world.session = NULL;
}

static void on_drain(void *user, struct eio_session *session)
{
    world.drained++;
    if (world.on_drain)
        world.on_drain(session);
}

static void on_closing(void *user, struct eio_session *session,
                       enum eio_reason reason)
{
    world.closing++;
    if (world.on_closing)
        world.on_closing(session);
}

static const struct eio_events events = {
    .data_size = sizeof(struct world *),
    .open = on_open,
    .message = on_message,
    .close = on_close,
    .drain = on_drain,
    .closing = on_closing,
};

static void on_accepted(void *user, int fd, struct str peer)
{
    http_server_accept(user, fd, peer);
}

static const struct listener_events listener_events = {on_accepted};

struct eio_options world_options(void)
{
    return (struct eio_options){
        .ping_interval = 25000,
        .ping_timeout = 20000,
        .upgrade_timeout = 10000,
        .max_payload = 1000000,
        .send_buffer = 16 << 20,
        .send_low = 500000,
        .packets_per_payload = 1000,
        .polling = true,
        .websocket = true,
        .allow_upgrades = true,
        .cors = {.max_age = -1},
    };
}

void world_start(const struct eio_options *options)
{
    static const struct http_limits limits = {
        .connections = 1000,
        .header_size = 16384,
        .header_timeout = 20000,
        .body_timeout = 20000,
        .keep_alive_timeout = 20000,
        .send_buffer = 32 << 20,
    };
    struct buf error;
    buf_init(&error, 1000);
    world.loop = loop_new();
    ck_assert_ptr_nonnull(world.loop);
    world.http = http_server_new(world.loop, &limits);
    ck_assert_ptr_nonnull(world.http);
    world.eio = eio_server_new(world.loop, options, &events, NULL);
    ck_assert_ptr_nonnull(world.eio);
    ck_assert_int_eq(http_server_mount(world.http, STR("/engine.io/"),
                                       &eio_http_handler, world.eio),
                     0);
    ck_assert_int_eq(listener_new(world.loop, STR("127.0.0.1:0"),
                                  &listener_events, world.http, &world.listener,
                                  &error),
                     0);
    world.port = listener_port(world.listener);
}

void world_stop(void)
{
    listener_free(world.listener);
    eio_server_free(world.eio);
    http_server_free(world.http);
    loop_free(world.loop);
    ck_assert_int_eq(mem_live(), 0);
}

/*
 * The clock of the server and the tests (the linker's --wrap) goes on while a
 * turn waits, and only as long as that means to: a machine that has other
 * things to do lets nobody be late.
 */
#define TURN_MS 5

static int64_t clock_us = 1000000;

int64_t __wrap_clock_mono_ms(void);
int64_t __wrap_clock_mono_ms(void)
{
    return clock_us / 1000;
}

void world_skip(int64_t ms)
{
    clock_us += ms * 1000;
}

void world_turn(void)
{
    int64_t begin = clock_mono_us();

    loop_turn(world.loop, TURN_MS);
    int64_t took = clock_mono_us() - begin;
    clock_us += took < TURN_MS * 1000 ? took : TURN_MS * 1000;
}

int64_t world_deadline(void)
{
    return clock_mono_ms() + 10000;
}

bool world_late(int64_t deadline)
{
    return clock_mono_ms() > deadline;
}

void world_idle(int64_t ms)
{
    int64_t end = clock_mono_ms() + ms;
    while (clock_mono_ms() < end)
        world_turn();
}

static int send_packet(struct eio_packet *packet)
{
    int r = eio_session_send(world.session, packet);
    eio_packet_unref(packet);
    return r;
}

int world_send(const char *text)
{
    return send_packet(eio_packet_text(EIO_MESSAGE, str_z(text)));
}

int world_send_binary(const void *p, size_t n)
{
    return send_packet(eio_packet_binary(str_of(p, n)));
}

struct client client_open(void)
{
    struct client c = {.fd = socket(AF_INET, SOCK_STREAM, 0)};
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)world.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    ck_assert_int_ge(c.fd, 0);
    /* The kernel completes it; nobody needs to accept. */
    ck_assert_int_eq(
        connect(c.fd, (struct sockaddr *)&address, sizeof(address)), 0);
    fcntl(c.fd, F_SETFL, O_NONBLOCK);
    setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return c;
}

void client_close(struct client *c)
{
    close(c->fd);
    free(c->in);
    *c = (struct client){.fd = -1};
}

void client_reset(struct client *c)
{
    struct linger linger = {1, 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    client_close(c);
}

void client_write(struct client *c, const void *p, size_t n)
{
    const char *at = p;
    int64_t deadline = world_deadline();
    while (n > 0) {
        ssize_t sent = send(c->fd, at, n, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN)
                return; /* who reads will notice */
            ck_assert(!world_late(deadline));
            world_turn();
            continue;
        }
        at += sent;
        n -= (size_t)sent;
    }
}

void client_read(struct client *c)
{
    while (!c->eof) {
        if (c->cap - c->n < 65536) {
            c->cap += 1 << 20;
            c->in = realloc(c->in, c->cap + 1);
        }
        ssize_t got = recv(c->fd, c->in + c->n, c->cap - c->n, 0);
        if (got > 0) {
            c->n += (size_t)got;
        } else if (got < 0 && errno == EAGAIN) {
            break;
        } else {
            c->eof = true;
        }
    }
    if (c->in)
        c->in[c->n] = '\0';
}

/* Waits for at least n bytes. */
static void need(struct client *c, size_t n)
{
    client_read(c);
    WAIT_UNTIL((client_read(c), c->n >= n || c->eof));
    ck_assert_msg(c->n >= n, "the connection ended after %zu of %zu bytes",
                  c->n, n);
}

char *client_take(struct client *c, size_t n)
{
    static char *taken;
    need(c, n);
    taken = realloc(taken, n + 1);
    memcpy(taken, c->in, n);
    taken[n] = '\0';
    c->n -= n;
    memmove(c->in, c->in + n, c->n + 1);
    return taken;
}

void client_expect_end(struct client *c)
{
    WAIT_UNTIL((client_read(c), c->eof));
    client_close(c);
}

void client_request(struct client *c, const char *method, const char *target,
                    const char *headers, const char *body, size_t n)
{
    char head[4096];
    int length =
        snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\nHost: test\r\n%s",
                 method, target, headers);
    if (body)
        length += snprintf(head + length, sizeof(head) - (size_t)length,
                           "Content-Length: %zu\r\n", n);
    length += snprintf(head + length, sizeof(head) - (size_t)length, "\r\n");
    client_write(c, head, (size_t)length);
    if (body)
        client_write(c, body, n);
}

struct answer client_answer(struct client *c, bool head)
{
    struct answer a = {0};
    const char *end = NULL, *value;
    need(c, 1);
    WAIT_UNTIL((client_read(c), (end = strstr(c->in, "\r\n\r\n")) || c->eof));
    ck_assert_ptr_nonnull(end);
    size_t n = (size_t)(end - c->in) + 4;
    ck_assert_uint_lt(n, sizeof(a.head));
    memcpy(a.head, client_take(c, n), n);
    ck_assert_int_eq(sscanf(a.head, "HTTP/1.1 %d", &a.status), 1);

    value = answer_header(&a, "Content-Length");
    a.n = value && !head ? (size_t)atol(value) : 0;
    a.body = client_take(c, a.n);
    return a;
}

const char *answer_header(const struct answer *a, const char *name)
{
    static char value[1024];
    const char *line = a->head;
    size_t n = strlen(name);
    while ((line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (strncasecmp(line, name, n) != 0 || line[n] != ':')
            continue;
        line += n + 1;
        line += strspn(line, " ");
        snprintf(value, sizeof(value), "%.*s", (int)strcspn(line, "\r"), line);
        return value;
    }
    return NULL;
}

struct answer ask(const char *method, const char *target, const char *headers,
                  const char *body)
{
    struct client c = client_open();
    client_request(&c, method, target, headers, body, body ? strlen(body) : 0);
    struct answer a = client_answer(&c, strcmp(method, "HEAD") == 0);
    client_close(&c);
    return a;
}

void expect_answer(struct answer a, int status, const char *body)
{
    ck_assert_int_eq(a.status, status);
    ck_assert_str_eq(a.body, body);
}

void expect_header(const struct answer *a, const char *name, const char *value)
{
    const char *found = answer_header(a, name);
    if (!value)
        ck_assert_ptr_null(found);
    else
        ck_assert_pstr_eq(found, value);
}

struct answer refused(const char *method, const char *query,
                      const char *headers, const char *body)
{
    char target[256];
    snprintf(target, sizeof(target), PATH "%s", query);
    struct answer a =
        ask(method, target, headers, strcmp(method, "POST") == 0 ? "4x" : NULL);
    expect_answer(a, strcmp(body, FORBIDDEN) == 0 ? 403 : 400, body);
    expect_header(&a, "Content-Type", "application/json");
    expect_header(&a, "Cache-Control", NULL);
    return a;
}
