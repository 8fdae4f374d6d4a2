/* SPDX-License-Identifier: MIT */
/* The end of the server while a client changes from polling to WebSocket. */
#include "harness.h"

#include <stdio.h>

#include "base/error.h"

static struct eio_options options;
static struct client c; /* the WebSocket */

static void set_up(void)
{
    char target[256];

    options = world_options();
    world_start(&options);
    open_polling();
    snprintf(target, sizeof(target),
             "/engine.io/?EIO=4&transport=websocket&sid=%s", world.sid);
    ck_assert_int_eq(ws_connect(&c, target, ""), 101);
}

static void tear_down(void)
{
    client_close(&c);
    world_stop();
}

static void probe(void)
{
    ws_text(&c, "2probe");
    ws_expect(&c, "3probe");
}

static void say_bye(struct eio_session *session)
{
    struct eio_packet *packet = eio_packet_text(EIO_MESSAGE, STR("bye"));
    ck_assert_int_eq(eio_session_send(session, packet), 0);
    eio_packet_unref(packet);
}

static void expect_over(void)
{
    WAIT_UNTIL(world.closed == 1);
    ck_assert_int_eq(world.reason, EIO_SHUTTING_DOWN);
}

START_TEST(waits_for_the_change_over)
{
    probe();
    world_send("lost");
    eio_server_drain(world.eio);
    world_idle(20);
    ck_assert_uint_eq(world.closed, 0);
    ck_assert_int_eq(world_send("late"), ERR_CLOSED);
    ck_assert_uint_eq(eio_server_sessions(world.eio), 1);
    ws_text(&c, "5");
    ws_expect_close(&c, 0);
    expect_over();
}
END_TEST

START_TEST(says_why_after_the_change_over)
{
    world.on_closing = say_bye;
    probe();
    eio_server_drain(world.eio);
    ws_text(&c, "5");
    ws_expect(&c, "4bye");
    ws_expect_close(&c, 0);
    expect_over();
    ck_assert_uint_eq(world.closing, 1);
}
END_TEST

START_TEST(tells_the_next_poll)
{
    probe();
    eio_server_drain(world.eio);
    expect_answer(poll_session(), 200, "6" RS "1");
    expect_over();
    ws_expect_close(&c, 0);
}
END_TEST

START_TEST(tells_a_held_poll_at_once)
{
    probe();
    struct client poll = hold_poll();
    eio_server_drain(world.eio);
    expect_over();
    expect_answer(client_answer(&poll, false), 200, "1");
    client_close(&poll);
    ws_expect_close(&c, 0);
}
END_TEST

START_TEST(does_not_wait_before_the_probe)
{
    eio_server_drain(world.eio);
    ck_assert_uint_eq(world.closed, 1);
    ws_expect_close(&c, 0);
}
END_TEST

START_TEST(a_websocket_that_is_lost)
{
    probe();
    eio_server_drain(world.eio);
    client_reset(&c);
    expect_over();
    ck_assert_uint_eq(eio_server_sessions(world.eio), 0);
}
END_TEST

START_TEST(anything_but_the_change_over)
{
    probe();
    eio_server_drain(world.eio);
    ws_text(&c, "4x");
    ws_expect_close(&c, 0);
    expect_over();
}
END_TEST

START_TEST(a_change_over_that_takes_too_long)
{
    tear_down();
    options = world_options();
    options.upgrade_timeout = 200;
    world.closed = 0;
    world_start(&options);
    open_polling();
    char target[256];
    snprintf(target, sizeof(target),
             "/engine.io/?EIO=4&transport=websocket&sid=%s", world.sid);
    ck_assert_int_eq(ws_connect(&c, target, ""), 101);
    probe();
    eio_server_drain(world.eio);
    ws_expect_close(&c, 0);
    expect_over();
}
END_TEST

START_TEST(no_time_to_spare)
{
    probe();
    eio_server_drain(world.eio);
    ck_assert_uint_eq(world.closed, 0);
    eio_server_shutdown(world.eio);
    ck_assert_uint_eq(world.closed, 1);
    ck_assert_int_eq(world.reason, EIO_SHUTTING_DOWN);
    ws_expect_close(&c, 0);
}
END_TEST

/* The server is freed with a session that still waits. */
START_TEST(no_time_at_all)
{
    probe();
    eio_server_drain(world.eio);
    ck_assert_uint_eq(world.closed, 0);
}
END_TEST

START_TEST(nobody_comes_in)
{
    probe();
    eio_server_drain(world.eio);
    expect_answer(ask("GET", PATH "?EIO=4&transport=polling", "", NULL), 503,
                  "");
    ck_assert_uint_eq(world.closed, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shutdown");
    TCase *tc = tcase_create("shutdown");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, waits_for_the_change_over);
    tcase_add_test(tc, says_why_after_the_change_over);
    tcase_add_test(tc, tells_the_next_poll);
    tcase_add_test(tc, tells_a_held_poll_at_once);
    tcase_add_test(tc, does_not_wait_before_the_probe);
    tcase_add_test(tc, a_websocket_that_is_lost);
    tcase_add_test(tc, anything_but_the_change_over);
    tcase_add_test(tc, a_change_over_that_takes_too_long);
    tcase_add_test(tc, no_time_to_spare);
    tcase_add_test(tc, no_time_at_all);
    tcase_add_test(tc, nobody_comes_in);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
