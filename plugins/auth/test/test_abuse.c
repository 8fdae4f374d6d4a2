/* SPDX-License-Identifier: MIT */
/* Guessing, flooding, and bytes that mean harm. */
#include "test/test_auth.h"

static int try_login(const char *name, const char *password,
                     const char *address)
{
    int number = testkit_request(
        kit, "POST /auth/login", .headers = "Content-Type: application/json",
        .body = testkit_json(kit, "{login:s, password:s}", name, password),
        .address = address);
    testkit_advance(kit, 0);
    return number;
}

/* An account that there is and one that there is not answer alike. */
START_TEST(locks_out)
{
    static const char *const names[] = {"Ann", "Nobody"};

    start_with(", lockout:{tries:3, seconds:2, secondsMax:8}");
    sign_up("Ann");
    for (int i = 0; i < 2; i++) {
        for (int n = 0; n < 3; n++)
            expect_error(try_login(names[i], "wrong", "10.0.0.1"), 401,
                         "wrong_login");
        static const int64_t delays[] = {2000, 4000, 8000, 8000};
        for (int n = 0; n < 4; n++) {
            testkit_expect_json(kit, try_login(names[i], PASSWORD, "10.0.0.2"),
                                429,
                                "{error:{code:'locked', retry:I, "
                                "message:'<string>'}}",
                                delays[n]);
            testkit_advance(kit, delays[n] - 1);
            expect_error(try_login(names[i], "wrong", "10.0.0.2"), 429,
                         "locked");
            testkit_advance(kit, 1);
            expect_error(try_login(names[i], "wrong", "10.0.0.2"), 401,
                         "wrong_login");
        }
    }
    /* The other account of the same address is not locked, nor for long. */
    testkit_advance(kit, 8000);
    testkit_expect_json(kit, try_login("Ann", PASSWORD, "10.0.0.1"), 200,
                        "{'<more>':true}");
    for (int n = 0; n < 3; n++) /* a right one starts the count anew */
        expect_error(try_login("Ann", "wrong", "10.0.0.1"), 401, "wrong_login");
    finish();
}
END_TEST

START_TEST(locks_out_addresses)
{
    char name[16];

    start_with(", lockout:{addressTries:5, seconds:60}");
    sign_up("Ann");
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof(name), "name%d", i);
        expect_error(try_login(name, "wrong", "10.0.0.1"), 401, "wrong_login");
        testkit_expect_json(kit, try_login("Ann", PASSWORD, "10.0.0.2"), 200,
                            "{'<more>':true}");
    }
    expect_error(try_login("name9", "wrong", "10.0.0.1"), 429, "locked");
    expect_error(try_login("Ann", PASSWORD, "10.0.0.1"), 429, "locked");
    testkit_expect_json(kit, try_login("Ann", PASSWORD, "10.0.0.2"), 200,
                        "{'<more>':true}");
    finish();
}
END_TEST

/* Whoever has an address of IPv6 has 2^64 of them. */
START_TEST(takes_a_network_of_ipv6_for_one)
{
    char address[32];

    make_folder();
    kit = testkit_load(PLUGIN,
                       "{development:true, database:s, "
                       "lockout:{addressTries:3, seconds:60}, "
                       "ratesPerMinute:{reset:2}, passwords:{memoryKiB:8}}",
                       database);
    for (int i = 0; i < 4; i++) {
        snprintf(address, sizeof(address), "2001:db8:0:1:%x::1", i + 1);
        expect_error(try_login("Ann", "wrong", address), i < 3 ? 401 : 429,
                     i < 3 ? "wrong_login" : "locked");
    }
    expect_error(try_login("Bob", "wrong", "2001:db8:0:2::1"), 401,
                 "wrong_login");
    testkit_reload(kit, PLUGIN, "");
    expect_error(try_login("Bob", "wrong", "2001:db8:0:1::99"), 429, "locked");
    for (int i = 0; i < 3; i++) {
        snprintf(address, sizeof(address), "2001:db8:0:3:%x::1", i + 1);
        int number =
            testkit_request(kit, "POST /auth/reset", .address = address,
                            .headers = "Content-Type: application/json",
                            .body = "{\"login\":\"Ann\"}");
        testkit_advance(kit, 0);
        if (i == 2)
            expect_error(number, 429, "rate_limited");
    }
    /* Of IPv4 each is one, however it is written. */
    for (int i = 0; i < 4; i++)
        expect_error(
            try_login("Bob", "wrong", i % 2 ? "192.0.2.1" : "::ffff:192.0.2.1"),
            i < 3 ? 401 : 429, i < 3 ? "wrong_login" : "locked");
    expect_error(try_login("Cat", "wrong", "192.0.2.2"), 401, "wrong_login");
    finish();
}
END_TEST

/* All of them before the first answer. */
START_TEST(counts_tries_that_are_under_way)
{
    int numbers[8];

    start_with(", lockout:{tries:3}");
    sign_up("Ann");
    for (int i = 0; i < 8; i++)
        numbers[i] = testkit_request(
            kit, "POST /auth/login",
            .headers = "Content-Type: application/json",
            .body = "{\"login\":\"Ann\",\"password\":\"wrong\"}");
    testkit_advance(kit, 0);
    for (int i = 0; i < 8; i++)
        expect_error(numbers[i], i < 3 ? 401 : 429,
                     i < 3 ? "wrong_login" : "locked");
    finish();
}
END_TEST

/* Who has got at a session can guess no faster; the account can be logged in
 * to all the same. */
START_TEST(locks_out_who_is_signed_in)
{
    struct tokens ann;

    start_with(", lockout:{tries:2, seconds:60}");
    sign_up("Ann");
    sign_in(join(NULL), "Ann", &ann);
    expect_error(ask("DELETE /auth/me", ann.bearer, "{\"password\":\"no\"}"),
                 403, "wrong_password");
    expect_error(ask("POST /auth/password", ann.bearer,
                     "{\"password\":\"no\",\"newPassword\":\"battery "
                     "staple\"}"),
                 403, "wrong_password");
    expect_error(
        ask("DELETE /auth/me", ann.bearer, "{\"password\":\"" PASSWORD "\"}"),
        429, "locked");
    testkit_expect_json(kit, try_login("Ann", PASSWORD, "10.0.0.1"), 200,
                        "{'<more>':true}");
    testkit_advance(kit, 60000);
    testkit_expect_json(
        kit,
        ask("DELETE /auth/me", ann.bearer, "{\"password\":\"" PASSWORD "\"}"),
        200, "{ok:true}");
    finish();
}
END_TEST

START_TEST(keeps_the_count_over_a_reload)
{
    start_with(", lockout:{tries:2, seconds:60}");
    sign_up("Ann");
    for (int i = 0; i < 2; i++)
        expect_error(try_login("Ann", "wrong", "10.0.0.1"), 401, "wrong_login");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    expect_error(try_login("Ann", PASSWORD, "10.0.0.1"), 429, "locked");
    testkit_advance(kit, 60000);
    testkit_expect_json(kit, try_login("Ann", PASSWORD, "10.0.0.1"), 200,
                        "{'<more>':true}");
    finish();
}
END_TEST

START_TEST(limits_rates)
{
    make_folder();
    kit = testkit_load(PLUGIN,
                       "{development:true, database:s, "
                       "ratesPerMinute:{guest:2}, passwords:{memoryKiB:8}}",
                       database);
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{}"), 200,
                        "{'<more>':true}");
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{}"), 200,
                        "{'<more>':true}");
    int number = ask("POST /auth/guest", NULL, "{}");
    testkit_expect_json(kit, number, 429,
                        "{error:{code:'rate_limited', retry:'<number>', "
                        "message:'<string>'}}");
    ck_assert_str_eq(testkit_response_header(kit, number, "Retry-After"), "31");
    expect_error(ask("GET /auth/me", NULL, NULL), 401, "login_required");
    testkit_advance(kit, 30001);
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{}"), 200,
                        "{'<more>':true}");
    expect_error(ask("POST /auth/guest", NULL, "{}"), 429, "rate_limited");
    finish();
}
END_TEST

START_TEST(takes_sql_as_text)
{
    static const char *const nasty[] = {"' OR '1'='1",
                                        "Ann'; DROP TABLE users; --",
                                        "\" OR \"\"=\"",
                                        "x@y.org' OR 1=1 --",
                                        "%",
                                        "_nn",
                                        "Ann\\"};

    start_with("");
    sign_up("Ann");
    for (int i = 0; i < 7; i++)
        expect_error(try_login(nasty[i], PASSWORD, "10.0.0.1"), 401,
                     "wrong_login");
    expect_error(try_login("Ann", "' OR '1'='1", "10.0.0.1"), 401,
                 "wrong_login");
    expect_error(ask("POST /auth/guest", NULL,
                     "{\"device\":\"' OR device IS NOT NULL --\"}"),
                 401, "wrong_device");
    struct testkit_client *a = join(NULL);
    struct tokens ann;
    sign_in(a, "Ann", &ann);
    expect_error(
        ask("DELETE /auth/sessions/x'%20OR%20'1'%3D'1", ann.bearer, NULL), 404,
        "not_found");
    testkit_expect_nothing(a);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "1");
    finish();
}
END_TEST

START_TEST(takes_no_more_than_fits)
{
    static char long_text[4001];
    const char *end = long_text + sizeof(long_text) - 1;

    start_with("");
    memset(long_text, 'x', sizeof(long_text) - 1);
    expect_error(try_login(end - 300, PASSWORD, NULL), 401, "wrong_login");
    expect_error(try_login("Ann", long_text, NULL), 401, "wrong_login");
    expect_error(ask("POST /auth/register", NULL,
                     testkit_json(kit, "{name:'Ann', password:s}", end - 129)),
                 422, "bad_password");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "0");
    finish();
}
END_TEST

/* Which proxies may say who somebody is, is the server's to know: here a header
 * is hearsay. */
START_TEST(believes_no_header)
{
    start_with("");
    int number = ask("POST /auth/register",
                     "X-Forwarded-For: 6.6.6.6, 10.1.2.3\n"
                     "User-Agent: \xff<b>",
                     "{\"name\":\"Ann\",\"password\":\"" PASSWORD "\"}");
    testkit_expect_json(kit, number, 201, "{'<more>':true}");
    ck_assert_str_eq(select_text("SELECT address FROM audit"), "127.0.0.1");
    ck_assert_str_eq(select_text("SELECT agent FROM sessions"), "?<b>");
    testkit_expect_log(kit, "sends X-Forwarded-For");
    finish();
}
END_TEST

/* Once for each allocation that one login makes: whatever fails, the server
 * goes on, and who is told of a session has one. */
START_TEST(survives_short_memory)
{
    int failed = 1;

    for (int n = 1; failed; n++) {
        start_with("");
        sign_up("Ann");
        struct testkit_client *a = join(NULL);
        int number = testkit_call(a, "auth:login", "{login:'Ann', password:s}",
                                  PASSWORD);
        testkit_fail_allocation(kit, n);
        testkit_advance(kit, 0);
        failed = testkit_allocation_failed(kit);
        if (!failed)
            testkit_expect_ack(a, number, "{user:'<object>', '<more>':true}");
        testkit_skip_log(kit);
        finish();
        ck_assert_int_lt(n, 1000);
    }
}
END_TEST

/* Everybody behind such a proxy would be one client. */
START_TEST(warns_of_proxies)
{
    start_with("");
    testkit_request(kit, "GET /auth/me",
                    .headers = "X-Forwarded-For: 127.0.0.1");
    testkit_request(kit, "GET /auth/me", .address = "203.0.113.9",
                    .headers = "X-Forwarded-For: 198.51.100.7");
    ck_assert_ptr_null(strstr(testkit_log(kit), "trustedProxies"));
    testkit_request(kit, "GET /auth/me", .address = "127.0.0.1",
                    .headers = "X-Forwarded-For: 198.51.100.7");
    testkit_expect_log(kit, "127.0.0.1 sends X-Forwarded-For");
    finish();
}
END_TEST

TESTKIT_MAIN("auth/abuse", locks_out, locks_out_addresses,
             takes_a_network_of_ipv6_for_one, counts_tries_that_are_under_way,
             keeps_the_count_over_a_reload, locks_out_who_is_signed_in,
             limits_rates, takes_sql_as_text, takes_no_more_than_fits,
             believes_no_header, survives_short_memory, warns_of_proxies)
