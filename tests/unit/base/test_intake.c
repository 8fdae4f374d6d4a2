/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "base/intake.h"

enum { KB = 1024, PARTS = 100 };

static struct timers timers;
static struct intake in;
static struct part {
    struct intake_part part;
    bool ended;
} parts[PARTS];
static int crowded;

static void on_crowded(void *user, struct str peer)
{
    ck_assert_ptr_eq(user, &crowded);
    ck_assert_str_eq(peer.p, "somebody");
    crowded++;
}

static void on_end(void *user)
{
    struct part *p = user;
    ck_assert(!p->ended);
    p->ended = true;
    intake_release(&p->part);
}

static void setup(void)
{
    timers_init(&timers, 0);
    intake_init(&in, &timers, on_crowded, &crowded);
    intake_set_max(&in, 100 * KB);
    crowded = 0;
    memset(parts, 0, sizeof(parts));
    for (int i = 0; i < PARTS; i++)
        parts[i].part = (struct intake_part){
            .end = on_end, .user = &parts[i], .peer = STR("somebody")};
}

static void teardown(void)
{
    for (int i = 0; i < PARTS; i++)
        intake_release(&parts[i].part);
    ck_assert_uint_eq(in.bytes, 0);
    intake_stop(&in);
    timers_free(&timers);
}

static void hold(int i, size_t kilobytes)
{
    intake_hold(&in, &parts[i].part, kilobytes * KB);
}

static void turn(void)
{
    timers_run(&timers, timers.now + 1);
}

START_TEST(what_fits_stays)
{
    for (int i = 0; i < 10; i++)
        hold(i, 10);
    turn();
    ck_assert_uint_eq(in.bytes, 100 * KB);
    ck_assert_int_eq(crowded, 0);
    intake_release(&parts[3].part);
    intake_release(&parts[3].part);
    ck_assert_uint_eq(in.bytes, 90 * KB);
    hold(3, 10);
    turn();
    ck_assert_int_eq(crowded, 0);
}
END_TEST

START_TEST(those_begun_first_make_room)
{
    for (int i = 0; i < 10; i++)
        hold(i, 10);
    hold(10, 15);
    hold(0, 11);                /* it is the oldest, whatever it does */
    ck_assert(!parts[0].ended); /* never from within a call */
    turn();
    ck_assert(parts[0].ended && parts[1].ended && !parts[2].ended);
    ck_assert_int_eq(crowded, 2);
    ck_assert_uint_eq(in.bytes, 95 * KB);
    turn();
    ck_assert_int_eq(crowded, 2);
}
END_TEST

START_TEST(one_alone_may_have_more)
{
    hold(0, 10);
    hold(1, 500);
    turn();
    ck_assert(parts[0].ended && !parts[1].ended);
    hold(1, 600);
    turn();
    ck_assert(!parts[1].ended);
    hold(2, 5);
    turn();
    ck_assert(parts[1].ended && !parts[2].ended);
}
END_TEST

START_TEST(what_is_small_does_not_count)
{
    for (int i = 0; i < PARTS; i++)
        hold(i, 4);
    ck_assert_uint_eq(in.bytes, 0);
    hold(0, 60);
    hold(0, 1); /* once it counts it does */
    ck_assert_uint_eq(in.bytes, KB);
}
END_TEST

START_TEST(room_may_come_by_itself)
{
    hold(0, 60);
    hold(1, 60);
    intake_release(&parts[0].part);
    turn();
    hold(0, 40);
    intake_release(&parts[1].part);
    intake_release(&parts[0].part);
    turn();
    ck_assert_int_eq(crowded, 0);
}
END_TEST

START_TEST(the_maximum_changes)
{
    intake_set_max(&in, 0);
    for (int i = 0; i < PARTS; i++)
        hold(i, 10);
    turn();
    ck_assert_int_eq(crowded, 0);
    intake_set_max(&in, 20 * KB);
    turn();
    ck_assert_int_eq(crowded, PARTS - 2);
    ck_assert(!parts[PARTS - 2].ended && !parts[PARTS - 1].ended);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/intake");
    TCase *tests = tcase_create("intake");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_fits_stays);
    tcase_add_test(tests, those_begun_first_make_room);
    tcase_add_test(tests, one_alone_may_have_more);
    tcase_add_test(tests, what_is_small_does_not_count);
    tcase_add_test(tests, room_may_come_by_itself);
    tcase_add_test(tests, the_maximum_changes);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
