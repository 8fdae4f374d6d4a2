/* SPDX-License-Identifier: MIT */
/* The queue by itself: who is paired with whom, and when. */
#include <stdio.h>
#include <string.h>

#include <mortise/testkit.h>

#include "games/random.h"
#include "lobby/queue.h"

static const struct window window = {100, 50, 5000, 400};

static struct ticket ticket(const char *user, double rating, int64_t since)
{
    struct ticket t;

    memset(&t, 0, sizeof(t));
    snprintf(t.user, sizeof(t.user), "%s", user);
    t.rating = rating;
    t.known = true;
    t.rated = true;
    t.since = since;
    return t;
}

static void add(struct queue *queue, const char *user, double rating,
                int64_t since)
{
    struct ticket t = ticket(user, rating, since);

    ck_assert_int_eq(queue_add(queue, &t), 0);
}

START_TEST(the_window_widens)
{
    struct ticket t = ticket("ann", 1500, 1000);

    ck_assert_int_eq(queue_window(&t, &window, 1000), 100);
    ck_assert_int_eq(queue_window(&t, &window, 5999), 100);
    ck_assert_int_eq(queue_window(&t, &window, 6000), 150);
    ck_assert_int_eq(queue_window(&t, &window, 16000), 250);
    ck_assert_int_eq(queue_window(&t, &window, 10000000), 400);
    ck_assert_int_eq(queue_window(&t, &window, 0), 100);
}
END_TEST

START_TEST(both_have_to_accept)
{
    struct queue queue = {0};
    struct ticket pair[SEATS];

    add(&queue, "ann", 1500, 0);
    add(&queue, "bob", 1640, 20000);
    /* Ann accepts 300 by now, bob 100: until he has waited, too. */
    ck_assert_int_eq(queue_pair(&queue, &window, 20000, pair), 0);
    ck_assert_int_eq(queue_pair(&queue, &window, 24999, pair), 0);
    ck_assert_int_eq(queue_pair(&queue, &window, 25000, pair), 1);
    ck_assert_uint_eq(queue.count, 0);
    queue_free(&queue);
}
END_TEST

START_TEST(the_nearest_are_paired)
{
    struct queue queue = {0};
    struct ticket pair[SEATS];

    add(&queue, "ann", 1500, 0);
    add(&queue, "eve", 1590, 0);
    add(&queue, "bob", 1560, 0);
    add(&queue, "max", 1700, 0);
    ck_assert_int_eq(queue_pair(&queue, &window, 0, pair), 1);
    ck_assert_str_eq(pair[0].user, "bob");
    ck_assert_str_eq(pair[1].user, "eve");
    ck_assert_int_eq(queue_pair(&queue, &window, 0, pair), 0);
    ck_assert_int_eq(queue_pair(&queue, &window, 10000, pair), 1);
    queue_free(&queue);
}
END_TEST

START_TEST(wishes_have_to_be_the_same)
{
    struct queue queue = {0};
    struct ticket pair[SEATS], t[5];

    for (int i = 0; i < 5; i++)
        t[i] = ticket((const char *[]){"a", "b", "c", "d", "e"}[i], 1500, 0);
    t[1].rules = 1;
    t[2].variant = 1;
    t[3].initial = 60000;
    t[4].rated = false;
    for (int i = 0; i < 5; i++)
        queue_add(&queue, &t[i]);
    ck_assert_int_eq(queue_pair(&queue, &window, 100000, pair), 0);
    add(&queue, "f", 1500, 0);
    ck_assert_int_eq(queue_pair(&queue, &window, 0, pair), 1);
    queue_free(&queue);
}
END_TEST

START_TEST(one_user_waits_once)
{
    struct queue queue = {0};
    struct ticket pair[SEATS], unknown = ticket("bob", 1500, 0);

    add(&queue, "ann", 1500, 0);
    add(&queue, "ann", 1500, 0);
    ck_assert_uint_eq(queue.count, 1);
    unknown.known = false;
    queue_add(&queue, &unknown);
    ck_assert_int_eq(queue_pair(&queue, &window, 100000, pair), 0);
    ck_assert_int_eq(queue_remove(&queue, "ann"), 0);
    ck_assert_int_eq(queue_remove(&queue, "ann"), MORTISE_ENOENT);
    queue_free(&queue);
}
END_TEST

/* Whoever comes and waits: nobody is lost, and who is paired fits. */
START_TEST(holds_for_any_crowd)
{
    uint64_t seed = 5;

    for (int round = 0; round < 100; round++) {
        struct queue queue = {0};
        struct ticket pair[SEATS];
        uint32_t n = random_below(&seed, 60), paired = 0;
        int64_t now = 60000;
        for (uint32_t i = 0; i < n; i++) {
            char user[16];
            snprintf(user, sizeof(user), "%u", i);
            add(&queue, user, 1000 + random_below(&seed, 1500),
                (int64_t)random_below(&seed, 60000));
        }
        while (queue_pair(&queue, &window, now, pair)) {
            double apart = pair[1].rating - pair[0].rating;
            ck_assert(apart >= 0);
            for (int i = 0; i < SEATS; i++)
                ck_assert(apart <=
                          (double)queue_window(&pair[i], &window, now));
            ck_assert_str_ne(pair[0].user, pair[1].user);
            paired += SEATS;
        }
        ck_assert_uint_eq(queue.count + paired, n);
        queue_free(&queue);
    }
}
END_TEST

TESTKIT_MAIN("game: queue", the_window_widens, both_have_to_accept,
             the_nearest_are_paired, wishes_have_to_be_the_same,
             one_user_waits_once, holds_for_any_crowd)
