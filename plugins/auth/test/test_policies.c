/* SPDX-License-Identifier: MIT */
/* How long sessions are kept, and how many sessions and sockets one has. */
#include "test/test_auth.h"

#include <stdbool.h>

#include "secrets/tokens.h"

#define HOUR (3600 * (int64_t)1000)
#define DAY  (24 * HOUR)

static int log_in(const char *name)
{
    return ask("POST /auth/login", NULL,
               testkit_json(kit, "{login:s, password:s}", name, PASSWORD));
}

/* --- sessions that are not kept */

START_TEST(forgets_who_wants_to_be_forgotten)
{
    struct tokens ann;

    start_with(", sessions:{briefHours:2}");
    sign_up("Ann");
    struct testkit_client *a = join(NULL);
    int number = testkit_call(
        a, "auth:login", "{login:'Ann', password:s, remember:false}", PASSWORD);
    testkit_advance(kit, 0);
    testkit_expect_ack(a, number, "{refreshExpires:I, '<more>':true}",
                       testkit_now(kit) + 2 * HOUR);
    read_tokens(a, &ann);
    /* A refresh does not make more of it. */
    testkit_advance(kit, HOUR);
    a = join(NULL);
    for (int i = 0; i < 2; i++) {
        number =
            testkit_call(a, "auth:refresh", "{refreshToken:s}", ann.refresh);
        testkit_advance(kit, 0);
        testkit_expect_ack(a, number, "{refreshExpires:I, '<more>':true}",
                           testkit_now(kit) + 2 * HOUR);
        read_tokens(a, &ann);
    }
    testkit_advance(kit, 2 * HOUR);
    number = testkit_call(a, "auth:refresh", "{refreshToken:s}", ann.refresh);
    testkit_advance(kit, 0);
    testkit_expect_ack(a, number,
                       "{error:{code:'invalid_token', '<more>':true}}");
    finish();
}
END_TEST

static bool cookie_lasts(const char *request, const char *body)
{
    int number = ask(request, NULL, body);
    const char *cookie = testkit_response_header(kit, number, "Set-Cookie");

    ck_assert_ptr_nonnull(cookie);
    return strstr(cookie, "Max-Age") != NULL;
}

START_TEST(sets_cookies_for_the_browser_or_longer)
{
    static const char *const ways[][2] = {
        {"POST /auth/guest", "{\"cookie\":true"},
        {"POST /auth/login",
         "{\"cookie\":true,\"login\":\"Ann\",\"password\":\"" PASSWORD "\""},
        {"POST /auth/register",
         "{\"cookie\":true,\"name\":\"Bob\",\"password\":\"" PASSWORD "\""},
    };
    char body[160];

    start_with("");
    sign_up("Ann");
    for (int i = 0; i < 3; i++) {
        snprintf(body, sizeof(body), "%s,\"remember\":false}", ways[i][1]);
        ck_assert(!cookie_lasts(ways[i][0], body));
    }
    select_text("DELETE FROM users WHERE login = 'bob'");
    for (int i = 0; i < 3; i++) {
        snprintf(body, sizeof(body), "%s%s}", ways[i][1],
                 i == 0 ? "" : ",\"remember\":true");
        ck_assert(cookie_lasts(ways[i][0], body));
    }
    finish();
}
END_TEST

/* --- one session a user */

START_TEST(replaces_the_session)
{
    struct tokens first, last;

    start_with(", sessions:{policy:'replace'}");
    sign_up("Ann");
    sign_up("Bob");
    struct testkit_client *a = join(NULL), *b = join(NULL), *c = join(NULL);
    sign_in(c, "Bob", &last);
    sign_in(a, "Ann", &first);
    sign_in(b, "Ann", &last);
    testkit_expect(a, "auth:ended",
                   "{code:'signed-in-elsewhere', '<more>':true}");
    testkit_expect_disconnected(a);
    testkit_expect_nothing(b);
    testkit_expect_nothing(c);
    expect_error(ask("GET /auth/me", first.bearer, NULL), 401, "invalid_token");
    testkit_expect_json(kit, ask("GET /auth/me", last.bearer, NULL), 200,
                        "{'<more>':true}");
    ck_assert_str_eq(select_text("SELECT count(*) FROM sessions"), "2");
    finish();
}
END_TEST

START_TEST(refuses_a_second_session)
{
    struct tokens ann;

    start_with(", sessions:{policy:'refuse'}");
    sign_up("Ann");
    expect_error(log_in("Ann"), 409, "already_signed_in");
    /* Who has a wrong password is told nothing of it. */
    expect_error(ask("POST /auth/login", NULL,
                     "{\"login\":\"Ann\",\"password\":\"wrong\"}"),
                 401, "wrong_login");
    /* Who has the session may have another one in its place. */
    select_text("DELETE FROM sessions");
    struct testkit_client *a = join(NULL);
    sign_in(a, "Ann", &ann);
    testkit_expect_json(kit,
                        ask("POST /auth/login", ann.bearer,
                            "{\"login\":\"Ann\",\"password\":\"" PASSWORD
                            "\"}"),
                        200, "{'<more>':true}");
    testkit_expect(a, "auth:ended", "{code:'signed-in', '<more>':true}");
    /* And so may everybody when it has ended by itself. */
    expect_error(log_in("Ann"), 409, "already_signed_in");
    testkit_advance(kit, 30 * DAY);
    testkit_expect_json(kit, log_in("Ann"), 200, "{'<more>':true}");
    finish();
}
END_TEST

/* All of them before the first is answered. */
START_TEST(has_one_session_of_many_at_once)
{
    static const char *const policies[] = {"replace", "refuse"};
    struct testkit_client *all[5];
    char more[64];
    int numbers[5];

    for (int p = 0; p < 2; p++) {
        snprintf(more, sizeof(more), ", sessions:{policy:'%s'}", policies[p]);
        start_with(more);
        sign_up("Ann");
        select_text("DELETE FROM sessions");
        for (int i = 0; i < 5; i++) {
            all[i] = join(NULL);
            numbers[i] = testkit_call(all[i], "auth:login",
                                      "{login:'Ann', password:s}", PASSWORD);
        }
        testkit_advance(kit, 0);
        for (int i = 0; i < 5; i++)
            if (p == 0)
                testkit_expect_ack(all[i], numbers[i],
                                   "{session:'<string>', '<more>':true}");
            else
                testkit_expect_ack(all[i], numbers[i],
                                   i == 0 ? "{session:'<string>', "
                                            "'<more>':true}"
                                          : "{error:{code:'already_signed_in', "
                                            "'<more>':true}}");
        for (int i = 0; i < 4 && p == 0; i++)
            testkit_expect(all[i], "auth:ended",
                           "{code:'signed-in-elsewhere', '<more>':true}");
        ck_assert_str_eq(select_text("SELECT count(*) FROM sessions"), "1");
        finish();
    }
}
END_TEST

/* By the device, whose secret this is. */
START_TEST(guests_have_one_session_too)
{
    char sql[128], hash[HASH_TEXT_SIZE];

    start_with(", sessions:{policy:'refuse'}");
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{}"), 200,
                        "{device:'<string>', '<more>':true}");
    tokens_init("development");
    tokens_hash("this device", hash);
    snprintf(sql, sizeof(sql), "UPDATE users SET device = '%s'", hash);
    select_text(sql);
    expect_error(ask("POST /auth/guest", NULL, "{\"device\":\"this device\"}"),
                 409, "already_signed_in");
    select_text("DELETE FROM sessions");
    testkit_expect_json(
        kit, ask("POST /auth/guest", NULL, "{\"device\":\"this device\"}"), 200,
        "{device:null, '<more>':true}");
    finish();
}
END_TEST

/* --- one socket a user and namespace */

START_TEST(replaces_the_socket)
{
    struct tokens ann, bob;

    start_with(", sockets:{policy:'replace'}");
    sign_up("Ann");
    sign_up("Bob");
    sign_in(join(NULL), "Ann", &ann);
    sign_in(join(NULL), "Bob", &bob);
    struct testkit_client *other =
        testkit_connect(kit, "/custom", .auth = ann.auth);
    testkit_skip(other);
    struct testkit_client *a = join(ann.auth), *b = join(bob.auth);
    struct testkit_client *nobody = join(NULL), *late = join(ann.auth);
    testkit_expect(a, "auth:ended",
                   "{code:'signed-in-elsewhere', '<more>':true}");
    testkit_expect_disconnected(a);
    /* Nobody else, nor elsewhere. */
    testkit_expect_nothing(b);
    testkit_expect_nothing(other);
    testkit_expect_nothing(nobody);
    testkit_expect_nothing(late);
    /* A socket that becomes hers while it is open. */
    int number = testkit_call(nobody, "auth:token", "{token:s}", ann.access);
    testkit_expect_ack(nobody, number, "{'<more>':true}");
    testkit_expect(late, "auth:ended",
                   "{code:'signed-in-elsewhere', '<more>':true}");
    testkit_expect_nothing(nobody);
    /* Of another session, too. */
    struct testkit_client *last = join(NULL);
    sign_in(last, "Ann", &ann);
    testkit_expect(nobody, "auth:ended",
                   "{code:'signed-in-elsewhere', '<more>':true}");
    testkit_expect_nothing(last);
    finish();
}
END_TEST

START_TEST(refuses_a_second_socket)
{
    struct tokens ann, again;

    start_with(", sockets:{policy:'refuse'}");
    sign_up("Ann");
    struct testkit_client *a = join(NULL);
    sign_in(a, "Ann", &ann);
    testkit_expect_refused(testkit_try(kit, "/", .auth = ann.auth),
                           "You are connected here already.",
                           "{code:'already_connected'}");
    testkit_connect(kit, "/custom", .auth = ann.auth);
    struct testkit_client *nobody = join(NULL);
    int number = testkit_call(nobody, "auth:token", "{token:s}", ann.access);
    testkit_expect_ack(nobody, number,
                       "{error:{code:'already_connected', '<more>':true}}");
    /* The same socket may say it again, and sign in again. */
    number = testkit_call(a, "auth:token", "{token:s}", ann.access);
    testkit_expect_ack(a, number, "{'<more>':true}");
    sign_in(a, "Ann", &again);
    testkit_expect_nothing(a);
    /* When it has gone there is room. */
    testkit_disconnect(a);
    testkit_expect_nothing(join(again.auth));
    finish();
}
END_TEST

/* Whoever has the socket has it over a reload. */
START_TEST(counts_sockets_across_a_reload)
{
    struct tokens ann;

    start_with(", sockets:{policy:'refuse'}");
    sign_up("Ann");
    struct testkit_client *a = join(NULL);
    sign_in(a, "Ann", &ann);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_refused(testkit_try(kit, "/", .auth = ann.auth),
                           "You are connected here already.",
                           "{code:'already_connected'}");
    testkit_vanish(a);
    testkit_skip(join(ann.auth));
    finish();
}
END_TEST

TESTKIT_MAIN("auth/policies", forgets_who_wants_to_be_forgotten,
             sets_cookies_for_the_browser_or_longer, replaces_the_session,
             refuses_a_second_session, has_one_session_of_many_at_once,
             guests_have_one_session_too, replaces_the_socket,
             refuses_a_second_socket, counts_sockets_across_a_reload)
