/* SPDX-License-Identifier: MIT */
/* Administrators by HTTP: who may, lists and their pages, the audit. */
#include "test/test_admin.h"

#define ADMIN                                                                  \
    ", roles:{admin:['*'], desk:['auth.users'], watch:['auth.audit', "         \
    "'auth.sessions']}"

START_TEST(asks_for_permissions)
{
    static const struct {
        const char *request, *body;
        bool desk, watch;
    } rows[] = {
        {"GET /auth/admin/users", NULL, true, false},
        {"GET /auth/admin/users/bob", NULL, true, false},
        {"GET /auth/admin/roles", NULL, true, false},
        {"GET /auth/admin/audit", NULL, false, true},
        {"GET /auth/admin/bans", NULL, false, false},
        {"PUT /auth/admin/users/bob/roles", "{\"roles\":[]}", false, false},
        {"PUT /auth/admin/roles/desk", "{\"permissions\":[]}", false, false},
        {"POST /auth/admin/bans", "{\"user\":\"bob\"}", false, false},
        {"DELETE /auth/admin/bans/1", NULL, false, false},
        {"DELETE /auth/admin/users/bob/sessions", NULL, false, true},
    };
    struct tokens desk, watch, bob;

    start_with(ADMIN);
    make("Desk", "desk", &desk);
    make("Watch", "watch", &watch);
    make("Bob", "", &bob);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int number = ask(rows[i].request, desk.bearer, rows[i].body);
        if (rows[i].desk)
            testkit_expect_json(kit, number, 200, "'<object>'");
        else
            expect_error(number, 403, "not_allowed");
        number = ask(rows[i].request, watch.bearer, rows[i].body);
        if (rows[i].watch)
            testkit_expect_json(kit, number, 200, "'<object>'");
        else
            expect_error(number, 403, "not_allowed");
        expect_error(ask(rows[i].request, NULL, rows[i].body), 401,
                     "login_required");
    }
    ck_assert_str_eq(select_text("SELECT count(*) FROM bans"), "0");
    finish();
}
END_TEST

START_TEST(lists_users)
{
    struct tokens ann, bob;
    char next[64], request[128];

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    make("Bob", "desk", &bob);
    for (int i = 0; i < 5; i++) {
        snprintf(request, sizeof(request), "Carl%d", i);
        sign_up(request);
    }
    act(a, "users", "{limit:4}");
    expect_done(a,
                "{users:['<any>','<any>','<any>','<any>'], next:'<string>'}");
    snprintf(next, sizeof(next), "%s", testkit_got_text(a, "0.next"));
    ck_assert_str_eq(next, testkit_got_text(a, "0.users.3.id"));
    act(a, "users", "{limit:4, after:s}", next);
    expect_done(a, "{users:['<any>','<any>','<any>'], next:null}");

    testkit_expect_json(
        kit, ask("GET /auth/admin/users?find=BO", ann.bearer, NULL), 200,
        "{users:[{id:s, name:'Bob', email:null, guest:false,"
        " roles:['desk'], created:'<number>',"
        " used:'<number>', banned:false}], next:null}",
        bob.user);
    testkit_expect_json(
        kit, ask("GET /auth/admin/users?role=admin", ann.bearer, NULL), 200,
        "{users:[{name:'Ann', '<more>':true}], next:null}");
    testkit_expect_json(kit,
                        ask("GET /auth/admin/users?find=%25", ann.bearer, NULL),
                        200, "{users:[], next:null}");
    act(a, "ban", "{user:'carl3'}");
    testkit_expect_json(
        kit, ask("GET /auth/admin/users?banned=true", ann.bearer, NULL), 200,
        "{users:[{name:'Carl3', banned:true, '<more>':true}], next:null}");
    expect_error(ask("GET /auth/admin/users/nobody", ann.bearer, NULL), 404,
                 "not_found");
    finish();
}
END_TEST

START_TEST(ends_sessions)
{
    struct tokens ann, bob, again;
    char request[128];

    start_with(ADMIN);
    make("Ann", "admin", &ann);
    struct testkit_client *b = make("Bob", "", &bob);
    struct testkit_client *c = join(NULL);
    sign_in(c, "Bob", &again);
    testkit_skip(b);
    snprintf(request, sizeof(request),
             "DELETE /auth/admin/users/%s/sessions/%s", bob.user, bob.session);
    testkit_expect_json(kit, ask(request, ann.bearer, NULL), 200,
                        "{user:s, ended:1}", bob.user);
    testkit_expect(b, "auth:ended", "{code:'revoked', reason:'<string>'}");
    testkit_expect_disconnected(b);
    testkit_expect_nothing(c);
    expect_error(ask(request, ann.bearer, NULL), 404, "not_found");
    testkit_expect_json(
        kit, ask("DELETE /auth/admin/users/BOB/sessions", ann.bearer, NULL),
        200, "{user:s, ended:2}", bob.user);
    testkit_expect(c, "auth:ended", "{code:'revoked', reason:'<string>'}");
    expect_error(ask("GET /auth/me", again.bearer, NULL), 401, "invalid_token");
    finish();
}
END_TEST

START_TEST(writes_down_who_did_it)
{
    struct tokens ann, bob;
    char request[128];
    int number;

    start_with(ADMIN);
    make("Ann", "admin", &ann);
    make("Bob", "", &bob);
    testkit_expect_json(kit,
                        ask("POST /auth/admin/bans", ann.bearer,
                            "{\"user\":\"bob\",\"reason\":\"Spam\"}"),
                        200, "{ban:{id:1, '<more>':true}}");
    testkit_expect_json(kit, ask("DELETE /auth/admin/bans/1", ann.bearer, NULL),
                        200, "{ban:{id:1, '<more>':true}}");
    testkit_expect_json(kit,
                        ask("PUT /auth/admin/users/bob/roles", ann.bearer,
                            "{\"roles\":[\"desk\"]}"),
                        200, "{user:s, roles:['desk']}", bob.user);
    testkit_expect_json(kit,
                        ask("PUT /auth/admin/roles/desk", ann.bearer,
                            "{\"permissions\":[\"x.y\"]}"),
                        200, "{role:'desk', permissions:['x.y']}");
    snprintf(request, sizeof(request), "GET /auth/admin/audit?by=%s", ann.user);
    testkit_expect_json(
        kit, ask(request, ann.bearer, NULL), 200,
        "{audit:[{what:'permissions', detail:'desk: x.y', user:null, by:s,"
        " '<more>':true}, {what:'roles', user:s, detail:'desk',"
        " '<more>':true}, {what:'unban', '<more>':true}, {what:'ban', user:s,"
        " address:'127.0.0.1', at:'<number>', by:s, id:'<number>',"
        " detail:'<string>'}], next:null}",
        ann.user, bob.user, bob.user, ann.user);

    /* Page by page, from the latest. */
    number = ask("GET /auth/admin/audit?limit=1", ann.bearer, NULL);
    testkit_expect_json(kit, number, 200,
                        "{audit:[{what:'permissions', '<more>':true}],"
                        " next:'<number>'}");
    testkit_expect_json(
        kit, ask("GET /auth/admin/audit?what=login&limit=1", ann.bearer, NULL),
        200,
        "{audit:[{what:'login', by:null, user:s, '<more>':true}],"
        " next:'<number>'}",
        bob.user);
    snprintf(request, sizeof(request),
             "GET /auth/admin/audit?user=%s&what=register", bob.user);
    testkit_expect_json(
        kit, ask(request, ann.bearer, NULL), 200,
        "{audit:[{what:'register', '<more>':true}], next:null}");
    finish();
}
END_TEST

/* The contracts let nobody through who has not the permission. */
START_TEST(guards_the_events)
{
    struct tokens desk;

    start_with(ADMIN);
    struct testkit_client *d = make("Desk", "desk", &desk);
    act(d, "users", "{}");
    expect_done(d, "{users:'<array>', next:null}");
    act(d, "ban", "{user:'desk'}");
    expect_wrong(d, "role_required");
    act(d, "roles", "");
    expect_done(d, "{roles:[{role:'admin', settings:['*'], granted:[]},"
                   " '<any>', '<any>']}");
    struct testkit_client *n = join(NULL);
    act(n, "users", "{}");
    expect_wrong(n, "login_required");
    finish();
}
END_TEST

/* Whoever has lost a role in the meantime comes too late. */
START_TEST(looks_again_in_the_transaction)
{
    struct tokens ann, bob;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    struct testkit_client *b = make("Bob", "admin", &bob);
    int first =
        testkit_call(a, "auth:admin:set-roles", "{user:'bob',roles:[]}");
    int second =
        testkit_call(b, "auth:admin:set-roles", "{user:'ann',roles:[]}");
    testkit_advance(kit, 0);
    testkit_expect_ack(a, first, "{user:s, roles:[]}", bob.user);
    testkit_expect_ack(b, second,
                       "{error:{code:'not_allowed', '<more>':true}}");
    ck_assert_str_eq(select_text("SELECT roles FROM users WHERE login = 'ann'"),
                     "admin");
    finish();
}
END_TEST

TESTKIT_MAIN("admin", asks_for_permissions, lists_users, ends_sessions,
             writes_down_who_did_it, guards_the_events,
             looks_again_in_the_transaction)
