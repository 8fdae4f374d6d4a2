/* SPDX-License-Identifier: MIT */
/* Sessions on HTTP long-polling: protocol sections 1.4, 1.5, 8. */
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

START_TEST(packets_without_a_meaning_are_ignored)
{
    expect_answer(push_session("0" RS "5" RS "6" RS "3" RS "4a"), 200, "ok");
    ck_assert_uint_eq(world.messages, 1);
    ck_assert_uint_eq(world.closed, 0);
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
    ck_assert_uint_lt(sent, 2000 / 100);
    ck_assert_int_eq(world_send("0123456789"), ERR_BLOCKED);
    ck_assert_uint_eq(world.closed, 0);
    struct answer a = poll_session();
    ck_assert_uint_eq(a.n, sent * 12 - 1);
    ck_assert_int_eq(world_send("0123456789"), 0);
}
END_TEST

/* ---- Payloads of many packets, which take several turns ---- */

#define MANY 5000

static void push_many(struct client *c, const char *last)
{
    char *body = malloc(MANY * 8 + 16);
    size_t n = 0;
    for (int i = 0; i < MANY; i++)
        n += (size_t)sprintf(body + n, "4%d" RS, i);
    n += (size_t)sprintf(body + n, "%s", last);
    *c = client_open();
    client_request(c, "POST", session_target(), "", body, n);
    free(body);
}

static void in_order(struct eio_session *session, const char *p, size_t n)
{
    static int next;
    char wanted[16];
    if (world.messages == 1)
        next = 0;
    snprintf(wanted, sizeof(wanted), "%d", next++);
    ck_assert_uint_eq(n, strlen(wanted));
    ck_assert_mem_eq(p, wanted, n);
}

static void restart_for_many(void)
{
    options.packets_per_payload = 2 * MANY;
    restart();
    world.silent = true;
    world.on_message = in_order;
    world.messages = 0;
}

START_TEST(many_packets_take_turns)
{
    struct client c;
    unsigned before = 0, most = 0;
    restart_for_many();
    push_many(&c, "6");
    while (world.messages < MANY) {
        world_turn();
        if (world.messages - before > most)
            most = world.messages - before;
        before = world.messages;
    }
    ck_assert_uint_lt(most, 1000);
    expect_answer(client_answer(&c, false), 200, "ok");
    client_close(&c);
    expect_answer(push_session("45000"), 200, "ok");
}
END_TEST

START_TEST(many_packets_and_a_bad_one)
{
    struct client c;
    restart_for_many();
    push_many(&c, "x");
    ck_assert_int_eq(client_answer(&c, false).status, 400);
    ck_assert_uint_eq(world.messages, MANY);
    ck_assert_uint_eq(world.closed, 1);
    ck_assert_int_eq(world.reason, EIO_PARSE_ERROR);
    client_close(&c);
}
END_TEST

START_TEST(a_second_post_while_many_are_delivered)
{
    struct client c;
    restart_for_many();
    push_many(&c, "6");
    WAIT_UNTIL(world.messages > 0);
    ck_assert_uint_lt(world.messages, MANY);
    ck_assert_int_eq(push_session("4late").status, 400);
    ck_assert_uint_eq(world.closed, 1);
    client_expect_end(&c);
    client_close(&c);
}
END_TEST

START_TEST(the_client_goes_while_many_are_delivered)
{
    struct client c;
    restart_for_many();
    push_many(&c, "6");
    WAIT_UNTIL(world.messages > 0);
    ck_assert_uint_lt(world.messages, MANY);
    client_reset(&c);
    WAIT_UNTIL(world.closed == 1);
    ck_assert_int_eq(world.reason, EIO_TRANSPORT_ERROR);
}
END_TEST

static void close_at_200(struct eio_session *session, const char *p, size_t n)
{
    in_order(session, p, n);
    if (world.messages == 200)
        eio_session_close(session);
}

START_TEST(closed_while_many_are_delivered)
{
    struct client c;
    restart_for_many();
    world.on_message = close_at_200;
    push_many(&c, "6");
    expect_answer(client_answer(&c, false), 200, "ok");
    ck_assert_uint_eq(world.messages, 200);
    client_close(&c);
}
END_TEST

START_TEST(freed_while_many_are_delivered)
{
    struct client c;
    restart_for_many();
    push_many(&c, "6");
    WAIT_UNTIL(world.messages > 0);
    ck_assert_uint_lt(world.messages, MANY);
    client_close(&c); /* and the server with the fixture */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("polling");
    TCase *tc = tcase_create("polling");
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
    tcase_add_test(tc, many_packets_take_turns);
    tcase_add_test(tc, many_packets_and_a_bad_one);
    tcase_add_test(tc, a_second_post_while_many_are_delivered);
    tcase_add_test(tc, the_client_goes_while_many_are_delivered);
    tcase_add_test(tc, closed_while_many_are_delivered);
    tcase_add_test(tc, freed_while_many_are_delivered);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
