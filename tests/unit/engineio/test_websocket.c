/* SPDX-License-Identifier: MIT */
/* Sessions on WebSocket: protocol sections 2.1, 2.2, 2.5, 8. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

static struct eio_options options;
static struct client c;

static void setup(void)
{
    options = world_options();
    world_start(&options);
    c = open_websocket("");
}

static void restart(void)
{
    client_close(&c);
    world_stop();
    world_start(&options);
    c = open_websocket("");
}

static void expect_closed(enum eio_reason reason)
{
    WAIT_UNTIL(world.closed > 0);
    ck_assert_uint_eq(world.closed, 1);
    ck_assert_int_eq(world.reason, reason);
    WAIT_UNTIL(eio_server_sessions(world.eio) == 0);
    expect_gone();
}

START_TEST(opens_a_session)
{
    char body[256];
    struct client other;
    ck_assert_int_eq(
        ws_connect(&other, "/engine.io/?EIO=4&transport=websocket", ""), 101);
    struct frame f = ws_read(&other);
    snprintf(body, sizeof(body),
             "0{\"sid\":\"%s\",\"upgrades\":[],\"pingInterval\":25000,"
             "\"pingTimeout\":20000,\"maxPayload\":1000000}",
             world.sid);
    ck_assert_uint_eq(f.first, 0x81);
    ck_assert_str_eq(f.p, body);
    ck_assert_str_eq(eio_session_transport(world.session), "websocket");
    client_close(&other);
}
END_TEST

static void greet(struct eio_session *session)
{
    ck_assert(!eio_session_writable(session));
    ck_assert_int_eq(world_send("hello"), 0);
    ck_assert_int_eq(world_send_binary("\x01", 1), 0);
}

/* Some clients lose a frame that comes in one segment with the 101. */
START_TEST(the_open_packet_leaves_after_the_handshake)
{
    world.on_open = greet;
    struct client other = client_open();
    client_request(&other, "GET", "/engine.io/?EIO=4&transport=websocket",
                   "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Version: 13\r\n",
                   NULL, 0);
    while (world.opened < 2) {
        client_read(&other);
        ck_assert_uint_eq(other.n, 0);
        world_turn();
    }
    /* The turn that accepted it is over. */
    client_read(&other);
    ck_assert_uint_gt(other.n, 4);
    ck_assert_mem_eq(other.in + other.n - 4, "\r\n\r\n", 4);
    client_take(&other, other.n);
    ck_assert_int_eq(ws_read(&other).p[0], '0');
    ws_expect(&other, "4hello");
    ws_expect_binary(&other, "\x01", 1);
    ck_assert(eio_session_writable(world.session));

    /* What was sent earlier in the same turn has not left yet. */
    ck_assert_int_eq(world_send("first"), 0);
    ck_assert(!eio_session_writable(world.session));
    ws_expect(&other, "4first");
    WAIT_UNTIL(eio_session_writable(world.session));
    client_close(&other);
}
END_TEST

START_TEST(text)
{
    ws_text(&c, "4hello");
    ws_expect(&c, "4hello");
    ws_text(&c, "4");
    ws_expect(&c, "4");
    ws_text(&c, "4\xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80" RS "4x");
    ws_expect(&c, "4\xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80" RS "4x");
    ck_assert_uint_eq(world.messages, 3);
}
END_TEST

START_TEST(binary)
{
    ws_frame(&c, 0x82, "\x01\x02\x03\x04", 4);
    ws_expect_binary(&c, "\x01\x02\x03\x04", 4);
    ws_frame(&c, 0x82, "", 0);
    ws_expect_binary(&c, "", 0);
    ws_text(&c, "bAQIDBA==");
    ws_expect_binary(&c, "\x01\x02\x03\x04", 4);
}
END_TEST

START_TEST(a_client_that_wants_no_binary)
{
    struct client other = open_websocket("&b64=1");
    ws_frame(&other, 0x82, "\x01\x02\x03\x04", 4);
    ws_expect(&other, "bAQIDBA==");
    ws_text(&other, "4x");
    ws_expect(&other, "4x");
    client_close(&other);
}
END_TEST

START_TEST(fragments)
{
    ws_frame(&c, 0x01, "4he", 3);
    ws_frame(&c, 0x89, "?", 1);
    ws_frame(&c, 0x80, "llo", 3);
    struct frame f = ws_read(&c);
    ck_assert_uint_eq(f.first, 0x8a);
    ck_assert_str_eq(f.p, "?");
    ws_expect(&c, "4hello");
}
END_TEST

START_TEST(malformed_packets_close_the_session)
{
    static const char *const texts[] = {"abc", "", "7", "b!!!!"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        ws_text(&c, texts[i]);
        ws_expect_close(&c, 0);
        ck_assert_uint_eq(world.closed, i + 1);
        ck_assert_int_eq(world.reason, EIO_PARSE_ERROR);
        c = open_websocket("");
    }
}
END_TEST

START_TEST(the_client_closes_with_a_packet)
{
    ws_text(&c, "1");
    ws_text(&c, "4ignored");
    ws_expect_close(&c, 0);
    ck_assert_uint_eq(world.messages, 0);
    expect_closed(EIO_TRANSPORT_CLOSE);
}
END_TEST

START_TEST(pings_are_not_the_clients)
{
    ws_text(&c, "2");
    ws_expect_close(&c, 0);
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

START_TEST(packets_without_a_meaning_are_ignored)
{
    ws_text(&c, "0");
    ws_text(&c, "5");
    ws_text(&c, "6");
    ws_text(&c, "3");
    ws_text(&c, "4a");
    ws_expect(&c, "4a");
}
END_TEST

START_TEST(the_client_closes)
{
    ws_frame(&c, 0x88, "\x03\xe8", 2);
    struct frame f = ws_read(&c);
    ck_assert_uint_eq(f.first, 0x88);
    ck_assert_mem_eq(f.p, "\x03\xe8", 2);
    client_expect_end(&c);
    expect_closed(EIO_TRANSPORT_CLOSE);
}
END_TEST

START_TEST(the_client_vanishes)
{
    client_reset(&c);
    expect_closed(EIO_TRANSPORT_CLOSE);
}
END_TEST

START_TEST(messages_have_a_limit)
{
    static const char message[] = "40123456789";
    options.max_payload = 10;
    restart();
    ws_frame(&c, 0x81, message, 10);
    ck_assert_uint_eq(ws_read(&c).n, 10);
    ws_frame(&c, 0x81, message, 11);
    struct frame f = ws_read(&c);
    ck_assert_uint_eq(f.first, 0x88);
    ck_assert_uint_eq(f.n, 2);
    ck_assert_mem_eq(f.p, "\x03\xf1", 2);
    client_expect_end(&c);
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

START_TEST(broken_text_closes_the_session)
{
    ws_text(&c, "4\xff");
    ck_assert_uint_eq(ws_read(&c).first, 0x88);
    client_expect_end(&c);
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

START_TEST(garbage_behind_the_handshake)
{
    struct client other = client_open();
    client_request(&other, "GET", "/engine.io/?EIO=4&transport=websocket",
                   "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Version: 13\r\n",
                   NULL, 0);
    client_write(&other, "\xff\xff\xff garbage", 11);
    client_expect_end(&other);
    WAIT_UNTIL(world.opened == 2 && world.closed == 1);
}
END_TEST

START_TEST(a_message_right_behind_the_handshake)
{
    struct client other = client_open();
    client_request(&other, "GET", "/engine.io/?EIO=4&transport=websocket",
                   "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Version: 13\r\n",
                   NULL, 0);
    ws_text(&other, "4early");
    ck_assert_int_eq(client_answer(&other, true).status, 101);
    ck_assert_int_eq(ws_read(&other).p[0], '0');
    ws_expect(&other, "4early");
    client_close(&other);
}
END_TEST

START_TEST(close_sends_what_is_queued)
{
    world_send("a");
    world_send("b");
    world_send("c");
    eio_session_close(world.session);
    ck_assert_int_eq(world_send("late"), ERR_CLOSED);
    ck_assert_uint_eq(world.closed, 0);
    ws_text(&c, "4ignored");
    ws_expect(&c, "4a");
    ws_expect(&c, "4b");
    ws_expect(&c, "4c");
    ws_expect_close(&c, 0);
    ck_assert_uint_eq(world.messages, 0);
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

static void send_and_close(struct eio_session *session)
{
    world_send("bye");
    eio_session_close(session);
}

START_TEST(closed_while_it_opens)
{
    world.on_open = send_and_close;
    struct client other = open_websocket("");
    ws_expect(&other, "4bye");
    ws_expect_close(&other, 0);
    ck_assert_int_eq(world.reason, EIO_FORCED_CLOSE);
}
END_TEST

static void discard(struct eio_session *session)
{
    eio_session_discard(session, EIO_FORCED_CLOSE);
}

START_TEST(discarded_while_it_opens)
{
    struct client other;
    world.on_open = discard;
    ck_assert_int_eq(
        ws_connect(&other, "/engine.io/?EIO=4&transport=websocket", ""), 101);
    ws_expect_close(&other, 0);
    ck_assert_uint_eq(world.closed, 1);
}
END_TEST

static void discard_message(struct eio_session *session, const char *p,
                            size_t n)
{
    eio_session_discard(session, EIO_FORCED_CLOSE);
    ck_assert_int_eq(eio_session_queued(session), 0);
}

START_TEST(discarded_within_a_message)
{
    world.on_message = discard_message;
    ws_text(&c, "4a");
    ws_text(&c, "4b");
    ws_expect_close(&c, 0);
    ck_assert_uint_eq(world.messages, 1);
    expect_closed(EIO_FORCED_CLOSE);
}
END_TEST

START_TEST(a_slow_client_is_noticed)
{
    static char big[100001];
    unsigned sent = 0;
    memset(big, 'x', sizeof(big) - 1);
    options.send_buffer = 1 << 20;
    restart();
    while (world_send(big) == 0) {
        sent++;
        world_turn();
        ck_assert_uint_lt(sent, 1000);
    }
    ck_assert_int_eq(world_send(big), ERR_BLOCKED);
    ck_assert(!eio_session_writable(world.session));
    ck_assert_uint_gt(eio_session_queued(world.session), 800000);
    ck_assert_uint_le(eio_session_queued(world.session), 1 << 20);
    ck_assert_uint_eq(world.drained, 0);
    for (unsigned i = 0; i < sent; i++)
        ck_assert_uint_eq(ws_read(&c).n, sizeof(big));
    WAIT_UNTIL(world.drained == 1);
    ck_assert(eio_session_writable(world.session));
    ck_assert_int_eq(world_send("x"), 0);
}
END_TEST

START_TEST(large_messages_both_ways)
{
    size_t n = 1000000;
    char *bytes = malloc(n);
    memset(bytes, 'x', n);
    bytes[0] = '4';
    for (int i = 0; i < 3; i++) {
        ws_frame(&c, i == 1 ? 0x82 : 0x81, bytes, n);
        struct frame f = ws_read(&c);
        ck_assert_uint_eq(f.n, n);
        ck_assert_mem_eq(f.p, bytes, n);
    }
    free(bytes);
}
END_TEST

START_TEST(polling_requests_find_no_session_of_theirs)
{
    expect_answer(poll_session(), 400, BAD_REQUEST);
    expect_answer(push_session("4a"), 400, BAD_REQUEST);
    ws_text(&c, "4a");
    ws_expect(&c, "4a");
}
END_TEST

START_TEST(shutdown_closes_everybody)
{
    struct client other = open_websocket("");
    world_send("sent already");
    eio_server_shutdown(world.eio);
    ck_assert_uint_eq(world.closed, 2);
    ck_assert_int_eq(world.reason, EIO_SHUTTING_DOWN);
    ck_assert_uint_eq(eio_server_sessions(world.eio), 2); /* say good-bye */
    ws_expect_close(&c, 0);
    ws_expect(&other, "4sent already");
    ws_expect_close(&other, 0);
    WAIT_UNTIL(eio_server_sessions(world.eio) == 0);
}
END_TEST

START_TEST(freed_in_every_state)
{
    struct client corked, closing;
    closing = open_websocket("");
    eio_session_close(world.session);
    world_turn();
    ws_text(&c, "abc"); /* lingers */
    WAIT_UNTIL(world.closed == 1);
    ck_assert_int_eq(
        ws_connect(&corked, "/engine.io/?EIO=4&transport=websocket", ""), 101);
    /* world_stop() finds what is left. */
    client_close(&closing);
    client_close(&corked);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("websocket");
    TCase *tc = tcase_create("websocket");
    tcase_add_checked_fixture(tc, setup, world_stop);
    tcase_add_test(tc, opens_a_session);
    tcase_add_test(tc, the_open_packet_leaves_after_the_handshake);
    tcase_add_test(tc, text);
    tcase_add_test(tc, binary);
    tcase_add_test(tc, a_client_that_wants_no_binary);
    tcase_add_test(tc, fragments);
    tcase_add_test(tc, malformed_packets_close_the_session);
    tcase_add_test(tc, the_client_closes_with_a_packet);
    tcase_add_test(tc, pings_are_not_the_clients);
    tcase_add_test(tc, packets_without_a_meaning_are_ignored);
    tcase_add_test(tc, the_client_closes);
    tcase_add_test(tc, the_client_vanishes);
    tcase_add_test(tc, messages_have_a_limit);
    tcase_add_test(tc, broken_text_closes_the_session);
    tcase_add_test(tc, garbage_behind_the_handshake);
    tcase_add_test(tc, a_message_right_behind_the_handshake);
    tcase_add_test(tc, close_sends_what_is_queued);
    tcase_add_test(tc, closed_while_it_opens);
    tcase_add_test(tc, discarded_while_it_opens);
    tcase_add_test(tc, discarded_within_a_message);
    tcase_add_test(tc, a_slow_client_is_noticed);
    tcase_add_test(tc, large_messages_both_ways);
    tcase_add_test(tc, polling_requests_find_no_session_of_theirs);
    tcase_add_test(tc, shutdown_closes_everybody);
    tcase_add_test(tc, freed_in_every_state);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
