/* SPDX-License-Identifier: MIT */
/* Token buckets. */
#include "unit.h"

#include "base/mem.h"
#include "host/contract/rates.h"

static struct rates rates;

static void setup(void)
{
    rates_init(&rates);
}

static void teardown(void)
{
    rates_free(&rates);
    ck_assert_int_eq(mem_live(), 0);
}

static int64_t draw(uint64_t who, int64_t now)
{
    struct rate_key key = {1, who};
    return rates_draw(&rates, key, 2, 3, now);
}

START_TEST(a_burst_and_then_a_trickle)
{
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(draw(1, 1000), 0);
    ck_assert_int_eq(draw(1, 1000), 500);
    ck_assert_int_eq(draw(1, 1100), 400);
    ck_assert_int_eq(draw(1, 1499), 1);
    ck_assert_int_eq(draw(1, 1500), 0);
    ck_assert_int_eq(draw(1, 1500), 500);
    /* A long rest gives a burst, and no more. */
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(draw(1, 1000000), 0);
    ck_assert_int_eq(draw(1, 1000000), 500);
}
END_TEST

START_TEST(what_it_says_is_enough)
{
    /* Thirds have no end in binary. */
    struct rate_key key = {1, 1};
    int64_t now = 0, wait;
    for (int i = 0; i < 1000; i++) {
        wait = rates_draw(&rates, key, 1.0 / 3, 1, now);
        if (i > 0) {
            ck_assert_int_eq(wait, 3000);
            now += wait;
            ck_assert_int_eq(rates_draw(&rates, key, 1.0 / 3, 1, now), 0);
        }
    }
}
END_TEST

START_TEST(everybody_for_themselves)
{
    struct rate_key other = {2, 1};
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(draw(1, 0), 0);
    ck_assert_int_ne(draw(1, 0), 0);
    ck_assert_int_eq(draw(2, 0), 0);
    ck_assert_int_eq(rates_draw(&rates, other, 2, 3, 0), 0);
}
END_TEST

START_TEST(bounded)
{
    for (int i = 0; i < 4; i++)
        draw(1, 0);
    for (uint64_t who = 2; who <= RATES_MAX; who++)
        ck_assert_int_eq(draw(who, 0), 0);
    ck_assert_uint_eq(rates.table.count, RATES_MAX);
    long live = mem_live();
    /* The first was used most recently, so the second is forgotten. */
    ck_assert_int_ne(draw(1, 0), 0);
    ck_assert_int_eq(draw(2, 0), 0);
    ck_assert_int_eq(draw(2, 0), 0);
    ck_assert_int_ne(draw(2, 0), 0);
    ck_assert_int_ne(draw(1, 0), 0);
    for (uint64_t who = RATES_MAX + 1; who < RATES_MAX + 1000; who++)
        draw(who, 0);
    ck_assert_uint_eq(rates.table.count, RATES_MAX);
    ck_assert_int_eq(mem_live(), live);
    ck_assert_int_ne(draw(1, 0), 0);
    ck_assert_int_eq(draw(3, 0), 0);
    ck_assert_int_eq(draw(3, 0), 0);
    ck_assert_int_eq(draw(3, 0), 0); /* full: it is a new one */
}
END_TEST

START_TEST(without_memory)
{
    for (long n = 0; n < 2; n++) {
        mem_fail_after(n);
        ck_assert_int_eq(draw(7, 0), 500);
        mem_fail_after(-1);
        ck_assert_uint_eq(rates.table.count, 0);
    }
    ck_assert_int_eq(draw(7, 0), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host/rates");
    TCase *tests = tcase_create("rates");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_burst_and_then_a_trickle);
    tcase_add_test(tests, what_it_says_is_enough);
    tcase_add_test(tests, everybody_for_themselves);
    tcase_add_test(tests, bounded);
    tcase_add_test(tests, without_memory);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
