/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/thrift.h"

enum { SECOND = 1000000 };
#define MB ((size_t)1 << 20)

static struct thrift t;
static struct thrift_look now;

/* A process of 10 MB, of which 2 are in use. */
static void setup(void)
{
    t = (struct thrift){.begun = false};
    now = (struct thrift_look){
        .time = 1000 * (int64_t)SECOND, .resident = 10 * MB, .used = 2 * MB};
    ck_assert(!thrift_due(&t, &now));
}

/* Five seconds later it has worked for so many milliseconds. */
static bool look(int64_t worked, size_t resident, size_t used)
{
    now.time += 5 * SECOND;
    now.worked += worked * 1000;
    now.resident = resident * MB;
    now.used = used * MB;
    return thrift_due(&t, &now);
}

/* That took so many microseconds. */
static void done(int64_t took, size_t resident)
{
    now.time += took;
    now.worked += took;
    now.resident = resident * MB;
    thrift_done(&t, &now);
}

START_TEST(what_is_in_use_is_none_of_its_business)
{
    ck_assert(!look(0, 10, 2));
    ck_assert(!look(0, 100, 92));
    ck_assert(!look(0, 1000, 992));
}
END_TEST

START_TEST(what_was_freed_and_is_still_there)
{
    ck_assert(!look(0, 100, 92));
    ck_assert(look(0, 100, 2));
    ck_assert(look(0, 100, 2)); /* as long as nobody has done it */
    done(500, 12);
    ck_assert(!look(0, 12, 2));
    ck_assert(!look(0, 13, 2)); /* that is not worth it */
    ck_assert(look(0, 40, 2));
}
END_TEST

START_TEST(what_cannot_be_given_back)
{
    ck_assert(look(0, 100, 2));
    done(500, 90);
    ck_assert(!look(0, 90, 2));
    ck_assert(!look(0, 95, 2)); /* more, but a small part of all */
    ck_assert(!look(0, 40, 2)); /* at last it has gone by itself */
    ck_assert(look(0, 50, 2));
}
END_TEST

START_TEST(not_while_there_is_work)
{
    ck_assert(!look(2000, 100, 2));
    ck_assert(!look(1300, 100, 2));
    ck_assert(look(1200, 100, 2));
}
END_TEST

START_TEST(at_most_a_thousandth_of_the_time)
{
    ck_assert(look(0, 100, 2));
    done(12000, 12);
    ck_assert(!look(0, 100, 2));
    ck_assert(!look(0, 100, 2));
    ck_assert(look(0, 100, 2));
}
END_TEST

START_TEST(where_nobody_knows_nothing_is_done)
{
    ck_assert(!look(0, 0, 2));
    ck_assert(!look(0, 100, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/thrift");
    TCase *tests = tcase_create("thrift");

    tcase_add_checked_fixture(tests, setup, NULL);
    tcase_add_test(tests, what_is_in_use_is_none_of_its_business);
    tcase_add_test(tests, what_was_freed_and_is_still_there);
    tcase_add_test(tests, what_cannot_be_given_back);
    tcase_add_test(tests, not_while_there_is_work);
    tcase_add_test(tests, at_most_a_thousandth_of_the_time);
    tcase_add_test(tests, where_nobody_knows_nothing_is_done);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
