/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <time.h>

#include "base/clock.h"

START_TEST(monotonic_never_goes_back)
{
    int64_t last = clock_mono_us();

    ck_assert_int_gt(last, 0);
    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_mono_us();
        ck_assert_int_ge(now, last);
        last = now;
    }
}
END_TEST

START_TEST(units_agree)
{
    int64_t before = clock_mono_us();
    int64_t ms = clock_mono_ms();
    int64_t after = clock_mono_us();

    ck_assert_int_ge(ms, before / 1000);
    ck_assert_int_le(ms, after / 1000);
}
END_TEST

START_TEST(wall_is_that_of_time)
{
    int64_t before = (int64_t)time(NULL) - 1;
    int64_t now = clock_wall_ms();
    int64_t after = (int64_t)time(NULL) + 1;

    ck_assert_int_ge(now, before * 1000);
    ck_assert_int_le(now, after * 1000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/clock");
    TCase *tests = tcase_create("clock");

    tcase_add_test(tests, monotonic_never_goes_back);
    tcase_add_test(tests, units_agree);
    tcase_add_test(tests, wall_is_that_of_time);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
