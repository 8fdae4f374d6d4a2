/* SPDX-License-Identifier: MIT */
#include "floor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "proc.h"

enum { EVENTS = 512, ACCEPTS = 64 };

static const char ok_response[] = "HTTP/1.1 200 OK\r\n"
                                  "Content-Type: text/html\r\n"
                                  "Content-Length: 2\r\n"
                                  "cache-control: no-store\r\n"
                                  "\r\n"
                                  "ok";

static uint8_t input[256 << 10];

static int conn_fd(const struct floor *floor, const struct conn *conn)
{
    return (int)(conn - floor->conns);
}

/* Ends a connection from anywhere: the loop sees the hang-up and closes it,
 * so that nobody's conn disappears under him. */
static void conn_end(struct floor *floor, struct conn *conn)
{
    conn->owed = 0;
    conn->ready = false;
    shutdown(conn_fd(floor, conn), SHUT_RDWR);
}

static void timer_set(struct floor *floor)
{
    uint64_t due = floor->first > 0 ? floor->conns[floor->first].due : 0;
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(due / 1000000000u),
                     .tv_nsec = (long)(due % 1000000000u)}};

    if (timerfd_settime(floor->timer, TFD_TIMER_ABSTIME, &when, NULL) != 0)
        proc_fail("timerfd_settime: %s", strerror(errno));
}

void floor_beat(struct floor *floor, struct conn *conn)
{
    int fd = conn_fd(floor, conn);

    conn->due = proc_now() + FLOOR_PING_INTERVAL * 1000000ull;
    conn->sooner = floor->last;
    conn->later = 0;
    if (floor->last > 0)
        floor->conns[floor->last].later = fd;
    else
        floor->first = fd;
    floor->last = fd;
    if (floor->first == fd)
        timer_set(floor);
}

static void conn_rest(struct floor *floor, struct conn *conn)
{
    if (conn->due == 0)
        return;
    if (conn->sooner > 0)
        floor->conns[conn->sooner].later = conn->later;
    else
        floor->first = conn->later;
    if (conn->later > 0)
        floor->conns[conn->later].sooner = conn->sooner;
    else
        floor->last = conn->sooner;
    conn->due = 0;
}

static void conn_close(struct floor *floor, struct conn *conn)
{
    int fd = conn_fd(floor, conn);

    conn_rest(floor, conn);
    if (conn->member > 0) {
        int last = floor->room[--floor->room_size];

        floor->room[conn->member - 1] = last;
        floor->conns[last].member = conn->member;
    }
    bytes_free(&conn->cold);
    *conn = (struct conn){0};
    close(fd);
}

static void conn_watch(struct floor *floor, struct conn *conn, bool writing)
{
    int fd = conn_fd(floor, conn);
    struct epoll_event event = {.events = writing ? EPOLLOUT : EPOLLIN,
                                .data.fd = fd};

    if (conn->writing == writing)
        return;
    conn->writing = writing;
    if (epoll_ctl(floor->epoll, EPOLL_CTL_MOD, fd, &event) != 0)
        proc_fail("epoll_ctl: %s", strerror(errno));
}

/* Sends the answers owed, all in one call where the socket takes them. */
static void conn_flush(struct floor *floor, struct conn *conn)
{
    while (conn->owed > 0) {
        struct unit *unit = conn->reply;
        size_t count = conn->owed < unit->copies ? conn->owed : unit->copies;
        size_t len = count * unit->answer_len - conn->sent;
        ssize_t n = send(conn_fd(floor, conn), unit->answers + conn->sent, len,
                         MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            conn_end(floor, conn);
            return;
        }
        if (n > 0) {
            size_t done = conn->sent + (size_t)n;

            conn->owed -= (uint32_t)(done / unit->answer_len);
            conn->sent = (uint32_t)(done % unit->answer_len);
        }
        if (n < (ssize_t)len)
            break;
    }
    conn_watch(floor, conn, conn->owed > 0);
}

/* Counts one answer of unit. Answers of two units never wait together: the
 * older ones have to go first, at once. */
static void conn_owe(struct floor *floor, struct conn *conn, struct unit *unit)
{
    if (conn->owed > 0 && conn->reply != unit) {
        conn_flush(floor, conn);
        if (conn->owed > 0) {
            conn_end(floor, conn);
            return;
        }
    }
    conn->reply = unit;
    conn->owed++;
}

static void answer_everyone(struct floor *floor, struct unit *unit)
{
    for (unsigned i = 0; i < floor->room_size; i++) {
        struct conn *member = &floor->conns[floor->room[i]];

        conn_owe(floor, member, unit);
        if (!member->writing)
            conn_flush(floor, member);
    }
}

static void answer_post(struct floor *floor, struct conn *conn)
{
    struct conn *session = &floor->conns[conn->peer];

    if (!session->open || !session->polling || session->ready) {
        conn_end(floor, conn);
        return;
    }
    floor_send(floor, conn, ok_response, sizeof(ok_response) - 1);
    if (session->held) {
        session->held = false;
        conn_owe(floor, session, conn->unit);
        conn_flush(floor, session);
    } else {
        session->reply = conn->unit;
        session->ready = true;
    }
}

void floor_answer(struct floor *floor, struct conn *conn)
{
    switch (conn->unit->kind) {
    case UNIT_ECHO:
        conn_owe(floor, conn, conn->unit);
        break;
    case UNIT_CAST:
        answer_everyone(floor, conn->unit);
        break;
    case UNIT_GET:
        if (conn->ready) {
            conn->ready = false;
            conn->owed++;
        } else {
            conn->held = true;
        }
        break;
    case UNIT_POST:
        answer_post(floor, conn);
        break;
    }
}

void floor_join(struct floor *floor, struct conn *conn)
{
    if (conn->member > 0)
        return;
    floor->room[floor->room_size++] = conn_fd(floor, conn);
    conn->member = floor->room_size;
}

void floor_send(struct floor *floor, struct conn *conn, const void *data,
                size_t len)
{
    conn_flush(floor, conn);
    if (conn->owed > 0 ||
        send(conn_fd(floor, conn), data, len, MSG_NOSIGNAL) != (ssize_t)len)
        conn_end(floor, conn);
}

/* Pings everyone whose time has come, or is about to: many at a time make
 * few wake-ups. */
static void floor_ping(struct floor *floor)
{
    static const uint8_t ping[] = {0x80 | FRAME_TEXT, 1, '2'};
    uint64_t until = proc_now() + FLOOR_PING_EARLY * 1000000ull;

    while (floor->first > 0 && floor->conns[floor->first].due <= until) {
        struct conn *conn = &floor->conns[floor->first];

        conn_rest(floor, conn);
        floor_beat(floor, conn);
        floor_send(floor, conn, ping, sizeof(ping));
    }
    timer_set(floor);
}

/* Finds the messages in data and answers them. Returns the bytes used, the
 * rest being the beginning of something, or -1 to close. */
static ssize_t conn_consume(struct floor *floor, struct conn *conn,
                            const uint8_t *data, size_t len)
{
    size_t at = 0;

    while (at < len) {
        struct unit *unit = conn->unit;

        if (conn->rest > 0) {
            size_t n = len - at < conn->rest ? len - at : conn->rest;

            at += n;
            conn->rest -= (uint32_t)n;
            if (conn->rest == 0)
                floor_answer(floor, conn);
        } else if (unit != NULL && len - at >= unit->head_len &&
                   memcmp(data + at, unit->head, unit->head_len) == 0) {
            conn->rest = (uint32_t)unit->length;
        } else {
            ssize_t n = wire_take(floor, conn, data + at, len - at);

            if (n < 0)
                return -1;
            if (n == 0)
                break;
            at += (size_t)n;
        }
    }
    return (ssize_t)at;
}

static void conn_read(struct floor *floor, struct conn *conn)
{
    ssize_t n = recv(conn_fd(floor, conn), input, sizeof(input), 0);
    bool cold = conn->cold.len > 0;
    ssize_t used;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 || conn->cold.len > FLOOR_COLD_MAX) {
        conn_close(floor, conn);
        return;
    }
    if (cold) {
        bytes_append(&conn->cold, input, (size_t)n);
        used = conn_consume(floor, conn, conn->cold.data, conn->cold.len);
    } else {
        used = conn_consume(floor, conn, input, (size_t)n);
    }
    if (used < 0) {
        conn_close(floor, conn);
        return;
    }
    if (cold)
        bytes_drop(&conn->cold, (size_t)used);
    else if (used < n)
        bytes_append(&conn->cold, input + used, (size_t)(n - used));
    if (conn->owed > 0)
        conn_flush(floor, conn);
}

static void floor_watch(struct floor *floor, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    if (epoll_ctl(floor->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        proc_fail("epoll_ctl: %s", strerror(errno));
}

static void floor_accept(struct floor *floor)
{
    for (int i = 0; i < ACCEPTS; i++) {
        int fd =
            accept4(floor->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0)
            return;
        if ((unsigned)fd >= floor->conn_max) {
            close(fd);
            continue;
        }
        floor->conns[fd] = (struct conn){.open = true};
        floor_watch(floor, fd);
    }
}

static void floor_listen(struct floor *floor, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    /* Accepted sockets inherit TCP_NODELAY, which saves a call each. */
    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        proc_fail("listening on port %u: %s", port, strerror(errno));
    floor_watch(floor, fd);
    floor->listener = fd;
    printf("listening on http://127.0.0.1:%u\n", ntohs(address.sin_port));
    fflush(stdout);
}

static void floor_event(struct floor *floor, const struct epoll_event *event)
{
    struct conn *conn = &floor->conns[event->data.fd];

    if (event->data.fd == floor->listener)
        floor_accept(floor);
    else if (event->data.fd == floor->timer)
        floor_ping(floor);
    else if (!conn->open)
        return;
    else if (event->events & (EPOLLHUP | EPOLLERR))
        conn_close(floor, conn);
    else if (event->events & EPOLLOUT)
        conn_flush(floor, conn);
    else
        conn_read(floor, conn);
}

int main(int argc, char **argv)
{
    static struct epoll_event events[EVENTS];
    struct floor floor = {0};
    long port = argc == 2 ? strtol(argv[1], NULL, 10) : -1;

    if (port < 0 || port > 65535)
        proc_fail("usage: bench-floor PORT (0 takes a free one)");
    floor.conn_max = proc_raise_descriptors();
    floor.conns = mem_new(floor.conn_max * sizeof(*floor.conns));
    floor.room = mem_new(floor.conn_max * sizeof(*floor.room));
    floor.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (floor.epoll < 0)
        proc_fail("epoll_create1: %s", strerror(errno));
    floor.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    floor_watch(&floor, floor.timer);
    floor_listen(&floor, (uint16_t)port);
    for (;;) {
        int n = epoll_wait(floor.epoll, events, EVENTS, -1);

        for (int i = 0; i < n; i++)
            floor_event(&floor, &events[i]);
    }
}
