/* SPDX-License-Identifier: MIT */
/* How sessions on HTTP long-polling end: protocol sections 1.4 to 1.7, 2.5. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "engineio/session.h"

static struct eio_options options;

static void setup(void)
{
    options = world_options();
    world_start(&options);
    open_polling();
}

static void restart(void)
{
    world_stop();
    world_start(&options);
    open_polling();
}

static void expect_held(struct client *c, const char *body)
{
    expect_answer(client_answer(c, false), 200, body);
    client_close(c);
}

static void expect_closed(enum eio_reason reason)
{
    ck_assert_uint_eq(world.closed, 1);
    ck_assert_int_eq(world.reason, reason);
    ck_assert_ptr_null(world.session);
    expect_gone();
}

START_TEST(a_second_poll_closes_the_session)
{
    struct client c = hold_poll();
    expect_answer(poll_session(), 400, "");
    expect_held(&c, "1");
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

START_TEST(a_cancelled_poll_closes_the_session)
{
    struct client c = hold_poll();
    client_close(&c);
    expect_gone(); /* by the very next request */
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

START_TEST(a_reset_poll_closes_the_session)
{
    struct client c = hold_poll();
    client_reset(&c);
    WAIT_UNTIL(world.closed == 1);
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

/* Sends the head of a POST and a part of its body. */
static struct client half_a_post(void)
{
    struct client c = client_open();
    client_request(&c, "POST", session_target(), "Content-Length: 100\r\n",
                   NULL, 0);
    client_write(&c, "4half", 5);
    world_idle(20);
    return c;
}

START_TEST(a_second_post_closes_the_session)
{
    struct client c = half_a_post();
    expect_answer(push_session("4b"), 400, "");
    client_expect_end(&c);
    expect_closed(EIO_TRANSPORT_ERROR);
    ck_assert_uint_eq(world.messages, 0);
}
END_TEST

START_TEST(a_post_that_breaks_off_closes_the_session)
{
    struct client c = half_a_post();
    client_close(&c);
    WAIT_UNTIL(world.closed == 1);
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

START_TEST(closing_cuts_a_post)
{
    struct client c = half_a_post();
    eio_session_discard(world.session, EIO_FORCED_CLOSE);
    client_expect_end(&c);
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

START_TEST(bytes_as_body_close_the_session)
{
    expect_answer(ask("POST", session_target(),
                      "Content-Type: Application/Octet-Stream; a=b\r\n", "4a"),
                  400, "");
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

START_TEST(malformed_payloads_close_the_session)
{
    static const char *const bodies[] = {"abc", "",      "7",        RS "4a",
                                         "b!!", "4\xff", "4\xc3" RS, "b\xff"};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct client c = hold_poll();
        expect_answer(push_session(bodies[i]), 400, "");
        expect_held(&c, "1");
        ck_assert_uint_eq(world.closed, i + 1);
        ck_assert_int_eq(world.reason, EIO_PARSE_ERROR);
        expect_gone();
        open_polling();
    }
    ck_assert_uint_eq(world.messages, 0);
}
END_TEST

START_TEST(good_packets_before_a_bad_one_count)
{
    expect_answer(push_session("4a" RS "4b" RS RS "4c"), 400, "");
    ck_assert_uint_eq(world.messages, 2);
    expect_closed(EIO_PARSE_ERROR);
}
END_TEST

START_TEST(payloads_have_a_limit_of_packets)
{
    options.packets_per_payload = 3;
    restart();
    expect_answer(push_session("6" RS "4a" RS "4b"), 200, "ok");
    expect_answer(push_session("6" RS "6" RS "4c" RS "4d"), 400, "");
    ck_assert_uint_eq(world.messages, 3);
    expect_closed(EIO_PARSE_ERROR);
}
END_TEST

START_TEST(pings_are_not_the_clients)
{
    push_session("2" RS "4a");
    ck_assert_uint_eq(world.messages, 0);
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

START_TEST(the_client_closes)
{
    struct client c = hold_poll();
    expect_answer(push_session("1" RS "4ignored"), 200, "ok");
    expect_held(&c, "6");
    ck_assert_uint_eq(world.messages, 0);
    expect_closed(EIO_TRANSPORT_CLOSE);
}
END_TEST

START_TEST(close_with_a_poll)
{
    struct client c = hold_poll();
    eio_session_close(world.session);
    eio_session_close(world.session);
    ck_assert_uint_eq(world.closed, 0);
    ck_assert_int_eq(world_send("late"), ERR_CLOSED);
    expect_held(&c, "1");
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

START_TEST(close_with_a_poll_and_messages)
{
    struct client c = hold_poll();
    world_send("a");
    world_send("b");
    eio_session_close(world.session);
    /* Clients would lose them if the end came along. */
    expect_held(&c, "4a" RS "4b");
    ck_assert_uint_eq(world.closed, 0);
    ck_assert(timer_running(&world.session->timer)); /* not for ever */
    expect_answer(poll_session(), 200, "6" RS "1");
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

START_TEST(close_without_a_poll)
{
    eio_session_close(world.session);
    world_idle(10);
    ck_assert_uint_eq(world.closed, 0);
    ck_assert_uint_eq(eio_server_sessions(world.eio), 1);
    expect_answer(push_session("4ignored"), 200, "ok");
    ck_assert_uint_eq(world.messages, 0);
    expect_answer(poll_session(), 200, "6" RS "1");
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

START_TEST(close_without_a_poll_but_messages)
{
    world_send("a");
    world_send("b");
    eio_session_close(world.session);
    expect_answer(poll_session(), 200, "4a" RS "4b");
    ck_assert_uint_eq(world.closed, 0);
    expect_answer(poll_session(), 200, "6" RS "1");
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

START_TEST(a_client_that_closes_while_being_closed)
{
    struct client c = hold_poll();
    eio_session_close(world.session);
    client_reset(&c);
    WAIT_UNTIL(world.closed == 1);
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

static void discard(struct eio_session *session, const char *p, size_t n)
{
    eio_session_discard(session, EIO_FORCED_CLOSE);
    eio_session_discard(session, EIO_FORCED_CLOSE);
    ck_assert(!eio_session_writable(session));
    eio_session_close(session);
}

START_TEST(discarded_within_a_message)
{
    world.on_message = discard;
    struct client c = hold_poll();
    expect_answer(push_session("4a" RS "4b"), 200, "ok");
    expect_held(&c, "1");
    ck_assert_uint_eq(world.messages, 1);
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

static void close_it(struct eio_session *session, const char *p, size_t n)
{
    eio_session_close(session);
}

/* As when a packet of the upper floor is malformed. */
START_TEST(closed_within_a_message)
{
    world.on_message = close_it;
    expect_answer(push_session("4a" RS "4b"), 200, "ok");
    ck_assert_uint_eq(world.messages, 1);
    expect_answer(poll_session(), 200, "6" RS "1");
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

START_TEST(shutdown_answers_everybody)
{
    struct client c = hold_poll();
    open_polling();
    world_send("dropped");
    eio_server_shutdown(world.eio);
    ck_assert_uint_eq(world.closed, 2);
    ck_assert_uint_eq(eio_server_sessions(world.eio), 0);
    expect_held(&c, "1");
    expect_gone();
}
END_TEST

START_TEST(freed_in_every_state)
{
    struct client held = hold_poll();
    open_polling();
    struct client posting = half_a_post();
    open_polling();
    world_send("a");
    open_polling();
    eio_session_close(world.session);
    open_polling();
    eio_session_discard(world.session, EIO_FORCED_CLOSE);
    /* world_stop() finds what is left. */
    client_close(&held);
    client_close(&posting);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("polling_ends");
    TCase *tc = tcase_create("polling_ends");
    tcase_add_checked_fixture(tc, setup, world_stop);
    tcase_add_test(tc, a_second_poll_closes_the_session);
    tcase_add_test(tc, a_cancelled_poll_closes_the_session);
    tcase_add_test(tc, a_reset_poll_closes_the_session);
    tcase_add_test(tc, a_second_post_closes_the_session);
    tcase_add_test(tc, a_post_that_breaks_off_closes_the_session);
    tcase_add_test(tc, closing_cuts_a_post);
    tcase_add_test(tc, bytes_as_body_close_the_session);
    tcase_add_test(tc, malformed_payloads_close_the_session);
    tcase_add_test(tc, good_packets_before_a_bad_one_count);
    tcase_add_test(tc, payloads_have_a_limit_of_packets);
    tcase_add_test(tc, pings_are_not_the_clients);
    tcase_add_test(tc, the_client_closes);
    tcase_add_test(tc, close_with_a_poll);
    tcase_add_test(tc, close_with_a_poll_and_messages);
    tcase_add_test(tc, close_without_a_poll);
    tcase_add_test(tc, close_without_a_poll_but_messages);
    tcase_add_test(tc, a_client_that_closes_while_being_closed);
    tcase_add_test(tc, discarded_within_a_message);
    tcase_add_test(tc, closed_within_a_message);
    tcase_add_test(tc, shutdown_answers_everybody);
    tcase_add_test(tc, freed_in_every_state);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
