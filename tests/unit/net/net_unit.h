/* SPDX-License-Identifier: MIT */
/*
 * What the suites of the net floor share: a loop, and the far end of a
 * connection, driven without blocking while the loop turns.
 */
#ifndef MORTISE_TESTS_NET_UNIT_H
#define MORTISE_TESTS_NET_UNIT_H

#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "net/loop.h"

/* Turns the loop until a condition holds; Check's time limit ends the test
 * when it never does. */
#define TURN_UNTIL(loop, condition)                                            \
    do {                                                                       \
        while (!(condition))                                                   \
            loop_turn(loop, 10);                                               \
    } while (0)

/* Lets everything that is on its way on the loopback device arrive. */
static inline void settle(struct loop *loop)
{
    for (int i = 0; i < 5; i++) {
        usleep(1000);
        loop_turn(loop, 0);
    }
}

/* What the loop waits for, not counting its own timer and the set of streams,
 * but who is in that. */
static inline int events_added(const struct loop *loop)
{
    return event_base_get_num_events(loop->base, EVENT_BASE_COUNT_ADDED) -
           (loop->armed != INT64_MAX) - 1 + (int)loop->poll.count;
}

/* A TCP connection to ourselves; the second end does not block. */
static inline void tcp_pair(int fds[2])
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t n = sizeof(address);
    int on = 1;
    int size = 200000;
    int l = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(l, (struct sockaddr *)&address, n), 0);
    ck_assert_int_eq(listen(l, 1), 0);
    ck_assert_int_eq(getsockname(l, (struct sockaddr *)&address, &n), 0);
    fds[1] = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(
        setsockopt(fds[1], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)), 0);
    ck_assert_int_eq(connect(fds[1], (struct sockaddr *)&address, n), 0);
    fds[0] = accept4(l, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    ck_assert_int_ge(fds[0], 0);
    close(l);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(
            setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
        /* Else the kernel takes megabytes before a write would block. */
        ck_assert_int_eq(
            setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
    }
}

static inline void peer_write(struct loop *loop, int fd, const void *bytes,
                              size_t n)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0) {
            ck_assert_int_eq(errno, EAGAIN);
            loop_turn(loop, 1);
            continue;
        }
        p += sent;
        n -= (size_t)sent;
    }
}

/* Reads exactly n bytes. */
static inline void peer_read(struct loop *loop, int fd, void *bytes, size_t n)
{
    char *p = bytes;
    while (n > 0) {
        ssize_t got = recv(fd, p, n, MSG_DONTWAIT);
        if (got < 0) {
            ck_assert_int_eq(errno, EAGAIN);
            loop_turn(loop, 1);
            continue;
        }
        ck_assert_int_gt(got, 0);
        p += got;
        n -= (size_t)got;
    }
}

static inline void peer_expect(struct loop *loop, int fd, const void *bytes,
                               size_t n)
{
    char *got = malloc(n ? n : 1);
    peer_read(loop, fd, got, n);
    ck_assert_mem_eq(got, bytes, n);
    free(got);
}

/* Waits for the end of the connection, and says how many bytes came before
 * it; -1 after a reset. */
static inline ssize_t peer_read_to_end(struct loop *loop, int fd)
{
    char bytes[65536];
    ssize_t total = 0;
    for (;;) {
        ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (got == 0)
            return total;
        if (got > 0) {
            total += got;
            continue;
        }
        if (errno == ECONNRESET)
            return -1;
        ck_assert_int_eq(errno, EAGAIN);
        loop_turn(loop, 1);
    }
}

/* Whether nothing is there to be read now. */
static inline bool peer_is_quiet(int fd)
{
    char byte;
    return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
}

/* Ends the connection with a reset. */
static inline void peer_reset(int fd)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    ck_assert_int_eq(
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
    close(fd);
}

#endif
