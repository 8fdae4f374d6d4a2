/* SPDX-License-Identifier: MIT */
/* From polling to WebSocket: protocol section 2.4. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

static struct eio_options options;
static struct client c; /* the WebSocket */

static struct client connect_websocket(const char *more)
{
    struct client ws;
    char target[256];
    snprintf(target, sizeof(target),
             "/engine.io/?EIO=4&transport=websocket&sid=%s%s", world.sid, more);
    ck_assert_int_eq(ws_connect(&ws, target, ""), 101);
    return ws;
}

static void setup(void)
{
    options = world_options();
    world_start(&options);
    open_polling();
    c = connect_websocket("");
}

static void restart(void)
{
    client_close(&c);
    world_stop();
    world_start(&options);
    open_polling();
    c = connect_websocket("");
}

static void probe(void)
{
    ws_text(&c, "2probe");
    ws_expect(&c, "3probe");
}

static bool on_websocket(void)
{
    return strcmp(eio_session_transport(world.session), "websocket") == 0;
}

static void upgrade(void)
{
    probe();
    ws_text(&c, "5");
    WAIT_UNTIL(on_websocket());
}

static void expect_still_polling(void)
{
    ck_assert_uint_eq(world.closed, 0);
    ck_assert(!on_websocket());
    expect_answer(push_session("4still"), 200, "ok");
    expect_answer(poll_session(), 200, "4still");
}

START_TEST(from_polling_to_websocket)
{
    upgrade();
    ws_text(&c, "4hello");
    ws_expect(&c, "4hello");
    ck_assert_uint_eq(world.opened, 1);
    ck_assert_uint_eq(eio_server_sessions(world.eio), 1);
}
END_TEST

START_TEST(polling_is_over_then)
{
    upgrade();
    expect_answer(poll_session(), 400, BAD_REQUEST);
    expect_answer(push_session("4a"), 400, BAD_REQUEST);
    ws_text(&c, "4hello");
    ws_expect(&c, "4hello");
    ck_assert_uint_eq(world.messages, 1);
}
END_TEST

START_TEST(one_websocket_is_enough)
{
    struct client second = connect_websocket(""); /* the first is on trial */
    ws_expect_close(&second, 0);
    upgrade();
    second = connect_websocket("");
    ws_expect_close(&second, 0);
    ws_text(&c, "4hello");
    ws_expect(&c, "4hello");
    ck_assert_uint_eq(world.closed, 0);
}
END_TEST

START_TEST(a_session_that_began_on_websocket_keeps_it)
{
    struct client first = open_websocket("");
    struct client second = connect_websocket("");
    ws_expect_close(&second, 0);
    ws_text(&first, "4hello");
    ws_expect(&first, "4hello");
    client_close(&first);
}
END_TEST

START_TEST(polls_are_released_again_and_again)
{
    struct client poll = hold_poll();
    world_idle(150); /* no probe yet: held as ever */
    client_read(&poll);
    ck_assert_uint_eq(poll.n, 0);
    probe();
    expect_answer(client_answer(&poll, false), 200, "6");
    client_close(&poll);
    expect_answer(poll_session(), 200, "6");
    expect_answer(poll_session(), 200, "6");
}
END_TEST

/* Something to say and the tick in one turn of the loop. */
static void at_the_tick(const char *packet, const char *answer)
{
    struct client poll, post = client_open();
    poll = hold_poll();
    probe();
    client_request(&post, "POST", session_target(), "", packet, strlen(packet));
    world_skip(150);
    expect_answer(client_answer(&poll, false), 200, answer);
    expect_answer(client_answer(&post, false), 200, "ok");
    client_close(&poll);
    client_close(&post);
}

static void close_it(struct eio_session *session, const char *p, size_t n)
{
    eio_session_close(session);
}

START_TEST(the_tick_is_not_before_anything_else)
{
    at_the_tick("4a", "4a");
    world.on_message = close_it;
    world.silent = true;
    at_the_tick("4b", "1");
    ck_assert_uint_eq(world.closed, 1);
}
END_TEST

START_TEST(probes_may_be_repeated)
{
    probe();
    probe();
    upgrade();
}
END_TEST

START_TEST(a_change_over_without_a_probe)
{
    ws_text(&c, "5");
    WAIT_UNTIL(on_websocket());
    ws_text(&c, "4a");
    ws_expect(&c, "4a");
}
END_TEST

START_TEST(a_poll_that_is_held_at_the_change_over)
{
    struct client poll = hold_poll();
    ws_text(&c, "5");
    expect_answer(client_answer(&poll, false), 200, "6");
    client_close(&poll);
    ck_assert(on_websocket());
}
END_TEST

START_TEST(a_post_that_is_read_at_the_change_over)
{
    struct client post = client_open();
    client_request(&post, "POST", session_target(), "Content-Length: 100\r\n",
                   NULL, 0);
    client_write(&post, "4half", 5);
    world_idle(20);
    ws_text(&c, "5");
    client_expect_end(&post);
    ck_assert(on_websocket());
    ck_assert_uint_eq(world.closed, 0);
}
END_TEST

START_TEST(anything_else_ends_the_trial)
{
    static const char *const texts[] = {"2foo", "4x", "", "3probe", "1", "5x"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        probe();
        ws_text(&c, texts[i]);
        ws_expect_close(&c, 0);
        expect_still_polling();
        c = connect_websocket("");
    }
    ws_frame(&c, 0x82, "5", 1);
    ws_expect_close(&c, 0);
    expect_still_polling();
    c = connect_websocket("");
    upgrade();
}
END_TEST

START_TEST(a_websocket_that_is_lost)
{
    probe();
    client_reset(&c);
    world_idle(20);
    expect_still_polling();
    c = connect_websocket("");
    upgrade();
}
END_TEST

START_TEST(a_trial_takes_too_long)
{
    options.upgrade_timeout = 500;
    restart();
    ws_expect_close(&c, 0);
    expect_still_polling();
    c = connect_websocket("");
    probe();
    ws_expect_close(&c, 0);
    expect_still_polling();
}
END_TEST

START_TEST(the_session_ends_meanwhile)
{
    probe();
    expect_answer(push_session("1"), 200, "ok");
    ck_assert_int_eq(world.reason, EIO_TRANSPORT_CLOSE);
    ws_expect_close(&c, 0);
    expect_gone();
}
END_TEST

START_TEST(the_session_is_discarded_meanwhile)
{
    probe();
    eio_session_discard(world.session, EIO_FORCED_CLOSE);
    ws_expect_close(&c, 0);
    WAIT_UNTIL(eio_server_sessions(world.eio) == 0);
}
END_TEST

START_TEST(closed_on_polling_meanwhile)
{
    probe();
    struct client poll = hold_poll();
    world_send("a");
    eio_session_close(world.session);
    expect_answer(client_answer(&poll, false), 200, "4a");
    client_close(&poll);
    expect_answer(poll_session(), 200, "6" RS "1");
    ws_expect_close(&c, 0);
    ck_assert_int_eq(world.reason, EIO_FORCED_CLOSE);
}
END_TEST

START_TEST(closed_on_websocket_at_the_change_over)
{
    probe();
    world_send("a");
    eio_session_close(world.session);
    ws_text(&c, "5");
    ws_expect(&c, "4a");
    ws_expect_close(&c, 0);
    WAIT_UNTIL(world.closed == 1);
    ck_assert_int_eq(world.reason, EIO_FORCED_CLOSE);
    ck_assert_uint_eq(eio_server_sessions(world.eio), 0);
}
END_TEST

START_TEST(no_trial_for_a_session_that_is_closing)
{
    ws_text(&c, "x");
    ws_expect_close(&c, 0);
    eio_session_close(world.session);
    c = connect_websocket("");
    ws_expect_close(&c, 0);
    expect_answer(poll_session(), 200, "6" RS "1");
}
END_TEST

START_TEST(packets_go_on_over_polling_meanwhile)
{
    probe();
    struct client poll = hold_poll();
    world_send("a");
    expect_answer(client_answer(&poll, false), 200, "4a");
    client_close(&poll);
    expect_answer(push_session("4b"), 200, "ok");
    ws_text(&c, "5");
    ws_expect(&c, "4b"); /* what waited comes along */
}
END_TEST

/* Fifty messages each way, the change-over in the middle. */
START_TEST(nothing_is_lost_or_out_of_order)
{
    char text[32];
    int expected = 0;
    world.silent = true;
    for (int i = 0; i < 50; i++) {
        snprintf(text, sizeof(text), "4%d", i);
        if (i < 20)
            expect_answer(push_session(text), 200, "ok");
        if (i == 20)
            upgrade();
        if (i >= 20)
            ws_text(&c, text);
        snprintf(text, sizeof(text), "%d", i);
        ck_assert_int_eq(world_send(text), 0);
        if (i == 10) {
            struct answer a = poll_session();
            for (char *p = a.body; p; p = strchr(p, RS[0])) {
                p += p != a.body;
                ck_assert_int_eq(*p, '4');
                ck_assert_int_eq(atoi(p + 1), expected++);
            }
        }
        WAIT_UNTIL(world.messages == (unsigned)i + 1);
        ck_assert_int_eq(atoi(world.last), i);
    }
    ck_assert_int_eq(expected, 11);
    for (; expected < 50; expected++) {
        snprintf(text, sizeof(text), "4%d", expected);
        ws_expect(&c, text);
    }
}
END_TEST

START_TEST(binary_afterwards_as_the_websocket_asked)
{
    client_close(&c);
    world_idle(20);
    c = connect_websocket("&b64=1");
    world_send_binary("\x01\x02", 2);
    upgrade();
    ws_expect(&c, "bAQI=");
    ws_frame(&c, 0x82, "\x01\x02\x03\x04", 4);
    ws_expect(&c, "bAQIDBA==");
}
END_TEST

START_TEST(the_heartbeat_goes_on)
{
    options.ping_interval = 100;
    options.ping_timeout = 5000;
    restart();
    upgrade();
    for (int i = 0; i < 3; i++) {
        ws_expect(&c, "2");
        ws_text(&c, "3");
    }
    ck_assert_uint_eq(world.closed, 0);
}
END_TEST

/* A ping that no poll fetched moves to the WebSocket, and the pong is not
 * missed by the old deadline. */
START_TEST(a_ping_moves_along)
{
    options.ping_interval = 50;
    options.ping_timeout = 5000;
    restart();
    WAIT_UNTIL(eio_session_queued(world.session) > 0);
    ws_text(&c, "5");
    ws_expect(&c, "2");
    ws_text(&c, "3");
    ws_expect(&c, "2");
}
END_TEST

/* A pong that was due on polling is forgiven. */
START_TEST(a_ping_without_a_pong_before)
{
    options.ping_interval = 300;
    options.ping_timeout = 1500;
    restart();
    expect_answer(poll_session(), 200, "2");
    upgrade();
    ws_expect(&c, "2");
}
END_TEST

START_TEST(a_websocket_on_trial_is_not_pinged)
{
    options.ping_interval = 400;
    options.ping_timeout = 400;
    restart();
    probe();
    WAIT_UNTIL(world.closed == 1);
    ck_assert_int_eq(world.reason, EIO_PING_TIMEOUT);
    ws_expect_close(&c, 0);
}
END_TEST

START_TEST(freed_in_every_state)
{
    struct client second, third;
    probe();
    open_polling();
    second = connect_websocket("");
    third = connect_websocket(""); /* closing */
    client_close(&second);
    client_close(&third);
    /* world_stop() finds what is left. */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("upgrade");
    TCase *tc = tcase_create("upgrade");
    tcase_add_checked_fixture(tc, setup, world_stop);
    tcase_add_test(tc, from_polling_to_websocket);
    tcase_add_test(tc, polling_is_over_then);
    tcase_add_test(tc, one_websocket_is_enough);
    tcase_add_test(tc, a_session_that_began_on_websocket_keeps_it);
    tcase_add_test(tc, polls_are_released_again_and_again);
    tcase_add_test(tc, the_tick_is_not_before_anything_else);
    tcase_add_test(tc, probes_may_be_repeated);
    tcase_add_test(tc, a_change_over_without_a_probe);
    tcase_add_test(tc, a_poll_that_is_held_at_the_change_over);
    tcase_add_test(tc, a_post_that_is_read_at_the_change_over);
    tcase_add_test(tc, anything_else_ends_the_trial);
    tcase_add_test(tc, a_websocket_that_is_lost);
    tcase_add_test(tc, a_trial_takes_too_long);
    tcase_add_test(tc, the_session_ends_meanwhile);
    tcase_add_test(tc, the_session_is_discarded_meanwhile);
    tcase_add_test(tc, closed_on_polling_meanwhile);
    tcase_add_test(tc, closed_on_websocket_at_the_change_over);
    tcase_add_test(tc, no_trial_for_a_session_that_is_closing);
    tcase_add_test(tc, packets_go_on_over_polling_meanwhile);
    tcase_add_test(tc, nothing_is_lost_or_out_of_order);
    tcase_add_test(tc, binary_afterwards_as_the_websocket_asked);
    tcase_add_test(tc, the_heartbeat_goes_on);
    tcase_add_test(tc, a_ping_moves_along);
    tcase_add_test(tc, a_ping_without_a_pong_before);
    tcase_add_test(tc, a_websocket_on_trial_is_not_pinged);
    tcase_add_test(tc, freed_in_every_state);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
