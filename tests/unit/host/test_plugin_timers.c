/* SPDX-License-Identifier: MIT */
/* Timers of plugins, under a clock that stands still between the lines. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#define TALK "{\"name\":\"talk\"}"

START_TEST(once)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"after\",50,0,1]");
    stage_expect("talk#1: timer 1\n");
    stage_advance(49);
    stage_expect("");
    stage_advance(1);
    /* A timer that has fired for the last time is gone when it is told. */
    stage_expect("talk#1: tick / cookie 5, from 0, left 0\n"
                 "talk#1: cancel -4, again -4\n");
    fake_expect(a, "42[\"tick\",0]");
    stage_advance(1000);
    stage_expect("");
    stage_stop();
}
END_TEST

START_TEST(repeats_until_cancelled)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"after\",50,10,3]");
    stage_forget();
    stage_advance(50);
    stage_expect("talk#1: tick / cookie 5, from 0, left 2\n");
    stage_advance(9);
    stage_expect("");
    stage_advance(1);
    stage_expect("talk#1: tick / cookie 5, from 0, left 1\n");
    stage_advance(10);
    /* From inside of its own handler. */
    stage_expect("talk#1: tick / cookie 5, from 0, left 0\n"
                 "talk#1: cancel 0, again -4\n");
    stage_advance(1000);
    stage_expect("");
    ck_assert_uint_eq(fake_skip(a), 3);
    stage_stop();
}
END_TEST

START_TEST(being_late_does_not_add_up)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"after\",10,10,100]"); /* at 10, 20, 30, ... */
    stage_forget();
    stage_advance(13);
    stage_expect("talk#1: tick / cookie 5, from 0, left 99\n");
    stage_advance(6); /* 19 */
    stage_expect("");
    stage_advance(1); /* 20 */
    stage_expect("talk#1: tick / cookie 5, from 0, left 98\n");
    stage_advance(35); /* 55: what was missed is left out */
    stage_expect("talk#1: tick / cookie 5, from 0, left 97\n");
    stage_advance(4); /* 59 */
    stage_expect("");
    stage_advance(1); /* 60 */
    stage_expect("talk#1: tick / cookie 5, from 0, left 96\n");
    stage_stop();
}
END_TEST

START_TEST(begins_anew_in_its_own_handler)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"start again\"]");
    stage_advance(10);
    stage_expect("talk#1: again cookie 2, cancel 0\n");
    stage_advance(10);
    stage_expect("talk#1: again cookie 1, cancel 0\n");
    stage_advance(10);
    stage_expect("talk#1: again cookie 0, cancel 0\n");
    stage_advance(5000);
    stage_expect("");
    stage_stop();
}
END_TEST

START_TEST(no_delay)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"after\",0,0,1]");
    stage_expect("talk#1: timer 1\n"); /* never from within the call */
    stage_advance(0);
    stage_expect("talk#1: tick / cookie 5, from 0, left 0\n"
                 "talk#1: cancel -4, again -4\n");
    stage_stop();
}
END_TEST

START_TEST(disconnects)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"kick later\"]");
    stage_advance(10);
    stage_expect("talk#1: disconnect 0, then -11\n"
                 "talk#1: disconnecting / server namespace disconnect, in the "
                 "room 0, sid 1\n"
                 "talk#1: emit -11, join -11, reply -4\n"
                 "talk#1: disconnect / server namespace disconnect, in the "
                 "room 0, sid 1\n"
                 "talk#1: emit -11, join -11, reply -4\n");
    fake_expect(a, "41");
    stage_stop();
}
END_TEST

START_TEST(started_in_init)
{
    stage_start("{\"name\":\"talk\",\"namespace\":\"/there\","
                "\"settings\":{\"timer\":true}}");
    stage_advance(50);
    stage_expect("talk#1: tick /there cookie 9, from 0, left 0\n"
                 "talk#1: cancel -4, again -4\n");
    stage_stop();
}
END_TEST

START_TEST(outlived_by_the_clock)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"after\",50,10,100]");
    stage_forget();
    stage_stop(); /* which asserts that no timer runs */
    ck_assert_ptr_null(strstr(stage.journal, "tick"));
}
END_TEST

START_TEST(refused)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"after wrong\"]");
    stage_expect(
        "talk#1: mortise_after: \"nobody\": its table of timers has no such "
        "row\n"
        "talk#1: mortise_after: \"\": its table of timers has no such row\n"
        "talk#1: mortise_after: \"tick\": a delay cannot be negative\n"
        "talk#1: mortise_after: \"tick\": a delay cannot be negative\n"
        "talk#1: mortise_after: \"tick\": that is more than a year\n"
        "talk#1: nobody 0, no name 0, negative 0, every 0, too long 0, "
        "cancel -4\n");
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/plugin_timers");
    TCase *t = tcase_create("plugin_timers");
    tcase_add_test(t, once);
    tcase_add_test(t, repeats_until_cancelled);
    tcase_add_test(t, being_late_does_not_add_up);
    tcase_add_test(t, begins_anew_in_its_own_handler);
    tcase_add_test(t, no_delay);
    tcase_add_test(t, disconnects);
    tcase_add_test(t, started_in_init);
    tcase_add_test(t, outlived_by_the_clock);
    tcase_add_test(t, refused);
    suite_add_tcase(s, t);
    return unit_main(s);
}
