/* SPDX-License-Identifier: MIT */
/* The USE and OUTGOING moments. */
#include "stage.h"

#define GUARD "{\"name\":\"guard\"}"

START_TEST(lets_through)
{
    stage_start(GUARD);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"plain\",\"x\",2]");
    fake_expect(a, "42[\"handled\",\"x\",2]");
    fake_expect(a, "42[\"everybody\",7]");
    stage_expect("guard#1: use plain argc 2\n"
                 "guard#1: mortise_refuse: only in MORTISE_CONNECTING and "
                 "MORTISE_USE\n"
                 "guard#1: mortise_rewrite: only in MORTISE_USE\n"
                 "guard#1: handle plain argc 2 rewrite -2 refuse -2\n"
                 "guard#1: out handled to one argc 2 first x\n"
                 "guard#1: out everybody to many argc 1 first -\n");
    /* What the look-out itself emits is sent, to whom there is, but not
     * told: it would never end. */
    fake_expect(a, "42[\"echo-of-outgoing\"]");
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

START_TEST(sees_events_that_nobody_handles)
{
    stage_start(GUARD);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"unknown\"]");
    stage_expect("nobody handles \"unknown\" in namespace /\n"
                 "guard#1: use unknown argc 0\n");
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

START_TEST(refuses)
{
    stage_start(GUARD);
    struct eio_session *a = stage_join();
    fake_text(a, "25[\"veto\"]");
    stage_expect("guard#1: use veto argc 0\nguard#1: refuse 0 again -2\n");
    fake_expect(a, "435[{\"error\":{\"code\":\"refused\",\"message\":"
                   "\"Not you\",\"event\":\"veto\",\"data\":"
                   "{\"why\":\"rules\"}}}]");
    fake_text(a, "2[\"veto\"]");
    stage_forget();
    fake_expect(a, "42[\"error\",{\"code\":\"refused\",\"message\":"
                   "\"Not you\",\"event\":\"veto\",\"data\":"
                   "{\"why\":\"rules\"}}]");
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

START_TEST(answers)
{
    stage_start(GUARD);
    struct eio_session *a = stage_join();
    fake_text(a, "26[\"answer\"]");
    stage_expect("guard#1: use answer argc 0\nguard#1: ack 0\n");
    fake_expect(a, "436[\"answered\"]");
    fake_text(a, "27[\"keep\"]");
    stage_expect("guard#1: use keep argc 0\nguard#1: later 1\n");
    fake_expect_nothing(a);
    /* Where no acknowledgement is wanted it cannot be given: the event goes
     * on. */
    fake_text(a, "2[\"answer\"]");
    fake_expect(a, "42[\"handled\"]");
    stage_stop();
}
END_TEST

START_TEST(rewrites)
{
    stage_start(GUARD);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"rewrite\",\"keep\",\"drop\",3]");
    fake_expect(a, "42[\"handled\",\"keep\",{\"by\":\"guard\"}]");
    stage_stop();
}
END_TEST

START_TEST(throws_out)
{
    stage_start(GUARD);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"throw\"]");
    stage_expect("guard#1: use throw argc 0\n");
    fake_expect(a, "41");
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("middleware");
    TCase *t = tcase_create("middleware");
    tcase_add_test(t, lets_through);
    tcase_add_test(t, sees_events_that_nobody_handles);
    tcase_add_test(t, refuses);
    tcase_add_test(t, answers);
    tcase_add_test(t, rewrites);
    tcase_add_test(t, throws_out);
    suite_add_tcase(suite, t);
    return unit_main(suite);
}
