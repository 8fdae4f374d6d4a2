/* SPDX-License-Identifier: MIT */
/*
 * A user of a stream that keeps what it is shown and does what it is told,
 * and the fixture with one such stream and its peer.
 */
#ifndef MORTISE_TESTS_STREAM_UNIT_H
#define MORTISE_TESTS_STREAM_UNIT_H

#include "net_unit.h"

#include <string.h>

#include "net/stream.h"

#define LIMIT (1 << 20)
#define GRACE 60000

/* The user of a stream: keeps what it is shown, and does what it is told. */
struct user {
    struct stream *s;
    struct buf got;
    size_t take;   /* bytes used up a call */
    size_t reads;  /* calls */
    size_t last_n; /* bytes shown in the last one */
    int closed;    /* calls */
    int error;     /* of the last one */
    int drained;   /* calls */
    bool echo;     /* sends everything back */
    bool over;     /* ended: must not be called any more */
    enum { DO_NOTHING, DO_END, DO_ABORT, DO_PAUSE, DO_HAND_OVER } in_read;
    int in_closed;     /* the same */
    int in_drained;    /* the same */
    struct user *heir; /* for DO_HAND_OVER */
};

static struct loop *loop;
static long live;
static int peer;
static struct user user;
static char *pattern; /* bytes to send */

#define PATTERN_SIZE (4 << 20)

static const struct stream_events events;

static inline void act(struct user *u, int what)
{
    switch (what) {
    case DO_END:
        u->over = true;
        stream_end(u->s, GRACE);
        break;
    case DO_ABORT:
        u->over = true;
        stream_abort(u->s);
        break;
    case DO_PAUSE:
        stream_pause(u->s);
        break;
    case DO_HAND_OVER:
        u->over = true;
        u->heir->s = u->s;
        stream_set_user(u->s, &events, u->heir);
        break;
    default:
        break;
    }
}

static inline size_t on_read(void *arg, char *p, size_t n)
{
    struct user *u = arg;
    ck_assert(!u->over);
    ck_assert_uint_gt(n, 0);
    u->reads++;
    u->last_n = n;
    size_t used = n < u->take ? n : u->take;
    ck_assert_int_eq(buf_append(&u->got, p, used), 0);
    if (u->echo)
        ck_assert_int_eq(stream_write(u->s, p, used), 0);
    act(u, u->in_read);
    memset(p, '!', used); /* the bytes are still ours */
    return used;
}

static inline void on_closed(void *arg, int error)
{
    struct user *u = arg;
    ck_assert(!u->over);
    u->closed++;
    u->error = error;
    act(u, u->in_closed);
}

static inline void on_drained(void *arg)
{
    struct user *u = arg;
    ck_assert(!u->over);
    ck_assert_uint_eq(stream_queued(u->s), 0);
    u->drained++;
    act(u, u->in_drained);
}

static const struct stream_events events = {
    .read = on_read,
    .closed = on_closed,
    .drained = on_drained,
};

static inline void user_init(struct user *u)
{
    *u = (struct user){.take = SIZE_MAX};
    buf_init(&u->got, BUF_MAX);
}

static inline void open_on(int fd)
{
    user_init(&user);
    user.s = stream_new(loop, fd, STR("192.0.2.1"), LIMIT, &events, &user);
    ck_assert_ptr_nonnull(user.s);
}

static inline void setup(void)
{
    int fds[2];
    live = mem_live();
    pattern = malloc(PATTERN_SIZE);
    for (size_t i = 0; i < PATTERN_SIZE; i++)
        pattern[i] = (char)(i * 2654435761u >> 13);
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
    tcp_pair(fds);
    peer = fds[1];
    open_on(fds[0]);
}

static inline void teardown(void)
{
    if (!user.over)
        stream_abort(user.s);
    buf_free(&user.got);
    if (peer >= 0)
        close(peer);
    settle(loop);
    ck_assert_uint_eq(loop->streams, 0);
    loop_free(loop);
    free(pattern);
    ck_assert_int_eq(mem_live(), live);
}

static inline void expect_got(const struct user *u, const char *p, size_t n)
{
    ck_assert_uint_eq(u->got.n, n);
    ck_assert_mem_eq(u->got.p, p, n);
}

/* Fills the sockets' buffers and then the queue, which takes more than those
 * do, and so keeps something while they drain; returns how many bytes. */
static inline size_t block(size_t piece)
{
    size_t total = 0;
    while (!stream_behind(user.s)) {
        ck_assert_int_eq(stream_write(user.s, pattern + total, piece), 0);
        total += piece;
        ck_assert_uint_le(total, PATTERN_SIZE - piece);
        loop_turn(loop, 0);
    }
    while (stream_write(user.s, pattern + total, piece) == 0)
        total += piece;
    ck_assert_uint_le(total, PATTERN_SIZE - piece);
    return total;
}

#endif
