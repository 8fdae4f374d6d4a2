/* SPDX-License-Identifier: MIT */
/* Sessions, their tokens, and the sockets that are theirs. */
#include "test/test_auth.h"

#include "secrets/tokens.h"

#define SECOND 1000
#define MINUTE 60000

static struct testkit_client *ann_socket(struct tokens *ret)
{
    struct testkit_client *client = join(NULL);

    sign_in(client, "Ann", ret);
    return client;
}

static int refresh_over(struct testkit_client *client, const char *token)
{
    int number =
        testkit_call(client, "auth:refresh", "{refreshToken:s}", token);

    testkit_advance(kit, 0);
    return number;
}

START_TEST(tokens_end)
{
    struct tokens ann;

    start_with("");
    sign_up("Ann");
    ann_socket(&ann);
    testkit_advance(kit, 15 * MINUTE - 1);
    testkit_expect_json(kit, ask("GET /auth/me", ann.bearer, NULL), 200,
                        "{'<more>':true}");
    testkit_advance(kit, 1);
    expect_error(ask("GET /auth/me", ann.bearer, NULL), 401, "invalid_token");
    struct testkit_client *late = testkit_try(kit, "/", .auth = ann.auth);
    testkit_expect_refused(late, "This token is not good any more.",
                           "{code:'invalid_token'}");
    testkit_skip_log(kit);
    finish();
}
END_TEST

START_TEST(refreshes)
{
    struct tokens ann, fresh;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = ann_socket(&ann);
    testkit_expect_ack(a, refresh_over(a, ann.refresh),
                       "{session:s, user:{name:'Ann', '<more>':true}, "
                       "'<more>':true}",
                       ann.session);
    read_tokens(a, &fresh);
    ck_assert_str_ne(fresh.access, ann.access);
    ck_assert_str_ne(fresh.refresh, ann.refresh);
    expect_error(ask("GET /auth/me", ann.bearer, NULL), 401, "invalid_token");
    testkit_expect_json(kit, ask("GET /auth/me", fresh.bearer, NULL), 200,
                        "{'<more>':true}");
    /* Until the refresh token ends. */
    testkit_advance(kit, 29 * 24 * 60 * (int64_t)MINUTE);
    struct testkit_client *b = join(NULL);
    testkit_expect_ack(b, refresh_over(b, fresh.refresh), "{'<more>':true}");
    read_tokens(b, &fresh);
    testkit_advance(kit, 30 * 24 * 60 * (int64_t)MINUTE);
    testkit_expect_ack(b, refresh_over(b, fresh.refresh),
                       "{error:{code:'invalid_token', '<more>':true}}");
    ck_assert_str_eq(select_text("SELECT count(*) FROM sessions"), "0");
    finish();
}
END_TEST

/* The answer was lost, or two tabs have asked at the same time. */
START_TEST(answers_again_for_a_moment)
{
    struct tokens ann, fresh, again, next;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = ann_socket(&ann), *b = join(NULL);
    testkit_expect_ack(a, refresh_over(a, ann.refresh), "{'<more>':true}");
    read_tokens(a, &fresh);
    for (int i = 0; i < 2; i++) {
        testkit_advance(kit, i * 9 * SECOND);
        testkit_expect_ack(b, refresh_over(b, ann.refresh),
                           "{session:s, user:{name:'Ann', '<more>':true}, "
                           "'<more>':true}",
                           ann.session);
        read_tokens(b, &again);
        ck_assert_str_eq(again.access, fresh.access);
        ck_assert_str_eq(again.refresh, fresh.refresh);
    }
    testkit_expect_json(kit, ask("GET /auth/me", again.bearer, NULL), 200,
                        "{'<more>':true}");
    /* The new one was used: the one that was lost is good for nothing more,
     * and the one before the last never is. */
    testkit_expect_ack(b, refresh_over(b, fresh.refresh), "{'<more>':true}");
    read_tokens(b, &next);
    ck_assert_str_ne(next.refresh, fresh.refresh);
    ck_assert_str_ne(next.access, fresh.access);
    testkit_expect_ack(b, refresh_over(b, ann.refresh),
                       "{error:{code:'token_reused', '<more>':true}}");
    expect_error(ask("GET /auth/me", next.bearer, NULL), 401, "invalid_token");
    finish();
}
END_TEST

START_TEST(answers_once_where_that_is_asked_for)
{
    struct tokens ann;

    start_with(", sessions:{repeatSeconds:0}");
    sign_up("Ann");
    struct testkit_client *a = ann_socket(&ann), *b = join(NULL);
    testkit_expect_ack(a, refresh_over(a, ann.refresh), "{'<more>':true}");
    testkit_expect_ack(b, refresh_over(b, ann.refresh),
                       "{error:{code:'token_reused', '<more>':true}}");
    finish();
}
END_TEST

/* Somebody has copied a token: the session is over, for both. */
START_TEST(notices_tokens_used_twice)
{
    struct tokens ann, fresh, other;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = ann_socket(&ann), *b = ann_socket(&other);
    struct testkit_client *thief = join(NULL);
    testkit_expect_ack(a, refresh_over(a, ann.refresh), "{'<more>':true}");
    read_tokens(a, &fresh);
    testkit_advance(kit, 10 * SECOND);
    testkit_expect_ack(thief, refresh_over(thief, ann.refresh),
                       "{error:{code:'token_reused', '<more>':true}}");
    testkit_expect(a, "auth:ended", "{code:'token-reused', '<more>':true}");
    testkit_expect_disconnected(a);
    testkit_expect_nothing(b);
    expect_error(ask("GET /auth/me", fresh.bearer, NULL), 401, "invalid_token");
    testkit_expect_ack(thief, refresh_over(thief, fresh.refresh),
                       "{error:{code:'invalid_token', '<more>':true}}");
    ck_assert_str_eq(
        select_text("SELECT count(*) FROM audit WHERE what='token-reused'"),
        "1");
    finish();
}
END_TEST

/* What was made up ends nothing. */
START_TEST(takes_no_made_up_tokens)
{
    struct tokens ann;
    char token[96];

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = ann_socket(&ann), *b = join(NULL);
    snprintf(token, sizeof(token), "%s", ann.refresh);
    token[40] = token[40] == 'A' ? 'B' : 'A';
    static const char *const made_up[] = {"x", "' OR 1=1 --", "AAAA"};
    for (int i = 0; i < 4; i++)
        testkit_expect_ack(b, refresh_over(b, i < 3 ? made_up[i] : token),
                           "{error:{code:'invalid_token', '<more>':true}}");
    testkit_expect_nothing(a);
    testkit_expect_json(kit, ask("GET /auth/me", ann.bearer, NULL), 200,
                        "{'<more>':true}");
    finish();
}
END_TEST

START_TEST(lists_and_revokes)
{
    struct tokens ann, other, bob;
    char request[96];

    start_with("");
    sign_up("Ann");
    sign_up("Bob");
    testkit_advance(kit, 1);
    struct testkit_client *a = ann_socket(&ann), *b = ann_socket(&other);
    struct testkit_client *c = join(NULL);
    sign_in(c, "Bob", &bob);
    testkit_expect_json(
        kit, ask("GET /auth/sessions", ann.bearer, NULL), 200,
        "{sessions:[{id:'<string>', current:'<boolean>', "
        "created:'<number>', used:'<number>', ends:'<number>', "
        "address:'127.0.0.1', agent:'<string>'}, '<any>', '<any>']}");
    snprintf(request, sizeof(request), "DELETE /auth/sessions/%s",
             other.session);
    expect_error(ask(request, bob.bearer, NULL), 404, "not_found");
    testkit_expect_nothing(b);
    testkit_expect_json(kit, ask(request, ann.bearer, NULL), 200, "{ok:true}");
    testkit_expect(b, "auth:ended", "{code:'revoked', '<more>':true}");
    testkit_expect_disconnected(b);
    testkit_expect_nothing(a);
    testkit_expect_nothing(c);
    expect_error(ask("GET /auth/me", other.bearer, NULL), 401, "invalid_token");
    finish();
}
END_TEST

START_TEST(signs_out_everywhere)
{
    struct tokens ann, other, third, bob;

    start_with("");
    sign_up("Ann");
    sign_up("Bob");
    struct testkit_client *a = ann_socket(&ann), *b = ann_socket(&other);
    struct testkit_client *c = ann_socket(&third), *n = join(NULL);
    sign_in(n, "Bob", &bob);
    expect_error(ask("DELETE /auth/sessions/others", NULL, NULL), 401,
                 "login_required");
    testkit_expect_json(kit,
                        ask("DELETE /auth/sessions/others", ann.bearer, NULL),
                        200, "{ok:true}");
    testkit_expect(b, "auth:ended", "{code:'revoked', '<more>':true}");
    testkit_expect_disconnected(b);
    testkit_expect(c, "auth:ended", "{code:'revoked', '<more>':true}");
    testkit_expect_disconnected(c);
    testkit_expect_nothing(a);
    expect_error(ask("GET /auth/me", third.bearer, NULL), 401, "invalid_token");
    struct testkit_client *d = ann_socket(&third);
    testkit_expect_json(kit, ask("DELETE /auth/sessions", ann.bearer, NULL),
                        200, "{ok:true}");
    testkit_expect(a, "auth:ended", "{code:'signed-out', '<more>':true}");
    testkit_expect_disconnected(a);
    testkit_expect(d, "auth:ended", "{code:'signed-out', '<more>':true}");
    testkit_expect_disconnected(d);
    testkit_expect_nothing(n);
    ck_assert_str_eq(select_text("SELECT count(*) FROM sessions s JOIN users u"
                                 " ON u.id = s.user WHERE u.name = 'Ann'"),
                     "0");
    finish();
}
END_TEST

START_TEST(logs_out)
{
    struct tokens ann, other;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = ann_socket(&ann), *b = ann_socket(&other);
    struct testkit_client *second =
        testkit_connect(kit, "/custom", .auth = ann.auth);
    testkit_skip(second);
    testkit_expect_json(kit, ask("POST /auth/logout", ann.bearer, NULL), 200,
                        "{ok:true}");
    testkit_expect(a, "auth:ended", "{code:'signed-out', '<more>':true}");
    testkit_expect(second, "auth:ended", "{code:'signed-out', '<more>':true}");
    testkit_expect_disconnected(a);
    testkit_expect_disconnected(second);
    expect_error(ask("POST /auth/logout", ann.bearer, NULL), 401,
                 "invalid_token");
    testkit_call(b, "auth:logout", "");
    testkit_advance(kit, 0);
    testkit_expect(b, "auth:ended", "{code:'signed-out', '<more>':true}");
    testkit_expect_disconnected(b);
    finish();
}
END_TEST

START_TEST(limits_sessions)
{
    struct tokens first, last;

    start_with(", sessions:{perUser:2}");
    sign_up("Ann");
    testkit_advance(kit, 1);
    struct testkit_client *a = ann_socket(&first);
    testkit_advance(kit, 1);
    ann_socket(&last);
    testkit_expect_nothing(a);
    testkit_advance(kit, 1);
    ann_socket(&last);
    testkit_expect(a, "auth:ended",
                   "{code:'too-many-sessions', '<more>':true}");
    ck_assert_str_eq(select_text("SELECT count(*) FROM sessions"), "2");
    finish();
}
END_TEST

/* Whose cookies they are is proved by a header, for what changes something. */
START_TEST(wants_proof_with_cookies)
{
    char csrf[HASH_TEXT_SIZE], headers[256];
    struct tokens ann, other;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = ann_socket(&ann);
    ann_socket(&other);
    snprintf(headers, sizeof(headers), "Cookie: mortise_access=%s", ann.access);
    testkit_expect_json(kit, ask("GET /auth/me", headers, NULL), 200,
                        "{'<more>':true}");
    expect_error(ask("POST /auth/logout", headers, NULL), 403, "csrf");
    tokens_init("development");
    tokens_csrf(other.session, csrf);
    snprintf(headers, sizeof(headers),
             "Cookie: mortise_access=%s\nX-CSRF-Token: %s", ann.access, csrf);
    expect_error(ask("POST /auth/logout", headers, NULL), 403, "csrf");
    snprintf(headers, sizeof(headers), "Cookie: mortise_refresh=%s",
             ann.refresh);
    expect_error(ask("POST /auth/refresh", headers, "{}"), 403, "csrf");
    testkit_expect_nothing(a);
    tokens_csrf(ann.session, csrf);
    snprintf(headers, sizeof(headers),
             "Cookie: mortise_access=%s\nX-CSRF-Token: %s", ann.access, csrf);
    testkit_expect_json(kit, ask("POST /auth/logout", headers, NULL), 200,
                        "{ok:true}");
    testkit_expect(a, "auth:ended", "{'<more>':true}");
    finish();
}
END_TEST

START_TEST(sets_cookies)
{
    const char *header;

    start_with(", secureCookies:true");
    sign_up("Ann");
    int number = ask("POST /auth/login", NULL,
                     "{\"login\":\"Ann\",\"password\":\"" PASSWORD
                     "\",\"cookie\":true}");
    testkit_expect_json(kit, number, 200,
                        "{accessToken:'<string>', refreshToken:null, "
                        "csrfToken:'<string>', '<more>':true}");
    header = testkit_response_header(kit, number, "Set-Cookie");
    ck_assert_ptr_nonnull(strstr(header, "mortise_access="));
    ck_assert_ptr_nonnull(strstr(header, "HttpOnly"));
    ck_assert_ptr_nonnull(strstr(header, "SameSite=Lax"));
    ck_assert_ptr_nonnull(strstr(header, "Secure"));
    ck_assert_str_eq(testkit_response_header(kit, number, "Cache-Control"),
                     "no-store");
    finish();
}
END_TEST

/* A page's scripts see no token; who has no cookies is told, as ever. */
START_TEST(tells_pages_no_token)
{
    int number;

    start_with(", cookieTokens:false");
    sign_up("Ann");
    number = ask("POST /auth/login", NULL,
                 "{\"login\":\"Ann\",\"password\":\"" PASSWORD
                 "\",\"cookie\":true}");
    testkit_expect_json(kit, number, 200,
                        "{accessToken:null, refreshToken:null, "
                        "csrfToken:'<string>', expires:'<number>', "
                        "'<more>':true}");
    number = ask("POST /auth/login", NULL,
                 "{\"login\":\"Ann\",\"password\":\"" PASSWORD "\"}");
    testkit_expect_json(kit, number, 200,
                        "{accessToken:'<string>', refreshToken:'<string>', "
                        "'<more>':true}");
    finish();
}
END_TEST

/* A guest whose secret is in a cookie comes back by it, until it registers. */
START_TEST(guests_come_back_by_a_cookie)
{
    static const char header[] = "Cookie: mortise_device=this-device";
    char first[32], bearer[96], hash[HASH_TEXT_SIZE], sql[128];

    start_with(", cookieTokens:false");
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{\"cookie\":true}"),
                        200,
                        "{user:{guest:true, '<more>':true}, device:null, "
                        "accessToken:null, '<more>':true}");
    snprintf(first, sizeof(first), "%s", select_text("SELECT id FROM users"));
    tokens_init("development");
    tokens_hash("this-device", hash);
    snprintf(sql, sizeof(sql), "UPDATE users SET device = '%s'", hash);
    select_text(sql);
    int number = ask("POST /auth/guest", header, "{\"cookie\":true}");
    testkit_expect_json(kit, number, 200,
                        "{user:{id:s, guest:true, '<more>':true}, "
                        "device:null, '<more>':true}",
                        first);
    /* Who wants no cookies has none read. */
    testkit_expect_json(kit, ask("POST /auth/guest", header, "{}"), 200,
                        "{device:'<string>', '<more>':true}");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "2");

    snprintf(bearer, sizeof(bearer), "Authorization: Bearer ");
    const char *cookie = testkit_response_header(kit, number, "Set-Cookie");
    ck_assert_int_eq(
        sscanf(cookie, "mortise_access=%63[^;]", bearer + strlen(bearer)), 1);
    testkit_expect_json(kit,
                        ask("POST /auth/register", bearer,
                            "{\"name\":\"Ann\",\"password\":\"" PASSWORD
                            "\",\"cookie\":true}"),
                        201,
                        "{user:{id:s, name:'Ann', '<more>':true}, "
                        "'<more>':true}",
                        first);
    /* The secret is over: of a page's cookie comes a new guest. */
    testkit_expect_json(
        kit, ask("POST /auth/guest", header, "{\"cookie\":true}"), 200,
        "{user:{guest:true, '<more>':true}, "
        "'<more>':true}");
    expect_error(ask("POST /auth/guest", NULL,
                     "{\"cookie\":true,\"device\":\"this-device\"}"),
                 401, "wrong_device");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "3");
    finish();
}
END_TEST

/* Where tokens are told a page is told this one, too. */
START_TEST(tells_the_device)
{
    start_with("");
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{\"cookie\":true}"),
                        200, "{device:'<string>', '<more>':true}");
    finish();
}
END_TEST

/* After the server has stopped and started again. */
START_TEST(outlives_the_server)
{
    struct tokens ann;

    start_with("");
    sign_up("Ann");
    ann_socket(&ann);
    testkit_free(kit);
    kit = testkit_load(PLUGIN, "{development:true, database:s}", database);
    testkit_expect_json(kit, ask("GET /auth/me", ann.bearer, NULL), 200,
                        "{user:{id:s, '<more>':true}}", ann.user);
    testkit_free(kit);
    /* Another secret ends all of them. */
    kit = testkit_load(
        PLUGIN, "{database:s, secret:'0123456789abcdef0123456789abcdef'}",
        database);
    expect_error(ask("GET /auth/me", ann.bearer, NULL), 401, "invalid_token");
    finish();
}
END_TEST

START_TEST(cleans_up)
{
    struct tokens ann;

    start_with(", sessions:{refreshDays:1}, auditDays:2");
    sign_up("Ann");
    ann_socket(&ann);
    testkit_advance(kit, 24 * 60 * (int64_t)MINUTE + 10 * MINUTE);
    ck_assert_str_eq(select_text("SELECT count(*) FROM sessions"), "0");
    ck_assert_str_ne(select_text("SELECT count(*) FROM audit"), "0");
    testkit_advance(kit, 24 * 60 * (int64_t)MINUTE);
    ck_assert_str_eq(select_text("SELECT count(*) FROM audit"), "0");
    finish();
}
END_TEST

TESTKIT_MAIN("auth/sessions", tokens_end, refreshes, answers_again_for_a_moment,
             answers_once_where_that_is_asked_for, notices_tokens_used_twice,
             takes_no_made_up_tokens, lists_and_revokes, signs_out_everywhere,
             logs_out, limits_sessions, wants_proof_with_cookies, sets_cookies,
             tells_pages_no_token, guests_come_back_by_a_cookie,
             tells_the_device, outlives_the_server, cleans_up)
