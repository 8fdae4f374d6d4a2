/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/timer.h"

#define ITEMS     200
#define FIRED_MAX 100000

/* A timer and what its fire does besides being noted. */
struct item {
    struct timer timer;
    int number;
    int64_t restart; /* starts itself again with this delay; -1: no */
    struct item *starts;
    struct item *stops;
    /* The model. */
    int64_t due;
    uint64_t order;
    bool running;
};

static struct timers ts;
static struct item items[ITEMS];
static int fired[FIRED_MAX];
static size_t fired_count;
static long live_before;

static void fire(struct timer *timer)
{
    struct item *item = CONTAINER_OF(timer, struct item, timer);

    ck_assert(!timer_running(timer));
    ck_assert_uint_lt(fired_count, FIRED_MAX);
    fired[fired_count++] = item->number;
    if (item->restart >= 0)
        ck_assert_int_eq(timer_start(&ts, timer, item->restart), 0);
    if (item->starts)
        ck_assert_int_eq(timer_start(&ts, &item->starts->timer, 0), 0);
    if (item->stops)
        timer_stop(&ts, &item->stops->timer);
}

static void setup(void)
{
    live_before = mem_live();
    timers_init(&ts, 1000);
    for (int i = 0; i < ITEMS; i++) {
        items[i] = (struct item){.number = i, .restart = -1};
        timer_init(&items[i].timer, fire);
    }
}

static void teardown(void)
{
    timers_free(&ts);
    ck_assert_int_eq(mem_live(), live_before);
}

static void start(int i, int64_t delay)
{
    ck_assert_int_eq(timer_start(&ts, &items[i].timer, delay), 0);
    ck_assert(timer_running(&items[i].timer));
}

static void stop(int i)
{
    timer_stop(&ts, &items[i].timer);
    ck_assert(!timer_running(&items[i].timer));
}

/* Runs and compares what fired, a list of numbers that ends with -1. */
static void assert_run(int64_t now, const int *expected)
{
    fired_count = 0;
    timers_run(&ts, now);
    for (size_t i = 0; i < fired_count; i++)
        ck_assert_int_eq(fired[i], expected[i]);
    ck_assert_int_eq(expected[fired_count], -1);
}

#define RUN(now, ...) assert_run(now, (const int[]){__VA_ARGS__})

START_TEST(fires_what_is_due)
{
    RUN(1000, -1);
    start(0, 30);
    start(1, 10);
    start(2, 20);
    ck_assert_int_eq(timers_wait(&ts), 10);
    RUN(1009, -1);
    ck_assert_int_eq(timers_wait(&ts), 1);
    RUN(1010, 1, -1);
    ck_assert(!timer_running(&items[1].timer));
    RUN(1010, -1);
    RUN(5000, 2, 0, -1);
    ck_assert_int_eq(timers_wait(&ts), -1);
}
END_TEST

START_TEST(the_same_time_keeps_the_order_of_starting)
{
    int expected[ITEMS + 1];

    for (int i = 0; i < ITEMS; i++) {
        start(i * 7 % ITEMS, 10);
        expected[i] = i * 7 % ITEMS;
    }
    expected[ITEMS] = -1;
    assert_run(1010, expected);

    /* To start again is to go to the end of those of the same time. */
    start(0, 10);
    start(1, 10);
    start(2, 10);
    start(0, 10);
    RUN(1020, 1, 2, 0, -1);
    /* Also for one that was to be later and comes down to the same time. */
    start(0, 20);
    start(1, 10);
    start(2, 10);
    start(0, 10);
    RUN(1030, 1, 2, 0, -1);
    /* And for one that was to be earlier. */
    start(0, 5);
    start(1, 10);
    start(0, 10);
    start(2, 10);
    RUN(1040, 1, 0, 2, -1);
}
END_TEST

START_TEST(restart_moves_both_ways)
{
    start(0, 10);
    start(1, 20);
    start(0, 30);
    RUN(1025, 1, -1);
    start(0, 100);
    start(0, 1);
    ck_assert_int_eq(timers_wait(&ts), 1);
    RUN(1026, 0, -1);

    /* Later, then less late: neither the first nor the second time. */
    start(0, 10);
    start(0, 50);
    start(0, 30);
    RUN(1055, -1);
    RUN(1056, 0, -1);
}
END_TEST

/* Waits as a loop does until something fires; returns the number of waits. */
static int wait_for_one(void)
{
    int waits = 0;

    fired_count = 0;
    while (fired_count == 0) {
        int64_t wait = timers_wait(&ts);
        ck_assert_int_gt(wait, 0);
        timers_run(&ts, ts.now + wait);
        waits++;
    }
    ck_assert_uint_eq(fired_count, 1);
    return waits;
}

START_TEST(a_wait_ends_when_something_fires)
{
    /* However often it is started again, no wait is for nothing. */
    start(0, 100);
    for (int i = 0; i < 50; i++) {
        RUN(1000 + i, -1);
        start(0, 100);
        ck_assert_int_gt(timers_wait(&ts), 0);
        ck_assert_int_le(timers_wait(&ts), 100);
    }
    ck_assert_int_eq(wait_for_one(), 1);
    ck_assert_int_eq(ts.now, 1149);
    start(0, 10);
    ck_assert_int_eq(wait_for_one(), 1);
    ck_assert_int_eq(ts.now, 1159);

    /* 0 is only said when something really is due. */
    start(0, 10);
    start(0, 50);
    timers_set_now(&ts, 1159 + 10);
    ck_assert_int_eq(timers_wait(&ts), 40);
}
END_TEST

START_TEST(stop_and_start)
{
    stop(0);
    start(0, 10);
    start(1, 10);
    start(2, 10);
    stop(1);
    stop(1);
    RUN(1010, 0, 2, -1);
    start(0, 10);
    start(0, 20);
    stop(0);
    ck_assert_int_eq(timers_wait(&ts), -1);
    RUN(2000, -1);
    start(0, 10);
    RUN(2010, 0, -1);
}
END_TEST

START_TEST(delays_and_times)
{
    start(0, -5);
    ck_assert_int_eq(timers_wait(&ts), 0);
    start(1, 0);
    RUN(1000, 0, 1, -1);

    start(0, INT64_MAX);
    ck_assert_int_gt(timers_wait(&ts), 0);
    RUN(1000000, -1);
    RUN(INT64_MAX, 0, -1);
    start(0, 5);
    RUN(INT64_MAX, 0, -1);
}
END_TEST

START_TEST(absolute_times)
{
    ck_assert_int_eq(timer_start_at(&ts, &items[0].timer, 1500), 0);
    ck_assert_int_eq(timers_wait(&ts), 500);
    ck_assert_int_eq(timer_start_at(&ts, &items[1].timer, 5), 0);
    ck_assert_int_eq(timer_start_at(&ts, &items[2].timer, INT64_MIN), 0);
    ck_assert_int_eq(timers_wait(&ts), 0);
    /* The past is now, so these two are due at the same time. */
    RUN(1000, 1, 2, -1);
    RUN(1500, 0, -1);
}
END_TEST

START_TEST(the_clock_never_goes_back)
{
    start(0, 10);
    timers_set_now(&ts, 1005);
    ck_assert_int_eq(timers_wait(&ts), 5);
    timers_set_now(&ts, 900);
    ck_assert_int_eq(ts.now, 1005);
    RUN(0, -1);
    ck_assert_int_eq(ts.now, 1005);
    timers_set_now(&ts, 3000);
    ck_assert_int_eq(timers_wait(&ts), 0);
    RUN(2000, 0, -1);
    start(0, 1);
    RUN(3000, -1);
    RUN(3001, 0, -1);
}
END_TEST

START_TEST(fire_starts_itself_again)
{
    items[0].restart = 10;
    start(0, 10);
    start(1, 25);
    /* From the time of the run, not from when it was due. */
    RUN(1013, 0, -1);
    ck_assert_int_eq(timers_wait(&ts), 10);
    RUN(1023, 0, -1);
    RUN(1100, 1, 0, -1);
    RUN(1109, -1);

    /* Without delay once a run, not for ever. */
    items[0].restart = 0;
    RUN(1110, 0, -1);
    RUN(1110, 0, -1);
    ck_assert_int_eq(timers_wait(&ts), 0);
}
END_TEST

START_TEST(fire_starts_others)
{
    items[0].starts = &items[1];
    start(0, 10);
    RUN(1020, 0, -1);
    RUN(1020, 1, -1);

    /* One that would have fired in this very run is put off by it. */
    start(0, 10);
    start(1, 10);
    start(2, 10);
    RUN(1030, 0, 2, -1);
    RUN(1030, 1, -1);

    /* One that was to fire later comes with the next run. */
    start(0, 10);
    start(1, 1000);
    RUN(1040, 0, -1);
    ck_assert_int_eq(timers_wait(&ts), 0);
    RUN(1040, 1, -1);
}
END_TEST

START_TEST(fire_stops_others_and_itself)
{
    items[0].stops = &items[1];
    start(0, 10);
    start(1, 10);
    start(2, 10);
    RUN(1010, 0, 2, -1);
    ck_assert(!timer_running(&items[1].timer));

    items[0].stops = &items[0];
    items[0].restart = 5;
    start(0, 10);
    RUN(1020, 0, -1);
    ck_assert_int_eq(timers_wait(&ts), -1);
}
END_TEST

START_TEST(free_leaves_nothing_running)
{
    start(0, 10);
    start(1, 20);
    timers_free(&ts);
    ck_assert(!timer_running(&items[0].timer));
    ck_assert(!timer_running(&items[1].timer));
    stop(0);
    ck_assert_int_eq(timers_wait(&ts), -1);
}
END_TEST

static uint32_t random_state = 7;

static uint32_t random_below(uint32_t n)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % n;
}

/* The next item of the model, NULL when none runs. */
static struct item *model_next(void)
{
    struct item *next = NULL;

    for (int i = 0; i < ITEMS; i++) {
        struct item *item = &items[i];
        if (item->running &&
            (!next || item->due < next->due ||
             (item->due == next->due && item->order < next->order)))
            next = item;
    }
    return next;
}

static void model_run(int64_t now)
{
    struct item *next;
    size_t at = 0;

    fired_count = 0;
    timers_run(&ts, now);
    while ((next = model_next()) && next->due <= now) {
        ck_assert_uint_lt(at, fired_count);
        ck_assert_int_eq(fired[at++], next->number);
        next->running = false;
    }
    ck_assert_uint_eq(at, fired_count);
}

START_TEST(behaves_like_a_model)
{
    uint64_t order = 0;
    int64_t now = 1000;

    for (int step = 0; step < 30000; step++) {
        struct item *item = &items[random_below(ITEMS)];
        uint32_t what = random_below(10);
        if (what < 7) {
            int64_t delay = random_below(100);
            start(item->number, delay);
            item->due = now + delay;
            item->order = order++;
            item->running = true;
        } else if (what < 9) {
            stop(item->number);
            item->running = false;
        } else {
            now += random_below(10);
            model_run(now);
        }
        ck_assert_int_eq(timer_running(&item->timer), item->running);
        if (step % 10 == 0) {
            struct item *next = model_next();
            int64_t wait = timers_wait(&ts);
            if (!next)
                ck_assert_int_eq(wait, -1);
            else
                ck_assert_int_le(wait, next->due - now);
            if (next && next->due > now)
                ck_assert_int_gt(wait, 0);
        }
    }
}
END_TEST

START_TEST(needs_no_memory)
{
    mem_fail_after(0);
    for (int i = 0; i < ITEMS; i++)
        start(i, i * 1000);
    for (int i = 0; i < ITEMS; i++)
        start(i, i % 20);
    fired_count = 0;
    timers_run(&ts, ts.now + ITEMS);
    ck_assert_uint_eq(fired_count, ITEMS);
    ck_assert_int_eq(mem_fail_left(), 0);
    mem_fail_after(-1);
}
END_TEST

/* From milliseconds to years: all levels, and what moves down from each. */
START_TEST(far_times_are_kept_to_the_millisecond)
{
    int64_t delay = 1;

    for (int round = 0; round < 2; round++) {
        int64_t from = ts.now;
        int i = 0;
        for (delay = 1; delay < INT64_C(1) << 50; delay = delay * 3 + 1)
            start(i++, delay);
        ck_assert_int_gt(i, 30);
        i = 0;
        for (delay = 1; delay < INT64_C(1) << 50; delay = delay * 3 + 1) {
            ck_assert_int_eq(timers_wait(&ts), from + delay - ts.now);
            RUN(from + delay - 1, -1);
            RUN(from + delay, i++, -1);
        }
    }
}
END_TEST

/* Of two for the same time the older one is first, though it has come down
 * from a higher level. */
START_TEST(the_order_outlasts_moving_down)
{
    start(0, 300000);
    RUN(1000 + 200000, -1);
    start(1, 100000);
    RUN(1000 + 299000, -1);
    start(2, 1000);
    RUN(1000 + 299990, -1);
    start(3, 10);
    RUN(1000 + 300000, 0, 1, 2, 3, -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/timer");
    TCase *tests = tcase_create("timer");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, fires_what_is_due);
    tcase_add_test(tests, the_same_time_keeps_the_order_of_starting);
    tcase_add_test(tests, restart_moves_both_ways);
    tcase_add_test(tests, a_wait_ends_when_something_fires);
    tcase_add_test(tests, stop_and_start);
    tcase_add_test(tests, delays_and_times);
    tcase_add_test(tests, absolute_times);
    tcase_add_test(tests, the_clock_never_goes_back);
    tcase_add_test(tests, fire_starts_itself_again);
    tcase_add_test(tests, fire_starts_others);
    tcase_add_test(tests, fire_stops_others_and_itself);
    tcase_add_test(tests, free_leaves_nothing_running);
    tcase_add_test(tests, behaves_like_a_model);
    tcase_add_test(tests, needs_no_memory);
    tcase_add_test(tests, far_times_are_kept_to_the_millisecond);
    tcase_add_test(tests, the_order_outlasts_moving_down);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
