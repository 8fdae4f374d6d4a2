/* SPDX-License-Identifier: MIT */
/* Sessions of revision 3: protocol section 4.1. Its payloads by themselves are
 * in test_payload_v3.c. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define OPEN "?EIO=3&transport=polling"

static struct eio_options options;

static void start(void)
{
    options = world_options();
    options.allow_eio3 = true;
    world_start(&options);
}

static void stop(void)
{
    world_stop();
}

/* What the client asks its session with. */
static const char *target(void)
{
    static char text[128];
    snprintf(text, sizeof(text), PATH "?EIO=3&transport=polling&sid=%s",
             world.sid);
    return text;
}

static void open_session(const char *query)
{
    char text[128];
    snprintf(text, sizeof(text), PATH OPEN "%s", query);
    struct answer a = ask("GET", text, "", NULL);
    ck_assert_int_eq(a.status, 200);
    ck_assert_ptr_nonnull(world.session);
}

static struct answer poll(void)
{
    return ask("GET", target(), "", NULL);
}

static struct answer push(const char *body)
{
    return ask("POST", target(), "", body);
}

#define OCTETS "Content-Type: application/octet-stream\r\n"

static struct answer push_binary(const char *body, size_t n)
{
    struct client c = client_open();
    client_request(&c, "POST", target(), OCTETS, body, n);
    struct answer a = client_answer(&c, false);
    client_close(&c);
    return a;
}

static void expect_closed(enum eio_reason reason)
{
    WAIT_UNTIL(world.closed == 1);
    ck_assert_int_eq(world.reason, reason);
    expect_answer(poll(), 400, UNKNOWN_SID);
}

static struct client open_websocket_3(const char *query)
{
    struct client c;
    char text[128];
    snprintf(text, sizeof(text), PATH "?EIO=3&transport=websocket%s", query);
    ck_assert_int_eq(ws_connect(&c, text, ""), 101);
    ck_assert_int_eq(ws_read(&c).p[0], '0');
    return c;
}

START_TEST(handshakes)
{
    static const char *const queries[] = {"EIO=3&", "", "EIO=abc&", "EIO=&",
                                          "EIO=04&"};
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        char text[128];
        snprintf(text, sizeof(text), PATH "?%stransport=polling", queries[i]);
        struct answer a = ask("GET", text, "", NULL);
        ck_assert_int_eq(a.status, 200);
        expect_header(&a, "Content-Type", "text/plain; charset=UTF-8");
        /* The length is that of what stands behind the colon. */
        size_t digits = strspn(a.body, "0123456789");
        ck_assert_uint_eq(strtoul(a.body, NULL, 10), a.n - digits - 1);
        ck_assert_int_eq(strncmp(a.body + digits, ":0{\"sid\":\"", 10), 0);
        ck_assert_uint_eq(eio_session_handshake(world.session)->revision, 3);
    }
    open_polling();
    ck_assert_uint_eq(eio_session_handshake(world.session)->revision, 4);
}
END_TEST

START_TEST(not_where_it_is_not_allowed)
{
    stop();
    options.allow_eio3 = false;
    world_start(&options);
    refused("GET", "?EIO=3&transport=polling", "", UNKNOWN_VERSION);
    refused("GET", "?transport=polling", "", UNKNOWN_VERSION);
    /* The other faults are named first. */
    refused("GET", "?EIO=3&transport=x", "", UNKNOWN_TRANSPORT);
    refused("GET", "?EIO=3&transport=polling&j=0", "", UNKNOWN_VERSION);
}
END_TEST

START_TEST(no_jsonp)
{
    refused("GET", "?EIO=3&transport=polling&j=0", "",
            "{\"code\":0,\"message\":\"Transport unknown: polling with JSONP "
            "is not supported\"}");
    ck_assert_uint_eq(world.opened, 0);
}
END_TEST

START_TEST(the_revision_stays)
{
    open_session("");
    expect_answer(poll_session(), 400, BAD_REQUEST); /* EIO=4 */
    expect_answer(push_session("4a"), 400, BAD_REQUEST);
    expect_answer(push("2:4a"), 200, "ok");
    expect_answer(poll(), 200, "2:4a");
    open_polling();
    expect_answer(poll(), 400, BAD_REQUEST); /* EIO=3 */
    expect_answer(push_session("4a"), 200, "ok");
}
END_TEST

START_TEST(text_comes_back)
{
    open_session("");
    expect_answer(push("6:4hello3:4\xe2\x82\xacx3:4\xf0\x9f\x98\x80"), 200,
                  "ok");
    struct answer a = poll();
    expect_answer(a, 200, "6:4hello3:4\xe2\x82\xacx3:4\xf0\x9f\x98\x80");
    expect_header(&a, "Content-Type", "text/plain; charset=UTF-8");
}
END_TEST

START_TEST(bytes_make_a_binary_payload)
{
    static const char payload[] = "\x00\x06\xff"
                                  "4hello"
                                  "\x01\x05\xff\x04\x01\x02\x03\x04";
    size_t n = sizeof(payload) - 1;

    open_session("");
    expect_answer(push_binary(payload, n), 200, "ok");
    struct answer a = poll();
    ck_assert_int_eq(a.status, 200);
    expect_header(&a, "Content-Type", "application/octet-stream");
    ck_assert_uint_eq(a.n, n);
    ck_assert_mem_eq(a.body, payload, n);
    /* Without bytes in it the next one is text again. */
    expect_answer(push("2:4a"), 200, "ok");
    expect_answer(poll(), 200, "2:4a");
}
END_TEST

START_TEST(base64_for_those_who_want_it)
{
    open_session("&b64=1");
    expect_answer(push("6:4hello10:b4AQIDBA=="), 200, "ok");
    struct answer a = poll();
    expect_answer(a, 200, "6:4hello10:b4AQIDBA==");
    expect_header(&a, "Content-Type", "text/plain; charset=UTF-8");
}
END_TEST

START_TEST(the_client_pings)
{
    open_session("");
    expect_answer(push("1:2"), 200, "ok");
    expect_answer(poll(), 200, "1:3");
    expect_answer(push("6:2hello"), 200, "ok"); /* data is not sent back */
    expect_answer(poll(), 200, "1:3");
    expect_answer(push("1:3"), 200, "ok"); /* pongs are the server's */
    expect_closed(EIO_TRANSPORT_ERROR);
}
END_TEST

/* Pings for several times as long as one may stay away. */
START_TEST(pings_keep_it_alive)
{
    stop();
    options.ping_interval = 200;
    options.ping_timeout = 200;
    world_start(&options);
    struct client c = open_websocket_3("");
    int64_t begin = clock_mono_ms(), last = begin;
    while (last - begin < 1200) {
        ws_text(&c, "2");
        ws_expect(&c, "3"); /* and no ping in between */
        world_idle(10);
        int64_t now = clock_mono_ms();
        if (now - last > 200)
            begin = now; /* we were held up: that proves nothing */
        last = now;
    }
    ck_assert_uint_eq(world.closed, 0);
    client_close(&c);
}
END_TEST

/* Nothing else that it says counts. */
START_TEST(only_pings_keep_it_alive)
{
    stop();
    options.ping_interval = 50;
    options.ping_timeout = 50;
    world_start(&options);
    struct client c = open_websocket_3("");
    while (world.closed == 0) {
        ws_text(&c, "6");
        world_idle(10);
    }
    ck_assert_int_eq(world.reason, EIO_PING_TIMEOUT);
    client_close(&c);
}
END_TEST

START_TEST(without_pings_it_ends)
{
    stop();
    options.ping_interval = 20;
    options.ping_timeout = 20;
    world_start(&options);
    open_session("");
    expect_closed(EIO_PING_TIMEOUT);
}
END_TEST

static void expect_parse_error(const char *body, size_t n, bool binary)
{
    world.closed = 0;
    open_session("");
    struct answer a = binary ? push_binary(body, n) : push(body);
    ck_assert_int_eq(a.status, 400);
    expect_closed(EIO_PARSE_ERROR);
}

START_TEST(malformed_payloads)
{
    static const char *const bodies[] = {
        "abc",
        "4hello",
        "7:4hello",
        "2:4a9",
        "99999999999999999999:4",
        "3:4\xc3(",
        "2:4\xff",
        "2:4\xf0\x9f\x98\x80",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        expect_parse_error(bodies[i], strlen(bodies[i]), false);
    expect_parse_error("", 0, true);
    expect_parse_error("2:4a", 4, true);
    expect_parse_error("\x00\x02\xff"
                       "4\xff",
                       5, true);
}
END_TEST

START_TEST(closing)
{
    open_session("");
    struct client c = client_open();
    client_request(&c, "GET", target(), "", NULL, 0);
    WAIT_UNTIL(eio_session_writable(world.session));
    expect_answer(push("1:1"), 200, "ok");
    expect_answer(client_answer(&c, false), 200, "1:6");
    client_close(&c);
    expect_closed(EIO_TRANSPORT_CLOSE);

    /* By the server: with a poll that waits, and for the next one. */
    open_session("");
    c = client_open();
    client_request(&c, "GET", target(), "", NULL, 0);
    WAIT_UNTIL(eio_session_writable(world.session));
    eio_session_close(world.session);
    expect_answer(client_answer(&c, false), 200, "1:1");
    client_close(&c);
    open_session("");
    eio_session_close(world.session);
    expect_answer(poll(), 200, "1:61:1");
    expect_answer(poll(), 400, UNKNOWN_SID);
}
END_TEST

START_TEST(on_websocket)
{
    struct client c = open_websocket_3("");
    ws_text(&c, "4hello");
    ws_expect(&c, "4hello");
    ws_frame(&c, 0x82, "\x04\x01\x02", 3);
    ws_expect_binary(&c, "\x04\x01\x02", 3);
    ws_frame(&c, 0x82, "\x04", 1);
    ws_expect_binary(&c, "\x04", 1);
    ws_text(&c, "b4AQI=");
    ws_expect_binary(&c, "\x04\x01\x02", 3);
    ws_text(&c, "2");
    ws_expect(&c, "3");
    ws_text(&c, "1");
    ws_expect_close(&c, 0);
    ck_assert_int_eq(world.reason, EIO_TRANSPORT_CLOSE);

    c = open_websocket_3("&b64=1");
    ws_frame(&c, 0x82, "\x04\x01\x02", 3);
    ws_expect(&c, "b4AQI=");
    client_close(&c);
}
END_TEST

START_TEST(bytes_without_a_type)
{
    static const char *const frames[] = {"", "\x01\x02", "\x05", "4x"};
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        world.closed = 0;
        struct client c = open_websocket_3("");
        ws_frame(&c, 0x82, frames[i], strlen(frames[i]));
        ws_expect_close(&c, 0);
        ck_assert_int_eq(world.reason, EIO_PARSE_ERROR);
    }
}
END_TEST

START_TEST(an_upgrade)
{
    char text[128];
    struct client c, ws;

    open_session("");
    c = client_open();
    client_request(&c, "GET", target(), "", NULL, 0);
    WAIT_UNTIL(eio_session_writable(world.session));
    snprintf(text, sizeof(text), PATH "?EIO=4&transport=websocket&sid=%s",
             world.sid);
    ck_assert_int_eq(ws_connect(&ws, text, ""), 400);
    client_close(&ws);
    text[strlen(PATH "?EIO=")] = '3';
    ck_assert_int_eq(ws_connect(&ws, text, ""), 101);
    ws_text(&ws, "2probe");
    ws_expect(&ws, "3probe");
    expect_answer(client_answer(&c, false), 200, "1:6");
    client_close(&c);
    ws_text(&ws, "5");
    world_send_binary("\x07", 1);
    ws_expect_binary(&ws, "\x04\x07", 2);
    ws_text(&ws, "2");
    ws_expect(&ws, "3");
    expect_answer(poll(), 400, BAD_REQUEST);
    client_close(&ws);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revision_3");
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, handshakes);
    tcase_add_test(tc, not_where_it_is_not_allowed);
    tcase_add_test(tc, no_jsonp);
    tcase_add_test(tc, the_revision_stays);
    tcase_add_test(tc, text_comes_back);
    tcase_add_test(tc, bytes_make_a_binary_payload);
    tcase_add_test(tc, base64_for_those_who_want_it);
    tcase_add_test(tc, the_client_pings);
    tcase_add_test(tc, pings_keep_it_alive);
    tcase_add_test(tc, only_pings_keep_it_alive);
    tcase_add_test(tc, without_pings_it_ends);
    tcase_add_test(tc, malformed_payloads);
    tcase_add_test(tc, closing);
    tcase_add_test(tc, on_websocket);
    tcase_add_test(tc, bytes_without_a_type);
    tcase_add_test(tc, an_upgrade);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
