/* SPDX-License-Identifier: MIT */
/* Pings and pongs: protocol section 2.3. The clock is the harness's: nobody is
 * late because the machine is busy. */
#include "harness.h"

#include <string.h>

static struct eio_options options;

static void start(int64_t interval, int64_t timeout)
{
    options = world_options();
    options.ping_interval = interval;
    options.ping_timeout = timeout;
    world_start(&options);
}

static void expect_closed(void)
{
    WAIT_UNTIL(world.closed == 1);
    ck_assert_int_eq(world.reason, EIO_PING_TIMEOUT);
    expect_gone();
}

START_TEST(pings_on_polling)
{
    start(20, 10000);
    open_polling();
    for (int i = 0; i < 3; i++) {
        expect_answer(poll_session(), 200, "2");
        expect_answer(push_session("3"), 200, "ok");
    }
    ck_assert_uint_eq(world.closed, 0);
}
END_TEST

START_TEST(pings_on_websocket)
{
    start(20, 10000);
    struct client c = open_websocket("");
    for (int i = 0; i < 3; i++) {
        ws_expect(&c, "2");
        ws_text(&c, "3");
    }
    ck_assert_uint_eq(world.closed, 0);
    client_close(&c);
}
END_TEST

START_TEST(one_ping_at_a_time)
{
    start(10, 10000);
    struct client c = open_websocket("");
    ws_expect(&c, "2");
    world_idle(50);
    client_read(&c);
    ck_assert_uint_eq(c.n, 0);
    client_close(&c);
}
END_TEST

START_TEST(nobody_polls)
{
    start(20, 20);
    open_polling();
    expect_closed();
}
END_TEST

START_TEST(a_poll_without_a_pong)
{
    start(20, 1000);
    open_polling();
    expect_answer(poll_session(), 200, "2");
    struct client c = hold_poll();
    expect_answer(client_answer(&c, false), 200, "1");
    client_close(&c);
    expect_closed();
}
END_TEST

START_TEST(a_websocket_without_a_pong)
{
    start(20, 20);
    struct client c = open_websocket("");
    ws_expect(&c, "2");
    ws_expect_close(&c, 0);
    expect_closed();
}
END_TEST

/* The deadline counts from the handshake: a request that comes behind it finds
 * nobody, even when the loop reads it before the timer had its turn. */
START_TEST(a_poll_after_the_deadline)
{
    start(50, 500);
    open_polling();
    struct client c = client_open();
    WAIT_UNTIL(eio_session_queued(world.session) > 0); /* the ping is due */
    client_request(&c, "GET", session_target(), "", NULL, 0);
    world_skip(550);
    expect_answer(client_answer(&c, false), 400, UNKNOWN_SID);
    client_close(&c);
}
END_TEST

START_TEST(an_unasked_pong_is_harmless)
{
    start(50, 10000);
    struct client c = open_websocket("");
    ws_text(&c, "3");
    ws_text(&c, "3");
    ws_expect(&c, "2");
    client_close(&c);
}
END_TEST

/* The other packet comes when most of the timeout is over, so without the
 * grace the pong behind it would come too late. */
START_TEST(another_packet_gives_more_time)
{
    start(20, 1000);
    struct client c = open_websocket("");
    for (int i = 0; i < 2; i++) { /* each ping anew */
        ws_expect(&c, "2");
        world_idle(600);
        ws_text(&c, "6");
        world_idle(600);
        ck_assert_uint_eq(world.closed, 0);
        ws_text(&c, i == 0 ? "3" : "6"); /* once a ping is enough */
    }
    ws_expect_close(&c, 0);
    expect_closed();
}
END_TEST

START_TEST(pings_go_on_after_the_grace)
{
    start(20, 1000);
    struct client c = open_websocket("");
    for (int i = 0; i < 3; i++) {
        ws_expect(&c, "2");
        ws_text(&c, "6");
        ws_text(&c, "3");
    }
    client_close(&c);
}
END_TEST

/* When we were late ourselves, the client gets its time all the same. */
START_TEST(a_late_ping)
{
    start(50, 500);
    struct client c = open_websocket("");
    world_skip(700);
    ws_expect(&c, "2");
    world_idle(50);
    ws_text(&c, "3");
    ws_expect(&c, "2");
    ck_assert_uint_eq(world.closed, 0);
    client_close(&c);
}
END_TEST

START_TEST(no_pings_while_closing)
{
    start(300, 300);
    open_polling();
    eio_session_close(world.session);
    world_idle(700);
    ck_assert_uint_eq(world.closed, 0);
    expect_answer(poll_session(), 200, "6" RS "1");
    ck_assert_int_eq(world.reason, EIO_FORCED_CLOSE);
}
END_TEST

/* What the server writes must not keep it from reading pongs. */
START_TEST(much_to_write_and_a_heartbeat)
{
    static char big[64001];
    memset(big, 'x', sizeof(big) - 1);
    start(30, 1000);
    struct client c = open_websocket("");
    unsigned got = 0, pings = 0;
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(world_send(big), 0);
    while (got < 100 || pings < 3) {
        struct frame f = ws_read(&c);
        if (f.n == 1) {
            ck_assert_str_eq(f.p, "2");
            ws_text(&c, "3");
            pings++;
        } else {
            ck_assert_uint_eq(f.n, sizeof(big));
            got++;
        }
    }
    ck_assert_uint_eq(world.closed, 0);
    client_close(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("heartbeat");
    TCase *tc = tcase_create("heartbeat");
    tcase_add_checked_fixture(tc, NULL, world_stop);
    tcase_add_test(tc, pings_on_polling);
    tcase_add_test(tc, pings_on_websocket);
    tcase_add_test(tc, one_ping_at_a_time);
    tcase_add_test(tc, nobody_polls);
    tcase_add_test(tc, a_poll_without_a_pong);
    tcase_add_test(tc, a_websocket_without_a_pong);
    tcase_add_test(tc, a_poll_after_the_deadline);
    tcase_add_test(tc, an_unasked_pong_is_harmless);
    tcase_add_test(tc, another_packet_gives_more_time);
    tcase_add_test(tc, pings_go_on_after_the_grace);
    tcase_add_test(tc, a_late_ping);
    tcase_add_test(tc, no_pings_while_closing);
    tcase_add_test(tc, much_to_write_and_a_heartbeat);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
