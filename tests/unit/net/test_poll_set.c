/* SPDX-License-Identifier: MIT */
#include "net_unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>

#include "net/poll_set.h"
#include "net/stream.h"

/* ---- The set alone ---- */

struct waiter {
    int fd, peer;
    unsigned waits; /* for what */
    unsigned told;  /* of what, last */
    int calls;
    struct waiter *dismisses;
};

static struct event_base *base;
static struct poll_set set;

static void wait_for(struct waiter *w, unsigned what)
{
    ck_assert_int_eq(poll_set_change(&set, w->fd, w->waits, what, w), 0);
    w->waits = what;
}

static void on_ready(void *who, unsigned what)
{
    struct waiter *w = who;
    if ((what & w->waits) == 0)
        return;
    w->told = what & w->waits;
    w->calls++;
    if (w->dismisses)
        wait_for(w->dismisses, 0);
}

static void setup(void)
{
    base = event_base_new();
    memset(&set, 0, sizeof(set));
    ck_assert_int_eq(poll_set_init(&set, base, on_ready), 0);
}

static void teardown(void)
{
    poll_set_free(&set);
    event_base_free(base);
}

/* One turn of libevent, and so one batch at most. */
static void turn(void)
{
    event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

static void waiter_init(struct waiter *w)
{
    int fds[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    *w = (struct waiter){.fd = fds[0], .peer = fds[1]};
}

static void waiter_free(struct waiter *w)
{
    wait_for(w, 0);
    close(w->fd);
    close(w->peer);
}

START_TEST(who_waits_hears_of_what_it_waits_for)
{
    struct waiter w;
    waiter_init(&w);
    wait_for(&w, POLL_READ);
    turn();
    ck_assert_int_eq(w.calls, 0);

    wait_for(&w, POLL_READ | POLL_WRITE);
    turn();
    ck_assert_uint_eq(w.told, POLL_WRITE);

    ck_assert_int_eq(write(w.peer, "x", 1), 1);
    turn();
    ck_assert_uint_eq(w.told, POLL_READ | POLL_WRITE);
    wait_for(&w, POLL_READ);
    turn();
    ck_assert_uint_eq(w.told, POLL_READ);
    waiter_free(&w);
}
END_TEST

START_TEST(who_waits_for_nothing_is_not_in_it)
{
    struct waiter w;
    waiter_init(&w);
    ck_assert_uint_eq(set.count, 0);
    wait_for(&w, POLL_READ);
    wait_for(&w, POLL_WRITE);
    ck_assert_uint_eq(set.count, 1);
    wait_for(&w, 0);
    ck_assert_uint_eq(set.count, 0);

    ck_assert_int_eq(write(w.peer, "x", 1), 1);
    turn();
    ck_assert_int_eq(w.calls, 0);
    waiter_free(&w);
}
END_TEST

START_TEST(the_end_of_both_directions_is_both)
{
    struct waiter reads, writes;
    waiter_init(&reads);
    waiter_init(&writes);
    wait_for(&reads, POLL_READ);
    wait_for(&writes, POLL_WRITE);
    ck_assert_int_eq(shutdown(reads.peer, SHUT_RDWR), 0);
    ck_assert_int_eq(shutdown(writes.peer, SHUT_RDWR), 0);
    turn();
    ck_assert_uint_eq(reads.told, POLL_READ);
    ck_assert_uint_eq(writes.told, POLL_WRITE);
    waiter_free(&reads);
    waiter_free(&writes);
}
END_TEST

START_TEST(who_left_within_a_batch_can_tell)
{
    struct waiter a, b;
    waiter_init(&a);
    waiter_init(&b);
    a.dismisses = &b;
    b.dismisses = &a;
    wait_for(&a, POLL_WRITE);
    wait_for(&b, POLL_WRITE);
    turn();
    ck_assert_int_eq(a.calls + b.calls, 1);
    ck_assert_uint_eq(set.count, 1);
    turn();
    ck_assert_int_eq(a.calls + b.calls, 2);
    waiter_free(&a);
    waiter_free(&b);
}
END_TEST

START_TEST(nobody_is_called_twice_before_all_were_called)
{
    enum { COUNT = POLL_BATCH + POLL_BATCH / 2, BATCHES = 9 };
    static struct waiter waiters[COUNT];
    for (int i = 0; i < COUNT; i++) {
        waiter_init(&waiters[i]);
        wait_for(&waiters[i], POLL_WRITE); /* and so always ready */
    }
    for (int i = 0; i < BATCHES; i++)
        turn();
    for (int i = 0; i < COUNT; i++)
        ck_assert_int_eq(waiters[i].calls, BATCHES * POLL_BATCH / COUNT);
    for (int i = 0; i < COUNT; i++)
        waiter_free(&waiters[i]);
}
END_TEST

START_TEST(what_cannot_be_watched_is_not_in_it)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(poll_set_change(&set, fd, 0, POLL_READ, &set), ERR_NOMEM);
    ck_assert_uint_eq(set.count, 0);
    close(fd);
}
END_TEST

START_TEST(without_descriptors_there_is_no_set)
{
    struct rlimit before, none;
    struct poll_set other = {.fd = 0};
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    ck_assert_int_eq(poll_set_init(&other, base, on_ready), ERR_IO);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    poll_set_free(&other);
}
END_TEST

/* ---- With streams in it ---- */

struct user {
    struct stream *stream;
    int peer;
    size_t got;        /* bytes */
    int reads;         /* calls */
    bool over;         /* must not be called any more */
    bool endless;      /* its peer sends as soon as there is room */
    struct user *ends; /* in read() */
    struct user *heir; /* who then has that one's descriptor */
};

static struct loop *loop;
static long live;

static const struct stream_events events;

static void open_on(struct user *u, const int fds[2])
{
    *u = (struct user){.peer = fds[1]};
    u->stream = stream_new(loop, fds[0], STR("unix:"), 1000, &events, u);
    ck_assert_ptr_nonnull(u->stream);
}

static void fill(const struct user *u)
{
    static const char much[LOOP_READ_SIZE];
    while (send(u->peer, much, sizeof(much), MSG_DONTWAIT) > 0)
        continue;
}

static size_t on_read(void *arg, char *p, size_t n)
{
    struct user *u = arg, *other = u->ends;
    int fds[2];
    (void)p;
    ck_assert(!u->over);
    u->got += n;
    u->reads++;
    if (u->endless)
        fill(u);
    if (!other || other->over)
        return n;
    other->over = true;
    stream_abort(other->stream);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    open_on(u->heir, fds);
    return n;
}

static void on_closed(void *arg, int error)
{
    struct user *u = arg;
    (void)error;
    ck_assert(!u->over);
}

static const struct stream_events events = {.read = on_read,
                                            .closed = on_closed};

static void user_init(struct user *u)
{
    int fds[2];
    tcp_pair(fds);
    open_on(u, fds);
}

static void user_free(struct user *u)
{
    if (!u->over)
        stream_abort(u->stream);
    close(u->peer);
}

static void setup_loop(void)
{
    live = mem_live();
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
}

static void teardown_loop(void)
{
    loop_turn(loop, 0);
    loop_free(loop);
    ck_assert_int_eq(mem_live(), live);
}

START_TEST(a_stream_closed_within_a_batch_is_not_called)
{
    struct user a, b, heir;
    user_init(&a);
    user_init(&b);
    a.ends = &b;
    b.ends = &a;
    a.heir = b.heir = &heir;
    ck_assert_int_eq(write(a.peer, "x", 1), 1);
    ck_assert_int_eq(write(b.peer, "x", 1), 1);
    usleep(1000);
    TURN_UNTIL(loop, a.over || b.over);
    ck_assert(a.over != b.over);
    ck_assert_int_eq(heir.reads, 0);
    user_free(&a);
    user_free(&b);
    user_free(&heir);
}
END_TEST

START_TEST(who_sends_without_pause_does_not_starve_the_others)
{
    enum { OTHERS = 8, ROUNDS = 20, TURNS = 3 };
    struct user busy, others[OTHERS];
    user_init(&busy);
    busy.endless = true;
    fill(&busy);
    for (int i = 0; i < OTHERS; i++)
        user_init(&others[i]);
    for (int round = 1; round <= ROUNDS; round++) {
        for (int i = 0; i < OTHERS; i++)
            ck_assert_int_eq(write(others[i].peer, "x", 1), 1);
        usleep(1000); /* what was sent is there */
        for (int i = 0; i < TURNS; i++)
            loop_turn(loop, 0);
        for (int i = 0; i < OTHERS; i++)
            ck_assert_uint_eq(others[i].got, (size_t)round);
    }
    /* And the one did not wait for them. */
    ck_assert_int_ge(busy.reads, ROUNDS);
    user_free(&busy);
    for (int i = 0; i < OTHERS; i++)
        user_free(&others[i]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net/poll_set");
    TCase *t = tcase_create("set");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, who_waits_hears_of_what_it_waits_for);
    tcase_add_test(t, who_waits_for_nothing_is_not_in_it);
    tcase_add_test(t, the_end_of_both_directions_is_both);
    tcase_add_test(t, who_left_within_a_batch_can_tell);
    tcase_add_test(t, nobody_is_called_twice_before_all_were_called);
    tcase_add_test(t, what_cannot_be_watched_is_not_in_it);
    tcase_add_test(t, without_descriptors_there_is_no_set);
    suite_add_tcase(s, t);
    t = tcase_create("streams");
    tcase_add_checked_fixture(t, setup_loop, teardown_loop);
    tcase_add_test(t, a_stream_closed_within_a_batch_is_not_called);
    tcase_add_test(t, who_sends_without_pause_does_not_starve_the_others);
    suite_add_tcase(s, t);
    return unit_main(s);
}
