/* SPDX-License-Identifier: MIT */
/* How sessions are opened, and what is refused: protocol sections 1.1 to 1.3,
 * 1.8 and 2.1. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static struct eio_options options;

static void setup(void)
{
    options = world_options();
    world_start(&options);
}

/* Starts again with the options changed. */
static void restart(void)
{
    world_stop();
    world_start(&options);
}

START_TEST(opens_a_session)
{
    char body[256];
    struct answer a = ask("GET", PATH "?EIO=4&transport=polling", "", NULL);
    ck_assert_uint_eq(strlen(world.sid), 20);
    snprintf(body, sizeof(body),
             "0{\"sid\":\"%s\",\"upgrades\":[\"websocket\"],"
             "\"pingInterval\":25000,\"pingTimeout\":20000,"
             "\"maxPayload\":1000000}",
             world.sid);
    expect_answer(a, 200, body);
    expect_header(&a, "Content-Type", "text/plain; charset=UTF-8");
    expect_header(&a, "Cache-Control", "no-store");
    expect_header(&a, "Set-Cookie", NULL);
    expect_header(&a, "Access-Control-Allow-Origin", NULL);
    ck_assert_uint_eq(world.opened, 1);
    ck_assert_uint_eq(eio_server_sessions(world.eio), 1);
    ck_assert_str_eq(eio_session_transport(world.session), "polling");
}
END_TEST

START_TEST(every_session_has_its_own_id)
{
    char first[64];
    open_polling();
    strcpy(first, world.sid);
    open_polling();
    ck_assert_str_ne(first, world.sid);
    ck_assert_uint_eq(eio_server_sessions(world.eio), 2);
}
END_TEST

START_TEST(other_versions_are_refused)
{
    refused("GET", "?transport=polling", "", UNKNOWN_VERSION);
    refused("GET", "?EIO=3&transport=polling", "", UNKNOWN_VERSION);
    refused("GET", "?EIO=abc&transport=polling", "", UNKNOWN_VERSION);
    refused("GET", "?EIO=04&transport=polling", "", UNKNOWN_VERSION);
    refused("GET", "?EIO=&transport=polling", "", UNKNOWN_VERSION);
}
END_TEST

START_TEST(other_transports_are_refused)
{
    refused("GET", "", "", UNKNOWN_TRANSPORT);
    refused("GET", "?EIO=4", "", UNKNOWN_TRANSPORT);
    refused("GET", "?EIO=4&transport=", "", UNKNOWN_TRANSPORT);
    refused("GET", "?EIO=abc&transport=abc", "", UNKNOWN_TRANSPORT);
    refused("GET", "?EIO=4&transport=webtransport", "", UNKNOWN_TRANSPORT);
    refused("GET", "?EIO=4&transport=__proto__", "", UNKNOWN_TRANSPORT);
    refused("GET", "?EIO=4&transport=constructor", "", UNKNOWN_TRANSPORT);
    refused("POST", "?EIO=4&transport=abc&sid=abc", "", UNKNOWN_TRANSPORT);
    options.polling = false;
    restart();
    refused("GET", "?EIO=4&transport=polling", "", UNKNOWN_TRANSPORT);
}
END_TEST

START_TEST(only_get_opens_a_session)
{
    static const char *const methods[] = {"POST",   "PUT",     "PATCH",
                                          "DELETE", "OPTIONS", "BREW"};
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        refused(methods[i], "?EIO=4&transport=polling", "", BAD_METHOD);
    /* The method is looked at before the version and the transport. */
    refused("POST", "?EIO=3&transport=websocket", "", BAD_METHOD);
    expect_answer(ask("HEAD", PATH "?EIO=4&transport=polling", "", NULL), 400,
                  "");
    ck_assert_uint_eq(world.opened, 0);
}
END_TEST

START_TEST(a_websocket_needs_an_upgrade)
{
    refused("GET", "?EIO=4&transport=websocket", "", BAD_REQUEST);
    refused("GET", "?EIO=3&transport=websocket", "", BAD_REQUEST);
    refused("GET", "?EIO=4&transport=websocket", "Upgrade: websocket\r\n",
            BAD_REQUEST);
}
END_TEST

START_TEST(unknown_sessions)
{
    refused("GET", "?EIO=4&transport=polling&sid=abc", "", UNKNOWN_SID);
    refused("GET", "?EIO=3&transport=websocket&sid=abc", "", UNKNOWN_SID);
    refused("DELETE", "?EIO=4&transport=polling&sid=__proto__", "",
            UNKNOWN_SID);
    refused("POST", "?EIO=4&transport=polling&sid=%00", "", UNKNOWN_SID);
}
END_TEST

START_TEST(requests_that_do_not_fit_the_session)
{
    char query[128];
    open_polling();
    snprintf(query, sizeof(query), "?EIO=4&transport=websocket&sid=%s",
             world.sid);
    refused("GET", query, "", BAD_REQUEST);
    snprintf(query, sizeof(query), "?EIO=3&transport=polling&sid=%s",
             world.sid);
    refused("GET", query, "", BAD_REQUEST);
    refused("POST", query, "", BAD_REQUEST);

    struct answer a = ask("PUT", session_target(), "", NULL);
    expect_answer(a, 405, "");
    expect_header(&a, "Allow", "GET, POST");
    expect_answer(ask("HEAD", session_target(), "", NULL), 405, "");
    ck_assert_uint_eq(world.closed, 0);
    expect_answer(push_session("4hello"), 200, "ok");
}
END_TEST

START_TEST(a_query_is_read_like_a_form)
{
    ask("GET", PATH "?%45IO=4&t=abc&tr%61nsport=%70olling", "", NULL);
    ck_assert_uint_eq(world.opened, 1);
    /* The last one counts. */
    ask("GET", PATH "?transport=x&EIO=3&transport=polling&EIO=4", "", NULL);
    ck_assert_uint_eq(world.opened, 2);
    ask("GET", PATH "?EIO=4&transport=polling&sid=", "", NULL);
    ck_assert_uint_eq(world.opened, 3);
    ask("GET", PATH "deeper/?EIO=4&transport=polling", "", NULL);
    ck_assert_uint_eq(world.opened, 4);
    struct answer a =
        ask("GET", "/engine.io?EIO=4&transport=polling", "", NULL);
    ck_assert_int_eq(a.status, 404); /* not ours */
}
END_TEST

START_TEST(upgrades_are_offered_when_there_are_any)
{
    struct answer a;
    options.allow_upgrades = false;
    restart();
    a = ask("GET", PATH "?EIO=4&transport=polling", "", NULL);
    ck_assert_ptr_nonnull(strstr(a.body, "\"upgrades\":[],"));
    options.allow_upgrades = true;
    options.websocket = false;
    restart();
    a = ask("GET", PATH "?EIO=4&transport=polling", "", NULL);
    ck_assert_ptr_nonnull(strstr(a.body, "\"upgrades\":[],"));
    refused("GET", "?EIO=4&transport=websocket", "", UNKNOWN_TRANSPORT);
}
END_TEST

/* Refusals before the 101: plain text, and the connection ends. */
static void expect_no_upgrade(const char *query, const char *headers,
                              const char *text)
{
    struct client c = client_open();
    char target[256], all[1024];
    snprintf(target, sizeof(target), PATH "%s", query);
    snprintf(all, sizeof(all),
             "Connection: Upgrade\r\n%s"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
             headers);
    client_request(&c, "GET", target, all, NULL, 0);
    struct answer a = client_answer(&c, false);
    expect_answer(a, 400, text);
    expect_header(&a, "Content-Type", "text/html");
    expect_header(&a, "Connection", "close");
    client_expect_end(&c);
}

#define WEBSOCKET "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"

START_TEST(upgrades_that_are_refused)
{
    expect_no_upgrade("", WEBSOCKET, "Transport unknown");
    expect_no_upgrade("?EIO=4&transport=abc", WEBSOCKET, "Transport unknown");
    expect_no_upgrade("?EIO=4&transport=websocket&sid=abc", WEBSOCKET,
                      "Session ID unknown");
    expect_no_upgrade("?EIO=4&transport=polling", WEBSOCKET, "Bad request");
    expect_no_upgrade("?EIO=3&transport=websocket", WEBSOCKET,
                      "Unsupported protocol version");
    expect_no_upgrade("?EIO=abc&transport=websocket", WEBSOCKET,
                      "Unsupported protocol version");
    expect_no_upgrade("?EIO=4&transport=websocket",
                      WEBSOCKET "Origin: http://evil.test\r\n", "Forbidden");
    expect_no_upgrade("?EIO=4&transport=websocket",
                      "Upgrade: IRC\r\nSec-WebSocket-Version: 13\r\n",
                      "Bad request");
    expect_no_upgrade("?EIO=4&transport=websocket",
                      "Upgrade: websocket\r\nSec-WebSocket-Version: 12\r\n",
                      "Bad request");
    ck_assert_uint_eq(world.opened, 0);
}
END_TEST

START_TEST(upgrades_of_a_session_that_are_refused)
{
    char query[128];
    open_polling();
    snprintf(query, sizeof(query), "?EIO=3&transport=websocket&sid=%s",
             world.sid);
    expect_no_upgrade(query, WEBSOCKET, "Bad request");
    snprintf(query, sizeof(query), "?EIO=4&transport=polling&sid=%s",
             world.sid);
    expect_no_upgrade(query, WEBSOCKET, "Bad request");
    ck_assert_uint_eq(world.closed, 0);
}
END_TEST

START_TEST(other_versions_of_websocket)
{
    struct client c;
    ck_assert_int_eq(ws_connect(&c, PATH "?EIO=4&transport=websocket",
                                "Sec-WebSocket-Protocol: one, two\r\n"),
                     101);
    client_close(&c);

    c = client_open();
    client_request(&c, "GET", PATH "?EIO=4&transport=websocket",
                   "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Version: 12\r\n",
                   NULL, 0);
    struct answer a = client_answer(&c, false);
    ck_assert_int_eq(a.status, 400);
    expect_header(&a, "Sec-WebSocket-Version", "13, 8");
    client_close(&c);
}
END_TEST

START_TEST(the_request_is_kept)
{
    ask("GET", PATH "?EIO=4&transport=polling&who=J%C3%B6rg",
        "X-Test: One Two\r\nCookie: a=b\r\nORIGIN: http://test\r\n", NULL);
    const struct eio_handshake *h = eio_session_handshake(world.session);
    ck_assert(
        str_eq(h->target, STR(PATH "?EIO=4&transport=polling&who=J%C3%B6rg")));
    ck_assert(str_eq(h->query, STR("EIO=4&transport=polling&who=J%C3%B6rg")));
    ck_assert(str_eq(h->peer, STR("127.0.0.1")));
    ck_assert(h->xdomain);
    ck_assert(!h->secure);
    ck_assert_int_gt(h->issued, 1600000000000);
    ck_assert_uint_eq(h->header_count, 4);
    ck_assert(str_eq(h->headers[0].name, STR("host")));
    ck_assert(str_eq(h->headers[1].name, STR("x-test")));
    ck_assert(str_eq(h->headers[1].value, STR("One Two")));
    ck_assert(str_eq(h->headers[2].value, STR("a=b")));
    ck_assert(str_eq(h->headers[3].name, STR("origin")));

    ask("GET", PATH "?EIO=4&transport=polling", "", NULL);
    ck_assert(!eio_session_handshake(world.session)->xdomain);
}
END_TEST

static void greet(struct eio_session *session)
{
    ck_assert_int_eq(world_send("hello"), 0);
    ck_assert_int_eq(world_send_binary("\x01\x02", 2), 0);
}

START_TEST(what_open_sends_comes_with_the_open_packet)
{
    world.on_open = greet;
    struct answer a = ask("GET", PATH "?EIO=4&transport=polling", "", NULL);
    ck_assert_ptr_nonnull(
        strstr(a.body, "\"maxPayload\":1000000}" RS "4hello" RS "bAQI="));
}
END_TEST

static void discard(struct eio_session *session)
{
    eio_session_discard(session, EIO_FORCED_CLOSE);
}

static void send_and_close(struct eio_session *session)
{
    world_send("bye");
    eio_session_close(session);
}

START_TEST(open_may_end_the_session)
{
    world.on_open = discard;
    expect_answer(ask("GET", PATH "?EIO=4&transport=polling", "", NULL), 200,
                  "1");
    ck_assert_uint_eq(world.closed, 1);

    world.on_open = send_and_close;
    struct answer a = ask("GET", PATH "?EIO=4&transport=polling", "", NULL);
    ck_assert_ptr_nonnull(strstr(a.body, "}" RS "4bye"));
    ck_assert(a.body[a.n - 1] == 'e');
    expect_answer(poll_session(), 200, "6" RS "1");
    ck_assert_uint_eq(world.closed, 2);
    ck_assert_uint_eq(eio_server_sessions(world.eio), 0);
}
END_TEST

START_TEST(no_handshake_after_the_shutdown)
{
    struct client c;
    open_polling();
    eio_server_shutdown(world.eio);
    ck_assert_uint_eq(world.closed, 1);
    ck_assert_int_eq(world.reason, EIO_SHUTTING_DOWN);
    struct answer a = ask("GET", PATH "?EIO=4&transport=polling", "", NULL);
    ck_assert_int_eq(a.status, 503);
    ck_assert_int_eq(ws_connect(&c, PATH "?EIO=4&transport=websocket", ""),
                     503);
    client_close(&c);
    ck_assert_uint_eq(world.opened, 1);
}
END_TEST

/* Whatever allocation fails: no leak, no session left over, no crash. */
static void handshake_without_memory(const char *transport, bool upgrade)
{
    char target[128];
    unsigned opened = 0;
    snprintf(target, sizeof(target), PATH "?EIO=4&transport=%s", transport);
    for (long n = 0; opened == 0; n++) {
        struct client c = client_open();
        world_turn(); /* accepts */
        client_request(&c, "GET", target,
                       upgrade ? "Connection: Upgrade\r\n" WEBSOCKET
                                 "Sec-WebSocket-Key: "
                                 "dGhlIHNhbXBsZSBub25jZQ==\r\n"
                               : "",
                       NULL, 0);
        mem_fail_after(n);
        for (int i = 0; i < 5; i++)
            world_turn();
        mem_fail_after(-1);
        client_read(&c);
        if (c.n > 60 && strstr(c.in, "\"maxPayload\""))
            opened++;
        client_reset(&c);
        if (world.session)
            eio_session_discard(world.session, EIO_FORCED_CLOSE);
        WAIT_UNTIL(eio_server_sessions(world.eio) == 0);
        ck_assert_int_lt(n, 100);
    }
    ck_assert_uint_eq(world.opened, world.closed);
}

START_TEST(memory_runs_out_anywhere)
{
    handshake_without_memory("polling", false);
    handshake_without_memory("websocket", true);
}
END_TEST

START_TEST(who_only_opens_sessions_drives_out_his_own)
{
    char first[64], second[64];
    options.sessions = 2;
    restart();
    open_polling();
    strcpy(first, world.sid);
    expect_answer(push_session("4hello"), 200, "ok");
    open_polling();
    strcpy(second, world.sid);
    open_polling(); /* in place of the second, which did nothing */
    ck_assert_uint_eq(eio_server_sessions(world.eio), 2);
    ck_assert_uint_eq(world.closed, 1);
    ck_assert_int_eq(world.reason, EIO_TRANSPORT_CLOSE);
    expect_answer(push_session("4hello"), 200, "ok");
    strcpy(world.sid, first);
    expect_answer(push_session("4hello"), 200, "ok");
    strcpy(world.sid, second);
    expect_gone();
}
END_TEST

START_TEST(sessions_that_are_used_make_no_room)
{
    struct client ws;
    options.sessions = 2;
    restart();
    open_polling();
    expect_answer(push_session("4hello"), 200, "ok");
    ws = open_websocket("");
    expect_answer(ask("GET", PATH "?EIO=4&transport=polling", "", NULL), 503,
                  "");
    ck_assert_uint_eq(eio_server_sessions(world.eio), 2);
    client_close(&ws);
    WAIT_UNTIL(eio_server_sessions(world.eio) == 1);
    open_polling();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("handshake");
    TCase *tc = tcase_create("handshake");
    tcase_add_checked_fixture(tc, setup, world_stop);
    tcase_add_test(tc, opens_a_session);
    tcase_add_test(tc, every_session_has_its_own_id);
    tcase_add_test(tc, other_versions_are_refused);
    tcase_add_test(tc, other_transports_are_refused);
    tcase_add_test(tc, only_get_opens_a_session);
    tcase_add_test(tc, a_websocket_needs_an_upgrade);
    tcase_add_test(tc, unknown_sessions);
    tcase_add_test(tc, requests_that_do_not_fit_the_session);
    tcase_add_test(tc, a_query_is_read_like_a_form);
    tcase_add_test(tc, upgrades_are_offered_when_there_are_any);
    tcase_add_test(tc, upgrades_that_are_refused);
    tcase_add_test(tc, upgrades_of_a_session_that_are_refused);
    tcase_add_test(tc, other_versions_of_websocket);
    tcase_add_test(tc, the_request_is_kept);
    tcase_add_test(tc, what_open_sends_comes_with_the_open_packet);
    tcase_add_test(tc, open_may_end_the_session);
    tcase_add_test(tc, no_handshake_after_the_shutdown);
    tcase_add_test(tc, memory_runs_out_anywhere);
    tcase_add_test(tc, who_only_opens_sessions_drives_out_his_own);
    tcase_add_test(tc, sessions_that_are_used_make_no_room);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
