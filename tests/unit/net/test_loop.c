/* SPDX-License-Identifier: MIT */
#include "net_unit.h"

#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"

static struct loop *loop;
static long live;
static char order[64]; /* what was called, a letter each */

static void setup(void)
{
    live = mem_live();
    order[0] = '\0';
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
}

static void teardown(void)
{
    loop_free(loop);
    ck_assert_int_eq(mem_live(), live);
}

static void note(char c)
{
    size_t n = strlen(order);
    ck_assert_uint_lt(n + 1, sizeof(order));
    order[n] = c;
    order[n + 1] = '\0';
}

struct lettered {
    struct deferred deferred;
    struct timer timer;
    char letter;
    struct lettered *defers;
    struct lettered *cancels;
};

static void on_deferred(struct deferred *deferred)
{
    struct lettered *l = CONTAINER_OF(deferred, struct lettered, deferred);
    note(l->letter);
    if (l->defers)
        loop_defer(loop, &l->defers->deferred);
    if (l->cancels)
        deferred_cancel(&l->cancels->deferred);
}

static void on_timer(struct timer *timer)
{
    struct lettered *l = CONTAINER_OF(timer, struct lettered, timer);
    note(l->letter);
    if (l->defers)
        loop_defer(loop, &l->defers->deferred);
}

static struct lettered lettered(char letter)
{
    struct lettered l = {.letter = letter};
    deferred_init(&l.deferred, on_deferred);
    timer_init(&l.timer, on_timer);
    return l;
}

START_TEST(a_turn_without_anything_ends)
{
    loop_turn(loop, 0);
    loop_turn(loop, 1);
    ck_assert_uint_eq(loop->turns, 2);
}
END_TEST

START_TEST(timers_fire_in_order)
{
    struct lettered a = lettered('a'), b = lettered('b'), c = lettered('c');
    ck_assert_int_eq(timer_start(&loop->timers, &b.timer, 8), 0);
    ck_assert_int_eq(timer_start(&loop->timers, &a.timer, 3), 0);
    ck_assert_int_eq(timer_start(&loop->timers, &c.timer, 12), 0);
    while (timer_running(&c.timer))
        loop_turn(loop, -1);
    ck_assert_str_eq(order, "abc");
}
END_TEST

START_TEST(a_timer_does_not_fire_early)
{
    struct lettered a = lettered('a');
    int64_t start = clock_mono_ms();
    loop_turn(loop, 0);
    ck_assert_int_eq(timer_start(&loop->timers, &a.timer, 20), 0);
    while (timer_running(&a.timer))
        loop_turn(loop, -1);
    ck_assert_int_ge(clock_mono_ms() - start, 20);
}
END_TEST

START_TEST(the_base_is_armed_for_the_first_timer_only)
{
    struct lettered a = lettered('a'), b = lettered('b'), c = lettered('c');
    ck_assert_int_eq(timer_start(&loop->timers, &a.timer, 100000), 0);
    loop_wake(loop);
    loop_turn(loop, -1);
    int64_t armed = loop->armed;
    ck_assert_int_eq(armed, a.timer.due);
    ck_assert_int_eq(timer_start(&loop->timers, &b.timer, 200000), 0);
    loop_wake(loop);
    loop_turn(loop, -1);
    ck_assert_int_eq(loop->armed, armed);
    ck_assert_int_eq(timer_start(&loop->timers, &c.timer, 50000), 0);
    loop_wake(loop);
    loop_turn(loop, -1);
    ck_assert_int_eq(loop->armed, c.timer.due);
    timer_stop(&loop->timers, &a.timer);
    timer_stop(&loop->timers, &b.timer);
    timer_stop(&loop->timers, &c.timer);
}
END_TEST

START_TEST(deferred_runs_once_after_the_timers)
{
    struct lettered a = lettered('a'), b = lettered('b'), t = lettered('t');
    loop_defer(loop, &a.deferred);
    loop_defer(loop, &b.deferred);
    loop_defer(loop, &a.deferred);
    ck_assert_int_eq(timer_start(&loop->timers, &t.timer, 0), 0);
    loop_turn(loop, -1);
    ck_assert_str_eq(order, "tab");
    loop_turn(loop, 0);
    ck_assert_str_eq(order, "tab");
}
END_TEST

START_TEST(a_timer_defers_into_its_own_turn)
{
    struct lettered a = lettered('a'), t = lettered('t');
    t.defers = &a;
    ck_assert_int_eq(timer_start(&loop->timers, &t.timer, 0), 0);
    loop_turn(loop, -1);
    ck_assert_str_eq(order, "ta");
}
END_TEST

START_TEST(deferred_from_deferred_waits_a_turn_but_no_longer)
{
    struct lettered a = lettered('a'), b = lettered('b'), c = lettered('c');
    a.defers = &a;
    b.defers = &c;
    loop_defer(loop, &a.deferred);
    loop_defer(loop, &b.deferred);
    loop_turn(loop, -1);
    ck_assert_str_eq(order, "ab");
    a.defers = NULL;
    loop_turn(loop, -1); /* would never end if it waited */
    ck_assert_str_eq(order, "abac");
}
END_TEST

START_TEST(deferred_can_be_cancelled_by_another)
{
    struct lettered a = lettered('a'), b = lettered('b'), c = lettered('c');
    struct lettered d = lettered('d');
    a.cancels = &b; /* in the middle */
    c.cancels = &d; /* the last */
    c.defers = &a;  /* and the list is still whole */
    loop_defer(loop, &a.deferred);
    loop_defer(loop, &b.deferred);
    loop_defer(loop, &c.deferred);
    loop_defer(loop, &d.deferred);
    loop_turn(loop, -1);
    ck_assert_str_eq(order, "ac");
    ck_assert(!deferred_waits(&b.deferred) && !deferred_waits(&d.deferred));
    loop_turn(loop, -1);
    ck_assert_str_eq(order, "aca");
    deferred_cancel(&d.deferred); /* not queued: nothing happens */
}
END_TEST

static void *wake_thread(void *user)
{
    loop_wake(user);
    loop_wake(user);
    return NULL;
}

static void on_woken(void *user)
{
    ck_assert_ptr_eq(user, order);
    note('w');
    loop_stop(loop);
}

START_TEST(another_thread_wakes_the_loop)
{
    pthread_t thread;
    loop->woken = on_woken;
    loop->woken_user = order;
    ck_assert_int_eq(pthread_create(&thread, NULL, wake_thread, loop), 0);
    loop_run(loop);
    ck_assert_int_eq(order[0], 'w');
    pthread_join(thread, NULL);
}
END_TEST

START_TEST(many_wakes_are_one)
{
    loop->woken = on_woken;
    loop->woken_user = order;
    for (int i = 0; i < 1000; i++)
        loop_wake(loop);
    loop_run(loop);
    ck_assert_str_eq(order, "w");
    loop_turn(loop, 0);
    ck_assert_str_eq(order, "w");
}
END_TEST

START_TEST(a_wake_without_anyone_to_call_is_harmless)
{
    loop_wake(loop);
    loop_turn(loop, -1);
    ck_assert_uint_eq(loop->turns, 1);
}
END_TEST

static void on_signal(void *user, int signal_number)
{
    note(*(const char *)user);
    if (signal_number == SIGUSR2)
        loop_stop(loop);
}

START_TEST(signals_are_called_back)
{
    char one = '1', two = '2';
    ck_assert_int_eq(loop_on_signal(loop, SIGUSR1, on_signal, &one), 0);
    ck_assert_int_eq(loop_on_signal(loop, SIGUSR2, on_signal, &two), 0);
    raise(SIGUSR1);
    TURN_UNTIL(loop, order[0]);
    raise(SIGUSR2);
    loop_run(loop);
    ck_assert_str_eq(order, "12");
}
END_TEST

static unsigned told;

static void on_counted(void *user, int signal_number)
{
    told++;
}

static void on_own(int signal_number)
{
}

/* Far more than a socket would hold of bytes. */
START_TEST(no_signal_is_lost_while_the_loop_is_busy)
{
    char last = '!';
    told = 0;
    ck_assert_int_eq(loop_on_signal(loop, SIGUSR1, on_counted, NULL), 0);
    ck_assert_int_eq(loop_on_signal(loop, SIGUSR2, on_signal, &last), 0);
    for (int i = 0; i < 5000; i++)
        raise(SIGUSR1);
    raise(SIGUSR2);
    loop_run(loop);
    ck_assert_uint_eq(told, 5000);
    ck_assert_str_eq(order, "!");
}
END_TEST

START_TEST(a_signal_is_given_back)
{
    struct sigaction own = {.sa_handler = on_own}, now;
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGUSR1, &ignore, NULL);
    ck_assert_int_eq(loop_on_signal(loop, SIGUSR1, on_counted, NULL), 0);
    ck_assert_int_eq(loop_on_signal(loop, SIGUSR2, on_counted, NULL), 0);
    sigaction(SIGUSR2, &own, NULL); /* by somebody who takes it over */
    loop_free(loop);
    sigaction(SIGUSR1, NULL, &now);
    ck_assert(now.sa_handler == SIG_IGN);
    sigaction(SIGUSR2, NULL, &now);
    ck_assert(now.sa_handler == on_own);
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
}
END_TEST

START_TEST(stop_counts_before_run_too)
{
    loop_stop(loop);
    loop_run(loop);
    ck_assert_uint_eq(loop->turns, 0);
    loop_stop(loop); /* and each stop ends one run */
    loop_run(loop);
    ck_assert_uint_eq(loop->turns, 0);
}
END_TEST

static void see_clock(evutil_socket_t fd, short what, void *user)
{
    int64_t before = clock_mono_ms();
    int64_t *seen = user;
    usleep(3000);
    loop_update_now(loop);
    ck_assert_int_gt(loop_now(loop), before);
    *seen = loop_now(loop);
    usleep(3000);
    loop_update_now(loop);
    ck_assert_int_eq(loop_now(loop), *seen);
}

START_TEST(the_clock_is_read_once_a_turn_after_the_wait)
{
    int64_t seen = 0;
    struct event *event = event_new(loop->base, -1, 0, see_clock, &seen);
    event_active(event, EV_TIMEOUT, 0);
    loop_turn(loop, -1);
    ck_assert_int_ne(seen, 0);
    ck_assert_int_eq(loop_now(loop), seen);
    event_free(event);
}
END_TEST

START_TEST(the_clock_moves_in_a_turn_without_events)
{
    int64_t before = loop_now(loop);
    usleep(3000);
    loop_turn(loop, 0);
    ck_assert_int_gt(loop_now(loop), before);
}
END_TEST

START_TEST(memory_may_run_out)
{
    long before = mem_live();
    int failures = 0;
    for (long n = 0;; n++) {
        mem_fail_after(n);
        struct loop *another = loop_new();
        mem_fail_after(-1);
        if (!another)
            failures++;
        loop_free(another);
        ck_assert_int_eq(mem_live(), before);
        if (another)
            break;
    }
    ck_assert_int_gt(failures, 0);
    mem_fail_after(0);
    ck_assert_int_eq(loop_on_signal(loop, SIGUSR1, on_signal, order),
                     ERR_NOMEM);
    mem_fail_after(-1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loop");
    TCase *tc = tcase_create("loop");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_turn_without_anything_ends);
    tcase_add_test(tc, timers_fire_in_order);
    tcase_add_test(tc, a_timer_does_not_fire_early);
    tcase_add_test(tc, the_base_is_armed_for_the_first_timer_only);
    tcase_add_test(tc, deferred_runs_once_after_the_timers);
    tcase_add_test(tc, a_timer_defers_into_its_own_turn);
    tcase_add_test(tc, deferred_from_deferred_waits_a_turn_but_no_longer);
    tcase_add_test(tc, deferred_can_be_cancelled_by_another);
    tcase_add_test(tc, another_thread_wakes_the_loop);
    tcase_add_test(tc, many_wakes_are_one);
    tcase_add_test(tc, a_wake_without_anyone_to_call_is_harmless);
    tcase_add_test(tc, signals_are_called_back);
    tcase_add_test(tc, no_signal_is_lost_while_the_loop_is_busy);
    tcase_add_test(tc, a_signal_is_given_back);
    tcase_add_test(tc, stop_counts_before_run_too);
    tcase_add_test(tc, the_clock_is_read_once_a_turn_after_the_wait);
    tcase_add_test(tc, the_clock_moves_in_a_turn_without_events);
    tcase_add_test(tc, memory_may_run_out);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
