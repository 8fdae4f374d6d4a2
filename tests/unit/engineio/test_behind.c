/* SPDX-License-Identifier: MIT */
/* Clients that are behind, and the drain that is owed for it. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define LOW         1000
#define PACKETS_LOW 20
#define PACKETS     100
#define PARTS       50

static char some[LOW / 2 + 1];
static char much[2 * LOW + 1];

static void set_up(void)
{
    struct eio_options options = world_options();
    options.send_low = LOW;
    options.send_packets_low = PACKETS_LOW;
    options.send_packets = PACKETS;
    memset(some, 's', sizeof(some) - 1);
    memset(much, 'm', sizeof(much) - 1);
    world_start(&options);
}

static void send_some(const char *text)
{
    ck_assert_int_eq(world_send(text), 0);
}

/* --- long-polling --- */

START_TEST(a_little_that_waits_is_not_behind)
{
    open_polling();
    send_some(some);
    ck_assert(!eio_session_behind(world.session));
    poll_session();
    ck_assert_uint_eq(world.drained, 0);
}
END_TEST

START_TEST(much_that_waited_has_drained)
{
    open_polling();
    send_some(much);
    poll_session();
    ck_assert_uint_eq(world.drained, 1);
}
END_TEST

START_TEST(a_poll_that_is_owed_the_drain)
{
    open_polling();
    struct client c = hold_poll();
    /* In one turn: the GET is there, and could not have been answered. */
    send_some(much);
    ck_assert(eio_session_behind(world.session));
    ck_assert_int_eq(client_answer(&c, false).status, 200);
    ck_assert_uint_eq(world.drained, 1);
    ck_assert(!eio_session_behind(world.session));
    send_some(much);
    ck_assert_uint_eq(world.drained, 1);
    client_close(&c);
    poll_session();
    ck_assert_uint_eq(world.drained, 2);
}
END_TEST

START_TEST(the_upgrade_drains_too)
{
    struct client c = client_open();
    open_polling();
    send_some(much);
    ck_assert(eio_session_behind(world.session));
    char target[200];
    snprintf(target, sizeof(target), PATH "?EIO=4&transport=websocket&sid=%s",
             world.sid);
    ck_assert_int_eq(ws_connect(&c, target, ""), 101);
    ws_text(&c, "2probe");
    ws_expect(&c, "3probe");
    ck_assert_uint_eq(world.drained, 0);
    ws_text(&c, "5");
    ck_assert_uint_eq(ws_read(&c).n, sizeof(much));
    WAIT_UNTIL(world.drained == 1);
    client_close(&c);
}
END_TEST

/* However few bytes they have. */
START_TEST(packets_count_too)
{
    open_polling();
    for (int i = 0; i < PACKETS_LOW; i++) {
        ck_assert(!eio_session_behind(world.session));
        send_some("x");
    }
    send_some("x");
    ck_assert(eio_session_behind(world.session));
    for (int i = PACKETS_LOW + 1; i < PACKETS; i++)
        send_some("x");
    ck_assert_uint_eq(eio_session_waiting(world.session), PACKETS);
    ck_assert_int_eq(world_send("x"), ERR_BLOCKED);
    poll_session();
    ck_assert_uint_eq(world.drained, 1);
    ck_assert_uint_eq(eio_session_waiting(world.session), 0);
    ck_assert_int_eq(world_send("x"), 0);
}
END_TEST

/* --- WebSocket --- */

static void send_part(struct eio_session *session)
{
    if (world.drained < PARTS) {
        ck_assert_uint_eq(eio_session_queued(session), 0);
        send_some(much);
    }
}

/* What the kernel takes does not count, whatever is sent in one turn. */
START_TEST(packets_on_a_websocket)
{
    struct client c = open_websocket("");
    for (int i = 0; i < 10 * PACKETS; i++)
        send_some("x");
    for (int i = 0; i < 10 * PACKETS; i++)
        ck_assert_uint_eq(ws_read(&c).n, 2);
    unsigned sent = 0;
    while (world_send(much) == 0) {
        ck_assert_uint_lt(sent, 100000);
        sent++;
    }
    ck_assert_uint_eq(eio_session_waiting(world.session), PACKETS);
    ck_assert_uint_lt(eio_session_queued(world.session),
                      (PACKETS + 1) * sizeof(much));
    for (unsigned i = 0; i < sent; i++)
        ck_assert_uint_eq(ws_read(&c).n, sizeof(much));
    client_close(&c);
}
END_TEST

START_TEST(what_the_kernel_takes_is_not_behind)
{
    struct client c = open_websocket("");
    for (int i = 0; i < 10; i++) {
        send_some(much);
        ck_assert(!eio_session_behind(world.session));
        ck_assert_uint_eq(eio_session_queued(world.session), 0);
    }
    for (int i = 0; i < 10; i++)
        ck_assert_uint_eq(ws_read(&c).n, sizeof(much));
    WAIT_UNTIL(world.drained == 1); /* much it was all the same */
    client_close(&c);
}
END_TEST

START_TEST(much_that_the_kernel_takes_at_once_has_drained)
{
    struct client c = open_websocket("");
    for (unsigned i = 1; i <= 3; i++) {
        send_some(much);
        ck_assert_uint_gt(eio_session_queued(world.session), LOW);
        ck_assert_uint_eq(world.drained, i - 1); /* not from within */
        ck_assert_uint_eq(ws_read(&c).n, sizeof(much));
        WAIT_UNTIL(world.drained == i);
    }
    client_close(&c);
}
END_TEST

/* A little more for each drain: each in a turn of its own. */
START_TEST(much_in_parts)
{
    world.on_drain = send_part;
    struct client c = open_websocket("");
    send_part(world.session);
    for (unsigned i = 0; i < PARTS; i++)
        ck_assert_uint_eq(ws_read(&c).n, sizeof(much));
    WAIT_UNTIL(world.drained == PARTS);
    client_close(&c);
}
END_TEST

/* What makes a drain due is how much waits, not how long. */
START_TEST(a_little_that_the_kernel_does_not_take)
{
    static char large[LOW * 100];
    struct eio_options options = world_options();
    options.send_low = sizeof(large) + 100;
    memset(large, 'l', sizeof(large) - 1);
    world_stop();
    world_start(&options);
    struct client c = open_websocket("");
    unsigned sent = 0;
    while (eio_session_queued(world.session) == 0) {
        ck_assert_uint_lt(sent, 10000);
        send_some(large);
        sent++;
        ck_assert(!eio_session_behind(world.session));
        world_turn();
    }
    for (unsigned i = 0; i < sent; i++)
        ck_assert_uint_eq(ws_read(&c).n, sizeof(large));
    WAIT_UNTIL(eio_session_queued(world.session) == 0);
    world_idle(20);
    ck_assert_uint_eq(world.drained, 0);
    client_close(&c);
}
END_TEST

START_TEST(a_client_that_does_not_read_is_behind)
{
    struct client c = open_websocket("");
    unsigned sent = 0;
    while (!eio_session_behind(world.session)) {
        ck_assert_uint_lt(sent, 100000);
        send_some(much);
        sent++;
    }
    ck_assert_uint_gt(eio_session_queued(world.session), LOW);
    world_idle(20);
    ck_assert_uint_eq(world.drained, 0);
    for (unsigned i = 0; i < sent; i++)
        ck_assert_uint_eq(ws_read(&c).n, sizeof(much));
    WAIT_UNTIL(world.drained == 1);
    ck_assert(!eio_session_behind(world.session));
    client_close(&c);
}
END_TEST

static void send_at_once(struct eio_session *session)
{
    send_some(some);
    ck_assert(!eio_session_behind(session));
    send_some(much);
    ck_assert(eio_session_behind(session));
}

/* Before the open packet has left nothing else may. */
START_TEST(behind_from_the_beginning)
{
    world.on_open = send_at_once;
    struct client c = open_websocket("");
    ck_assert_uint_eq(ws_read(&c).n, sizeof(some));
    ck_assert_uint_eq(ws_read(&c).n, sizeof(much));
    WAIT_UNTIL(world.drained == 1);
    client_close(&c);
}
END_TEST

START_TEST(who_is_closing_is_not_behind)
{
    open_polling();
    send_some(much);
    eio_session_close(world.session);
    ck_assert(!eio_session_behind(world.session));
    poll_session();
    ck_assert_uint_eq(world.drained, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engineio/behind");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, a_little_that_waits_is_not_behind);
    tcase_add_test(tests, much_that_waited_has_drained);
    tcase_add_test(tests, a_poll_that_is_owed_the_drain);
    tcase_add_test(tests, the_upgrade_drains_too);
    tcase_add_test(tests, packets_count_too);
    tcase_add_test(tests, packets_on_a_websocket);
    tcase_add_test(tests, what_the_kernel_takes_is_not_behind);
    tcase_add_test(tests, much_that_the_kernel_takes_at_once_has_drained);
    tcase_add_test(tests, much_in_parts);
    tcase_add_test(tests, a_little_that_the_kernel_does_not_take);
    tcase_add_test(tests, a_client_that_does_not_read_is_behind);
    tcase_add_test(tests, behind_from_the_beginning);
    tcase_add_test(tests, who_is_closing_is_not_behind);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
