/* SPDX-License-Identifier: MIT */
/*
 * For the suites of the HTTP server: a loop, a server on it, an application
 * that writes down what it is told, and clients at the other end of socket
 * pairs.
 */
#ifndef MORTISE_TESTS_HTTP_UNIT_H
#define MORTISE_TESTS_HTTP_UNIT_H

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "net/http_server.h"

#define BODY_MAX 10

static struct loop *loop;
static struct http_server *server;
static struct http_exchange *held; /* the last one of "/hold" */
static char told[4096];            /* what the application was told */
static struct slice *big;          /* what "/big" answers */
static long live_before;
static char no_name[] = ""; /* of the application, in front of what is told */

static inline void tell(const char *what, struct str text)
{
    size_t n = strlen(told);
    snprintf(told + n, sizeof(told) - n, "%s%.*s;", what, STR_ARG(text));
}

static inline void respond_text(struct http_exchange *x, struct str text)
{
    struct http_response r = {.status = 200, .text = text};
    http_respond(x, &r);
}

static inline void app_request(void *user, struct http_exchange *x)
{
    struct str path = x->head.path;
    tell(user, path);
    if (str_eq(path, STR("/hold"))) {
        held = x;
    } else if (str_eq(path, STR("/abort"))) {
        http_abort(x);
    } else if (str_eq(path, STR("/post"))) {
        http_accept_body(x, BODY_MAX);
    } else if (str_eq(path, STR("/big"))) {
        struct http_response r = {.status = 200, .body = big};
        http_respond(x, &r);
    } else {
        respond_text(x, path);
    }
}

static inline void app_body(void *user, struct http_exchange *x,
                            struct str body)
{
    tell("body ", body);
    respond_text(x, body);
}

static inline void app_aborted(void *user, struct http_exchange *x)
{
    char status[16];
    snprintf(status, sizeof(status), "%d", x->status);
    tell("aborted ", str_z(status));
    if (held == x)
        held = NULL;
}

static const struct http_handler app = {app_request, app_body, app_aborted};

/* Nothing times out unless the test wants it to. */
static const struct http_limits roomy = {
    .connections = 10,
    .header_size = 1000,
    .header_timeout = 100000,
    .body_timeout = 100000,
    .keep_alive_timeout = 100000,
    .send_buffer = 1000000,
};

static inline void start_with(const struct http_limits *limits)
{
    live_before = mem_live();
    told[0] = '\0';
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
    server = http_server_new(loop, limits);
    ck_assert_ptr_nonnull(server);
    ck_assert_int_eq(http_server_mount(server, STR("/"), &app, no_name), 0);
}

static inline void start(void)
{
    start_with(&roomy);
}

static inline void stop(void)
{
    http_server_free(server);
    loop_free(loop);
    slice_unref(big);
    ck_assert_int_eq(mem_live(), live_before);
}

/* The client's end of a new connection. */
static inline int connect_client(void)
{
    int fds[2];
    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
        0);
    http_server_accept(server, fds[1], STR("192.0.2.1"));
    return fds[0];
}

static inline void send_n(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            loop_turn(loop, 10);
            continue;
        }
        ck_assert_int_gt(sent, 0);
        p += sent;
        n -= (size_t)sent;
    }
}

static inline void send_text(int fd, const char *text)
{
    send_n(fd, text, strlen(text));
}

/* Turns the loop until nothing happens any more. */
static inline void settle(void)
{
    for (int i = 0; i < 5; i++)
        loop_turn(loop, 0);
}

/* What was received, and whether the server closed the connection. */
struct answer {
    char text[8192];
    size_t n;
    bool closed;
};

/* Takes what is there; whether there was anything. */
static inline bool receive_some(int fd, struct answer *a)
{
    ck_assert_uint_lt(a->n, sizeof(a->text) - 1);
    ssize_t n = recv(fd, a->text + a->n, sizeof(a->text) - 1 - a->n, 0);
    if (n == 0 || (n < 0 && errno == ECONNRESET))
        a->closed = true;
    a->n += n > 0 ? (size_t)n : 0;
    a->text[a->n] = '\0';
    return n > 0;
}

/* The date changes, the tests do not. */
static inline void hide_dates(struct answer *a)
{
    char *date = a->text;
    while ((date = strstr(date, "Date: ")) != NULL) {
        char *end = strstr(date, "GMT\r\n");
        ck_assert_ptr_nonnull(end);
        ck_assert_int_eq(end - date, 32);
        size_t rest = a->n - (size_t)(end - a->text);
        memmove(date + 6, end, rest + 1);
        a->n -= 26;
        date += 6;
    }
}

/* Everything that comes until nothing comes any more. */
static inline struct answer *receive(int fd)
{
    static struct answer a;
    memset(&a, 0, sizeof(a));
    for (int idle = 0; idle < 3 && !a.closed; idle++) {
        loop_turn(loop, 0);
        while (!a.closed && receive_some(fd, &a))
            idle = 0;
    }
    hide_dates(&a);
    return &a;
}

/* The same, but waits for the server to close, for what takes time. */
static inline struct answer *receive_to_end(int fd)
{
    static struct answer a;
    memset(&a, 0, sizeof(a));
    for (int i = 0; i < 1000 && !a.closed; i++) {
        loop_turn(loop, 10);
        while (!a.closed && receive_some(fd, &a))
            ;
    }
    ck_assert(a.closed);
    hide_dates(&a);
    return &a;
}

#define HOST      "Host: a\r\n"
#define DATE      "Date: GMT\r\n"
#define OK_HEAD   "HTTP/1.1 200 OK\r\n" DATE
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"

#define ck_open(a, expected)                                                   \
    do {                                                                       \
        struct answer *got = (a);                                              \
        ck_assert_str_eq(got->text, expected);                                 \
        ck_assert(!got->closed);                                               \
    } while (0)
#define ck_closed(a, expected)                                                 \
    do {                                                                       \
        struct answer *got = (a);                                              \
        ck_assert_str_eq(got->text, expected);                                 \
        ck_assert(got->closed);                                                \
    } while (0)
#define ck_told(expected) ck_assert_str_eq(told, expected)

#endif
