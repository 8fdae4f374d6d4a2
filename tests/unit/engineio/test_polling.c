/* SPDX-License-Identifier: MIT */
/* Sessions on HTTP long-polling: protocol sections 1.4 to 1.7, 2.5, 8. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

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

START_TEST(one_text)
{
    struct answer a = push_session("4hello");
    expect_answer(a, 200, "ok");
    ck_assert_pstr_eq(answer_header(&a, "Content-Type"), "text/html");
    ck_assert_pstr_eq(answer_header(&a, "Cache-Control"), "no-store");
    a = poll_session();
    expect_answer(a, 200, "4hello");
    ck_assert_pstr_eq(answer_header(&a, "Content-Type"),
                      "text/plain; charset=UTF-8");
    ck_assert_pstr_eq(answer_header(&a, "Cache-Control"), "no-store");
}
END_TEST

START_TEST(several_texts)
{
    expect_answer(push_session("4test1" RS "4test2" RS "4test3"), 200, "ok");
    ck_assert_uint_eq(world.messages, 3);
    expect_answer(poll_session(), 200, "4test1" RS "4test2" RS "4test3");
}
END_TEST

START_TEST(text_and_binary)
{
    expect_answer(push_session("4hello" RS "bAQIDBA=="), 200, "ok");
    expect_answer(poll_session(), 200, "4hello" RS "bAQIDBA==");
    expect_answer(push_session("4" RS "b"), 200, "ok");
    expect_answer(poll_session(), 200, "4" RS "b");
}
END_TEST

START_TEST(text_of_the_world)
{
    const char *text = "4\xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80 "
                       "\xf3\xb0\x80\x80 \xc3\xbc";
    expect_answer(push_session(text), 200, "ok");
    expect_answer(poll_session(), 200, text);
}
END_TEST

START_TEST(a_poll_is_held_until_there_is_something)
{
    ck_assert(!eio_session_writable(world.session));
    struct client c = hold_poll();
    world_idle(20);
    client_read(&c);
    ck_assert_uint_eq(c.n, 0);
    world_send("a");
    world_send_binary("\x01\x02\x03\x04", 4);
    expect_held(&c, "4a" RS "bAQIDBA==");
    ck_assert(!eio_session_writable(world.session));
    ck_assert_uint_eq(world.drained, 0);
}
END_TEST

START_TEST(what_waited_leaves_with_the_next_poll)
{
    world_send("a");
    world_send("bc");
    ck_assert_uint_gt(eio_session_queued(world.session), 0);
    expect_answer(poll_session(), 200, "4a" RS "4bc");
    ck_assert_uint_eq(eio_session_queued(world.session), 0);
    ck_assert_uint_eq(world.drained, 1);
}
END_TEST

START_TEST(one_connection_for_all_requests)
{
    struct client c = client_open();
    for (int i = 0; i < 3; i++) {
        client_request(&c, "POST", session_target(), "", "4a", 2);
        expect_answer(client_answer(&c, false), 200, "ok");
        client_request(&c, "GET", session_target(), "", NULL, 0);
        expect_answer(client_answer(&c, false), 200, "4a");
    }
    client_close(&c);
    world_idle(20); /* an idle connection may go */
    ck_assert_uint_eq(world.closed, 0);
    expect_answer(ask("POST", session_target(), "Connection: close\r\n", "4x"),
                  200, "ok");
    world_idle(20);
    ck_assert_uint_eq(world.closed, 0);
}
END_TEST

START_TEST(pipelined_requests)
{
    char text[1024];
    struct client c = client_open();
    int n = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n",
                     session_target());
    client_write(&c, text, (size_t)n);
    client_request(&c, "POST", session_target(), "", "4a", 2);
    WAIT_UNTIL(eio_session_writable(world.session));
    world_send("x"); /* releases the first, and the second comes in */
    expect_answer(client_answer(&c, false), 200, "4x");
    expect_answer(client_answer(&c, false), 200, "ok");
    client_close(&c);
    ck_assert_uint_eq(world.messages, 1);
}
END_TEST

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

START_TEST(chunked_bodies)
{
    struct client c = client_open();
    client_request(&c, "POST", session_target(),
                   "Transfer-Encoding: chunked\r\n", NULL, 0);
    static const char *const chunks[] = {"2\r\n41\r\n", "1\r\n2\r\n",
                                         "1\r\n3\r\n", "0\r\n\r\n"};
    for (size_t i = 0; i < 4; i++) {
        client_write(&c, chunks[i], strlen(chunks[i]));
        world_turn();
    }
    expect_answer(client_answer(&c, false), 200, "ok");
    ck_assert_str_eq(world.last, "123");
    client_close(&c);
}
END_TEST

/* A character of three bytes, split. */
START_TEST(a_body_byte_by_byte)
{
    char all[512];
    struct client c = client_open();
    int n = snprintf(all, sizeof(all),
                     "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                     "\r\n4\xe2\x82\xac!",
                     session_target());
    for (int i = 0; i < n; i++) {
        client_write(&c, all + i, 1);
        world_turn();
    }
    expect_answer(client_answer(&c, false), 200, "ok");
    ck_assert_str_eq(world.last, "\xe2\x82\xac!");
    client_close(&c);
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

START_TEST(bodies_have_a_limit)
{
    struct client c;
    options.max_payload = 10;
    restart();
    expect_answer(push_session("4123456789"), 200, "ok");
    expect_answer(push_session("4123456789a"), 413, "");
    ck_assert_uint_eq(world.closed, 0);

    c = client_open();
    client_request(&c, "POST", session_target(),
                   "Transfer-Encoding: chunked\r\n", NULL, 0);
    client_write(&c, "b\r\n4123456789a\r\n", 16);
    expect_answer(client_answer(&c, false), 413, "");
    client_close(&c);
    ck_assert_uint_eq(world.closed, 0);
    expect_answer(poll_session(), 200, "4123456789");
}
END_TEST

START_TEST(a_large_message)
{
    size_t n = 999999;
    char *body = malloc(n + 2);
    memset(body, 'x', n + 1);
    body[0] = '4';
    body[n + 1] = '\0';
    expect_answer(push_session(body), 200, "ok");
    struct answer a = poll_session();
    ck_assert_uint_eq(a.n, n + 1);
    ck_assert_str_eq(a.body, body);
    free(body);
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

START_TEST(packets_without_a_meaning_are_ignored)
{
    expect_answer(push_session("0" RS "5" RS "6" RS "3" RS "4a"), 200, "ok");
    ck_assert_uint_eq(world.messages, 1);
    ck_assert_uint_eq(world.closed, 0);
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
    expect_held(&c, "4a" RS "4b" RS "1");
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

START_TEST(the_queue_has_a_limit)
{
    unsigned sent = 0;
    options.send_buffer = 2000;
    restart();
    while (world_send("0123456789") == 0)
        sent++;
    ck_assert_uint_gt(sent, 5);
    ck_assert_uint_lt(sent, 2000 / 10);
    ck_assert_int_eq(world_send("0123456789"), ERR_BLOCKED);
    ck_assert_uint_eq(world.closed, 0);
    struct answer a = poll_session();
    ck_assert_uint_eq(a.n, sent * 12 - 1);
    ck_assert_int_eq(world_send("0123456789"), 0);
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

static TCase *messages(void)
{
    TCase *tc = tcase_create("messages");
    tcase_add_checked_fixture(tc, setup, world_stop);
    tcase_add_test(tc, one_text);
    tcase_add_test(tc, several_texts);
    tcase_add_test(tc, text_and_binary);
    tcase_add_test(tc, text_of_the_world);
    tcase_add_test(tc, a_poll_is_held_until_there_is_something);
    tcase_add_test(tc, what_waited_leaves_with_the_next_poll);
    tcase_add_test(tc, one_connection_for_all_requests);
    tcase_add_test(tc, pipelined_requests);
    tcase_add_test(tc, chunked_bodies);
    tcase_add_test(tc, a_body_byte_by_byte);
    tcase_add_test(tc, bodies_have_a_limit);
    tcase_add_test(tc, a_large_message);
    tcase_add_test(tc, packets_without_a_meaning_are_ignored);
    tcase_add_test(tc, the_queue_has_a_limit);
    return tc;
}

static TCase *ends(void)
{
    TCase *tc = tcase_create("ends");
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
    return tc;
}

int main(void)
{
    Suite *suite = suite_create("polling");
    suite_add_tcase(suite, messages());
    suite_add_tcase(suite, ends());
    return unit_main(suite);
}
