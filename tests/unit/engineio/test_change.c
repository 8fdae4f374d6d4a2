/* SPDX-License-Identifier: MIT */
/* Options that change while sessions are open. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

#define FOREVER 60000

static struct eio_options options;

static void start(void)
{
    options = world_options();
    world_start(&options);
}

/* The server goes on with `options`. */
static void change(void)
{
    struct eio_terms *terms = eio_terms_new(&options);
    ck_assert_ptr_nonnull(terms);
    eio_server_change(world.eio, &options, terms);
}

/* A session whose requests are made with its own target: `world` knows only
 * the last one. */
struct open_session {
    struct eio_session *session;
    char target[160];
};

static struct open_session open_one(void)
{
    struct open_session s;
    open_polling();
    s.session = world.session;
    snprintf(s.target, sizeof(s.target), "%s", session_target());
    return s;
}

static struct client poll_of(const struct open_session *s)
{
    struct client c = client_open();
    client_request(&c, "GET", s->target, "", NULL, 0);
    return c;
}

START_TEST(an_old_session_keeps_its_long_interval)
{
    options = world_options();
    options.ping_interval = FOREVER;
    world_start(&options);
    struct open_session old = open_one();
    struct client held = poll_of(&old);

    options.ping_interval = 20;
    options.ping_timeout = FOREVER;
    change();
    struct open_session new = open_one();
    for (int i = 0; i < 3; i++) {
        expect_answer(ask("GET", new.target, "", NULL), 200, "2");
        expect_answer(ask("POST", new.target, "", "3"), 200, "ok");
    }
    client_read(&held);
    ck_assert_uint_eq(held.n, 0);
    ck_assert(!held.eof);
    client_close(&held);
}
END_TEST

START_TEST(an_old_session_keeps_its_short_interval)
{
    options = world_options();
    options.ping_interval = 20;
    options.ping_timeout = FOREVER;
    world_start(&options);
    struct open_session old = open_one();

    options.ping_interval = FOREVER;
    change();
    /* Also after its pong, from which the next interval is counted. */
    for (int i = 0; i < 3; i++) {
        expect_answer(ask("GET", old.target, "", NULL), 200, "2");
        expect_answer(ask("POST", old.target, "", "3"), 200, "ok");
    }
}
END_TEST

START_TEST(an_old_session_keeps_its_timeout)
{
    options = world_options();
    options.ping_interval = 20;
    options.ping_timeout = 20;
    world_start(&options);
    open_one();

    options.ping_timeout = FOREVER;
    change();
    WAIT_UNTIL(world.closed == 1);
    ck_assert_int_eq(world.reason, EIO_PING_TIMEOUT);
}
END_TEST

START_TEST(new_sessions_are_told_the_new_values)
{
    start();
    options.ping_interval = 1234;
    options.ping_timeout = 567;
    options.max_payload = 89;
    options.allow_upgrades = false;
    change();
    struct answer a = ask("GET", PATH "?EIO=4&transport=polling", "", NULL);
    ck_assert_int_eq(a.status, 200);
    ck_assert_ptr_nonnull(strstr(a.body,
                                 "\"upgrades\":[],\"pingInterval\":1234,"
                                 "\"pingTimeout\":567,\"maxPayload\":89}"));
}
END_TEST

START_TEST(an_old_session_keeps_what_it_may_send)
{
    static const char body[] = "4123456789012345";
    start();
    struct open_session old = open_one();
    options.max_payload = 10;
    change();
    struct open_session new = open_one();
    expect_answer(ask("POST", old.target, "", body), 200, "ok");
    expect_answer(ask("POST", new.target, "", body), 413, "");
}
END_TEST

START_TEST(an_old_websocket_keeps_what_it_may_send)
{
    static const char text[] = "4123456789012345";
    start();
    struct client old = open_websocket("");
    options.max_payload = 10;
    change();
    struct client new = open_websocket("");
    ws_text(&old, text);
    ws_expect(&old, text);
    ws_text(&new, text);
    ws_expect_close(&new, 1009);
    client_close(&old);
    client_close(&new);
}
END_TEST

START_TEST(an_old_session_keeps_its_transports)
{
    start();
    struct open_session old = open_one();
    options.polling = false;
    change();
    refused("GET", "?EIO=4&transport=polling", "", UNKNOWN_TRANSPORT);
    expect_answer(ask("POST", old.target, "", "4x"), 200, "ok");
    expect_answer(ask("GET", old.target, "", NULL), 200, "4x");

    options.polling = true;
    options.websocket = false;
    change();
    struct open_session later = open_one();
    struct client c;
    char target[200];
    snprintf(target, sizeof(target), PATH "?EIO=4&transport=websocket%s",
             strstr(later.target, "&sid="));
    ck_assert_int_eq(ws_connect(&c, target, ""), 400);
    client_close(&c);
    /* The older one may still change over. */
    snprintf(target, sizeof(target), PATH "?EIO=4&transport=websocket%s",
             strstr(old.target, "&sid="));
    ck_assert_int_eq(ws_connect(&c, target, ""), 101);
    ws_text(&c, "2probe");
    ws_expect(&c, "3probe");
    ws_text(&c, "5");
    ws_text(&c, "4y");
    ws_expect(&c, "4y");
    client_close(&c);
}
END_TEST

START_TEST(an_old_session_keeps_its_buffer)
{
    static const char text[] = "a message of thirty-one bytes..";
    start();
    struct open_session old = open_one();
    options.send_buffer = 16;
    change();
    struct open_session new = open_one();
    struct eio_packet *packet = eio_packet_text(EIO_MESSAGE, str_z(text));
    ck_assert_int_eq(eio_session_send(old.session, packet), 0);
    ck_assert_int_eq(eio_session_send(new.session, packet), ERR_BLOCKED);
    eio_packet_unref(packet);
}
END_TEST

START_TEST(origins_change_for_all)
{
    static const struct str before[] = {{"http://a", 8}};
    static const struct str after[] = {{"http://b", 8}};
    options = world_options();
    options.cors.enabled = true;
    options.cors.origins = before;
    options.cors.origin_count = 1;
    world_start(&options);
    struct open_session s = open_one();
    expect_answer(ask("POST", s.target, "Origin: http://a\r\n", "4x"), 200,
                  "ok");
    options.cors.origins = after;
    change();
    expect_answer(ask("POST", s.target, "Origin: http://a\r\n", "4x"), 403,
                  FORBIDDEN);
    expect_answer(ask("POST", s.target, "Origin: http://b\r\n", "4x"), 200,
                  "ok");
}
END_TEST

START_TEST(the_number_of_sessions_changes_at_once)
{
    start();
    struct open_session a = open_one(), b = open_one();
    expect_answer(ask("POST", a.target, "", "4x"), 200, "ok");
    expect_answer(ask("POST", b.target, "", "4x"), 200, "ok");
    options.sessions = 1;
    change();
    /* Those that are there stay; there is no room for another one. */
    ck_assert_uint_eq(eio_server_sessions(world.eio), 2);
    ck_assert_int_eq(
        ask("GET", PATH "?EIO=4&transport=polling", "", NULL).status, 503);
    options.sessions = 3;
    change();
    open_one();
    ck_assert_uint_eq(eio_server_sessions(world.eio), 3);
}
END_TEST

START_TEST(terms_that_no_server_was_given)
{
    options = world_options();
    world_start(&options);
    long live = mem_live();
    struct eio_terms *terms = eio_terms_new(&options);
    ck_assert_ptr_nonnull(terms);
    eio_terms_unref(terms);
    eio_terms_unref(NULL);
    mem_fail_after(0);
    ck_assert_ptr_null(eio_terms_new(&options));
    mem_fail_after(-1);
    ck_assert_int_eq(mem_live(), live);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("change");
    TCase *tc = tcase_create("change");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, NULL, world_stop);
    tcase_add_test(tc, an_old_session_keeps_its_long_interval);
    tcase_add_test(tc, an_old_session_keeps_its_short_interval);
    tcase_add_test(tc, an_old_session_keeps_its_timeout);
    tcase_add_test(tc, new_sessions_are_told_the_new_values);
    tcase_add_test(tc, an_old_session_keeps_what_it_may_send);
    tcase_add_test(tc, an_old_websocket_keeps_what_it_may_send);
    tcase_add_test(tc, an_old_session_keeps_its_transports);
    tcase_add_test(tc, an_old_session_keeps_its_buffer);
    tcase_add_test(tc, origins_change_for_all);
    tcase_add_test(tc, the_number_of_sessions_changes_at_once);
    tcase_add_test(tc, terms_that_no_server_was_given);
    return unit_main(suite);
}
