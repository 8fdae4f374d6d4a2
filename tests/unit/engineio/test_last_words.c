/* SPDX-License-Identifier: MIT */
/* What can still be said before a session ends. */
#include "harness.h"

#include <string.h>

#include "base/error.h"

static struct eio_options options;

static void say_bye(struct eio_session *session)
{
    struct eio_packet *packet = eio_packet_text(EIO_MESSAGE, STR("bye"));
    ck_assert_int_eq(eio_session_send(session, packet), 0);
    eio_packet_unref(packet);
}

static void set_up(void)
{
    options = world_options();
    world_start(&options);
    world.on_closing = say_bye;
}

static void restart(void)
{
    world_stop();
    world_start(&options);
    world.on_closing = say_bye;
}

/* --- the engine ends it --- */

START_TEST(shutdown_on_websocket)
{
    struct client c = open_websocket("");
    eio_server_shutdown(world.eio);
    ws_expect(&c, "4bye");
    ws_expect_close(&c, 0);
    ck_assert_uint_eq(world.closing, 1);
    ck_assert_int_eq(world.reason, EIO_SHUTTING_DOWN);
}
END_TEST

START_TEST(shutdown_with_a_held_poll)
{
    open_polling();
    struct client c = hold_poll();
    eio_server_shutdown(world.eio);
    expect_answer(client_answer(&c, false), 200, "4bye");
    client_close(&c);
}
END_TEST

/* What waited is lost with a shutdown, and who is not there hears nothing. */
START_TEST(shutdown_without_a_poll)
{
    open_polling();
    world_send("a");
    eio_server_shutdown(world.eio);
    ck_assert_uint_eq(world.closing, 0);
    ck_assert_uint_eq(world.closed, 1);
}
END_TEST

START_TEST(shutdown_drops_what_waits_for_a_poll)
{
    open_polling();
    struct client c = hold_poll();
    world_send("a"); /* the answer is for the end of the turn */
    eio_server_shutdown(world.eio);
    expect_answer(client_answer(&c, false), 200, "4bye");
    client_close(&c);
}
END_TEST

START_TEST(a_ping_that_is_not_answered)
{
    options.ping_interval = 10;
    options.ping_timeout = 10;
    restart();
    struct client c = open_websocket("");
    ws_expect(&c, "2");
    ws_expect(&c, "4bye");
    ws_expect_close(&c, 0);
    ck_assert_int_eq(world.reason, EIO_PING_TIMEOUT);
}
END_TEST

START_TEST(packets_that_are_none)
{
    open_polling();
    struct client poll = hold_poll();
    expect_answer(push_session("?"), 400, "");
    expect_answer(client_answer(&poll, false), 200, "4bye");
    client_close(&poll);

    struct client c = open_websocket("");
    ws_text(&c, "?");
    ws_expect(&c, "4bye");
    ws_expect_close(&c, 0);
    ck_assert_uint_eq(world.closing, 2);
}
END_TEST

START_TEST(a_packet_that_is_the_servers_to_send)
{
    struct client c = open_websocket("");
    ws_text(&c, "2");
    ws_expect(&c, "4bye");
    ws_expect_close(&c, 0);
}
END_TEST

static void say_more_than_fits(struct eio_session *session)
{
    static char much[2000];
    struct eio_packet *packet =
        eio_packet_text(EIO_MESSAGE, str_of(much, sizeof(much)));
    ck_assert_int_eq(eio_session_send(session, packet), ERR_BLOCKED);
    eio_packet_unref(packet);
}

START_TEST(words_that_do_not_fit)
{
    options.send_buffer = 1000;
    restart();
    world.on_closing = say_more_than_fits;
    open_polling();
    struct client c = hold_poll();
    eio_server_shutdown(world.eio);
    expect_answer(client_answer(&c, false), 200, "1");
    client_close(&c);
}
END_TEST

/* --- somebody else does --- */

START_TEST(the_client_ends_it)
{
    open_polling();
    struct client poll = hold_poll();
    expect_answer(push_session("1"), 200, "ok");
    expect_answer(client_answer(&poll, false), 200, "6");
    client_close(&poll);

    struct client c = open_websocket("");
    ws_text(&c, "1");
    ws_expect_close(&c, 0);
    struct client gone = open_websocket("");
    client_close(&gone);
    WAIT_UNTIL(world.closed == 3);
    ck_assert_uint_eq(world.closing, 0);
}
END_TEST

START_TEST(the_floor_above_ends_it)
{
    struct client c = open_websocket("");
    eio_session_close(world.session);
    ws_expect_close(&c, 0);
    c = open_websocket("");
    eio_session_discard(world.session, EIO_TRANSPORT_ERROR);
    ws_expect_close(&c, 0);
    open_polling();
    c = hold_poll();
    world_send("lost");
    eio_session_discard(world.session, EIO_TRANSPORT_ERROR);
    expect_answer(client_answer(&c, false), 200, "1");
    client_close(&c);
    ck_assert_uint_eq(world.closing, 0);
}
END_TEST

static void shut_down(struct eio_session *session)
{
    eio_server_shutdown(world.eio);
}

/* The open packet has to come first, and it has not left. */
START_TEST(nothing_is_said_before_the_beginning)
{
    struct client c = client_open();
    world.on_open = shut_down;
    ck_assert_int_eq(
        ws_connect(&c, "/engine.io/?EIO=4&transport=websocket", ""), 101);
    ws_expect_close(&c, 0);
    ck_assert_uint_eq(world.closing, 0);
}
END_TEST

/* --- cutting --- */

START_TEST(cut_on_polling)
{
    open_polling();
    world_send("a");
    world_send("b");
    eio_session_cut(world.session);
    ck_assert_uint_eq(eio_session_queued(world.session), 0);
    say_bye(world.session);
    eio_session_close(world.session);
    eio_session_cut(world.session); /* too late */
    expect_answer(poll_session(), 200, "4bye");
    expect_answer(poll_session(), 200, "6" RS "1");
    expect_gone();
}
END_TEST

START_TEST(cut_on_websocket)
{
    static char big[100001];
    unsigned sent = 0, came = 0;
    options.send_buffer = 1 << 20;
    restart();
    struct client c = open_websocket("");
    memset(big, 'x', sizeof(big) - 1);
    while (world_send(big) == 0) {
        sent++;
        world_turn();
    }
    eio_session_cut(world.session);
    ck_assert_uint_lt(eio_session_queued(world.session), sizeof(big) + 10);
    say_bye(world.session);
    eio_session_close(world.session);
    struct frame f;
    while ((f = ws_read(&c)).n == sizeof(big))
        came++;
    ck_assert_str_eq(f.p, "4bye");
    ck_assert_uint_lt(came, sent);
    ws_expect_close(&c, 0);
}
END_TEST

static void cut(struct eio_session *session)
{
    eio_session_cut(session);
    say_bye(session);
}

START_TEST(a_cut_spares_the_beginning)
{
    world.on_open = cut;
    struct client c = open_websocket(""); /* expects the open packet */
    ws_expect(&c, "4bye");
    client_close(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engineio/last_words");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, shutdown_on_websocket);
    tcase_add_test(tests, shutdown_with_a_held_poll);
    tcase_add_test(tests, shutdown_without_a_poll);
    tcase_add_test(tests, shutdown_drops_what_waits_for_a_poll);
    tcase_add_test(tests, a_ping_that_is_not_answered);
    tcase_add_test(tests, packets_that_are_none);
    tcase_add_test(tests, a_packet_that_is_the_servers_to_send);
    tcase_add_test(tests, words_that_do_not_fit);
    tcase_add_test(tests, the_client_ends_it);
    tcase_add_test(tests, the_floor_above_ends_it);
    tcase_add_test(tests, nothing_is_said_before_the_beginning);
    tcase_add_test(tests, cut_on_polling);
    tcase_add_test(tests, cut_on_websocket);
    tcase_add_test(tests, a_cut_spares_the_beginning);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
