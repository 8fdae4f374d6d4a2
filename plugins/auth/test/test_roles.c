/* SPDX-License-Identifier: MIT */
/* Roles and permissions: from the settings, from the database, at once. */
#include "test/test_admin.h"

/* The echo guards nothing; the gates do. */
#define ROLES                                                                  \
    ", roles:{moderator:['chat.mute','chat.delete'], chief:['chat.*'], "       \
    "admin:['*'], helper:['auth.users'], user:['chat.say']}"
#define GATE ", namespaces:{'/custom':'role:chat.mute'}"

static void expect_let_in(const struct tokens *who, bool in)
{
    struct testkit_client *client =
        testkit_try(kit, "/custom", .auth = who->auth);

    if (!in)
        testkit_expect_refused(client, "You may not come in here.",
                               "{code:'role_required'}");
    else
        testkit_disconnect(client);
}

START_TEST(gates_know_permissions)
{
    static const struct {
        const char *name, *roles;
        bool in;
    } rows[] = {
        {"Moderator", "moderator", true}, {"Chief", "helper chief", true},
        {"Admin", "admin", true},         {"Direct", "chat.mute", true},
        {"Helper", "helper", false},      {"Nobody", "", false},
        {"Typo", "moderators", false},
    };
    struct tokens who;

    start_with(ROLES GATE);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        make(rows[i].name, rows[i].roles, &who);
        expect_let_in(&who, rows[i].in);
    }
    finish();
}
END_TEST

START_TEST(refuses_wrong_settings)
{
    static const struct {
        const char *roles, *why;
    } rows[] = {
        {"{'a b':['x.y']}", "is no role"},
        {"{a:'x.y'}", "needs a list"},
        {"{a:['x']}", "is no permission"},
        {"{a:['x..y']}", "is no permission"},
        {"{a:['x.*.y']}", "is no permission"},
        {"{a:['.x']}", "is no permission"},
        {"{a:[7]}", "is no permission"},
    };
    char settings[160];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(settings, sizeof(settings), "{development:true, roles:%s}",
                 rows[i].roles);
        testkit_expect_no_load(PLUGIN, rows[i].why, settings);
    }
}
END_TEST

START_TEST(grants_at_once)
{
    struct tokens ann, bob;

    start_with(ROLES GATE);
    struct testkit_client *a = make("Ann", "admin", &ann);
    struct testkit_client *b = make("Bob", "", &bob);
    testkit_skip(b);
    expect_let_in(&bob, false);
    act(a, "set-roles", "{user:'bob', roles:['moderator', 'chat.pin']}");
    expect_done(a, "{user:s, roles:['moderator', 'chat.pin']}", bob.user);
    expect_let_in(&bob, true);
    struct testkit_client *in =
        testkit_connect(kit, "/custom", .auth = bob.auth);
    testkit_skip(in);

    /* Taken away: out of there, with a reason, and only there. */
    act(a, "set-roles", "{user:s, roles:[]}", bob.user);
    expect_done(a, "{user:s, roles:[]}", bob.user);
    testkit_expect(in, "auth:ended", "{code:'role_required', reason:'<any>'}");
    testkit_expect_disconnected(in);
    testkit_expect_nothing(b);
    ck_assert_str_eq(select_text("SELECT detail FROM audit WHERE what = 'roles'"
                                 " AND user IS NOT NULL AND by IS NOT NULL"),
                     "moderator chat.pin");
    finish();
}
END_TEST

START_TEST(grants_permissions_to_roles)
{
    struct tokens ann, bob;

    start_with(ROLES GATE);
    struct testkit_client *a = make("Ann", "admin", &ann);
    make("Bob", "helper", &bob);
    act(a, "set-permissions", "{role:'helper', permissions:['chat.mute']}");
    expect_done(a, "{role:'helper', permissions:['chat.mute']}");
    expect_let_in(&bob, true);
    struct testkit_client *in =
        testkit_connect(kit, "/custom", .auth = bob.auth);
    testkit_skip(in);
    act(a, "roles", "");
    testkit_expect_ack(a, asked, "{roles:'<array>'}");
    /* It stays when the plugin comes anew. */
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    expect_let_in(&bob, true);
    act(a, "set-permissions", "{role:'helper', permissions:[]}");
    expect_done(a, "{role:'helper', permissions:[]}");
    testkit_expect(in, "auth:ended", "{code:'role_required', reason:'<any>'}");
    testkit_expect_disconnected(in);
    expect_let_in(&bob, false);

    /* A role that nobody knew may be made, and one for everybody. */
    act(a, "set-roles", "{user:'bob', roles:['fresh']}");
    expect_wrong(a, "unknown_role");
    act(a, "set-permissions", "{role:'fresh', permissions:['x.y']}");
    expect_done(a, "{'<more>':true}");
    act(a, "set-roles", "{user:'bob', roles:['fresh']}");
    expect_done(a, "{'<more>':true}");
    act(a, "set-permissions", "{role:'user', permissions:['chat.mute']}");
    expect_done(a, "{'<more>':true}");
    expect_let_in(&bob, true);
    finish();
}
END_TEST

START_TEST(checks_what_is_granted)
{
    static const char *const bad[] = {
        "{user:'bob', roles:['moderators']}", "{user:'bob', roles:['a b']}",
        "{user:'bob', roles:['guest']}",      "{user:'bob', roles:['user']}",
        "{user:'bob', roles:['x.*y']}",
    };
    struct tokens ann, bob;

    start_with(ROLES);
    struct testkit_client *a = make("Ann", "admin", &ann);
    make("Bob", "", &bob);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        act(a, "set-roles", bad[i]);
        expect_wrong(a, "unknown_role");
    }
    act(a, "set-permissions", "{role:'a b', permissions:[]}");
    expect_wrong(a, "unknown_role");
    act(a, "set-permissions", "{role:'new', permissions:['x']}");
    expect_wrong(a, "bad_permission");
    act(a, "set-roles", "{user:'nobody', roles:[]}");
    expect_wrong(a, "not_found");
    ck_assert_str_eq(select_text("SELECT roles FROM users WHERE login = 'bob'"),
                     "");
    ck_assert_str_eq(select_text("SELECT count(*) FROM permissions"), "0");
    finish();
}
END_TEST

/* Nobody gives, takes or touches what is above them. */
START_TEST(stays_below_oneself)
{
    struct tokens ann, bob, eve;

    start_with(ROLES);
    struct testkit_client *a = make("Ann", "admin", &ann);
    struct testkit_client *b = make("Bob", "auth.roles moderator", &bob);
    make("Eve", "", &eve);
    act(b, "set-roles", "{user:'eve', roles:['admin']}");
    expect_wrong(b, "outranked");
    act(b, "set-roles", "{user:'eve', roles:['*']}");
    expect_wrong(b, "outranked");
    act(b, "set-roles", "{user:'eve', roles:['chief']}");
    expect_wrong(b, "outranked");
    act(b, "set-roles", "{user:'eve', roles:['moderator', 'auth.roles']}");
    expect_done(b, "{'<more>':true}");
    act(b, "set-roles", "{user:'ann', roles:[]}");
    expect_wrong(b, "outranked");
    act(b, "set-permissions", "{role:'moderator', permissions:['x.y']}");
    expect_wrong(b, "outranked");
    act(b, "set-roles", "{user:'bob', roles:['auth.roles', 'helper']}");
    expect_wrong(b, "outranked");

    /* And not out of one's own reach. */
    act(b, "set-roles", "{user:'bob', roles:['moderator']}");
    expect_wrong(b, "yourself");
    act(a, "set-roles", "{user:s, roles:['moderator']}", ann.user);
    expect_wrong(a, "yourself");
    act(a, "set-roles", "{user:s, roles:['auth.roles']}", ann.user);
    expect_done(a, "{'<more>':true}");
    act(a, "set-roles", "{user:s, roles:['admin']}", ann.user);
    expect_wrong(a, "outranked");
    finish();
}
END_TEST

START_TEST(keeps_the_last_way_in)
{
    struct tokens ann;

    start_with(", roles:{boss:[]}");
    struct testkit_client *a = make("Ann", "boss", &ann);
    act(a, "set-permissions", "{role:'boss', permissions:[]}");
    testkit_expect_ack(a, asked,
                       "{error:{code:'role_required', '<more>':true}}");
    select_text("INSERT INTO permissions VALUES('boss', 'auth.roles')");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    /* What the database says by other ways counts from the next sign-in. */
    sign_in(a, "Ann", &ann);
    act(a, "set-permissions", "{role:'boss', permissions:[]}");
    expect_wrong(a, "yourself");
    act(a, "set-permissions",
        "{role:'boss', permissions:['auth.roles', 'auth.roles']}");
    expect_done(a, "{'<more>':true}");
    finish();
}
END_TEST

/* Nor does the last one go away by deleting the account. */
START_TEST(keeps_the_last_account)
{
    const char *body = "{\"password\":\"" PASSWORD "\"}";
    struct tokens ann, bob;

    start_with(ROLES);
    make("Ann", "admin", &ann);
    struct testkit_client *b = make("Bob", "helper", &bob);
    expect_error(ask("DELETE /auth/me", ann.bearer, body), 409, "yourself");
    select_text("UPDATE users SET roles = 'auth.roles' WHERE login = 'bob'");
    testkit_expect_json(kit, ask("DELETE /auth/me", ann.bearer, body), 200,
                        "{ok:true}");
    expect_error(ask("DELETE /auth/me", bob.bearer, body), 409, "yourself");
    testkit_skip(b);
    finish();
}
END_TEST

/* A login that has looked before the roles were taken away comes to nothing
 * more. */
START_TEST(late_logins_have_no_old_roles)
{
    struct tokens ann, bob;

    start_with(ROLES GATE);
    struct testkit_client *a = make("Ann", "admin", &ann);
    make("Bob", "moderator", &bob);
    act(a, "set-roles", "{user:'bob', roles:[]}");
    expect_done(a, "{'<more>':true}");
    select_text("UPDATE users SET roles = 'moderator' WHERE login = 'bob'");
    struct testkit_client *b = join(NULL);
    sign_in(b, "Bob", &bob);
    expect_let_in(&bob, false);
    testkit_advance(kit, 60000);
    sign_in(b, "Bob", &bob);
    expect_let_in(&bob, true);
    finish();
}
END_TEST

TESTKIT_MAIN("roles", gates_know_permissions, refuses_wrong_settings,
             grants_at_once, grants_permissions_to_roles,
             checks_what_is_granted, stays_below_oneself, keeps_the_last_way_in,
             keeps_the_last_account, late_logins_have_no_old_roles)
