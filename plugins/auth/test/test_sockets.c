/* SPDX-License-Identifier: MIT */
/* Sockets: who may join what, and for how long; reloads. */
#include "test/test_auth.h"

#define GATES  ", namespaces:{'/custom':'user'}, otherwise:'anyone'"
#define MINUTE 60000

/* Signs in over a socket in "/" and gives the tokens. */
static struct testkit_client *enter(const char *name, struct tokens *ret)
{
    struct testkit_client *client = join(NULL);

    sign_in(client, name, ret);
    return client;
}

/* The token of a guest, out of a cookie. */
static void guest_token(char *ret, size_t size)
{
    int number = ask("POST /auth/guest", NULL, "{\"cookie\":true}");
    testkit_expect_json(kit, number, 200,
                        "{user:{guest:true, name:null, '<more>':true}, "
                        "device:'<string>', '<more>':true}");
    const char *header = testkit_response_header(kit, number, "Set-Cookie");
    const char *value = strchr(header, '=') + 1;
    snprintf(ret, size, "%.*s", (int)strcspn(value, ";"), value);
}

START_TEST(guards_namespaces)
{
    char guest[64], auth[96], cookie[128];
    struct tokens ann;

    start_with(GATES);
    sign_up("Ann");
    enter("Ann", &ann);
    testkit_expect_refused(testkit_try(kit, "/custom"), "Sign in first.",
                           "{code:'login_required'}");
    guest_token(guest, sizeof(guest));
    snprintf(auth, sizeof(auth), "{\"token\":\"%s\"}", guest);
    testkit_expect_refused(testkit_try(kit, "/custom", .auth = auth),
                           "This needs an account.",
                           "{code:'account_required'}");
    testkit_connect(kit, "/custom", .auth = ann.auth);
    testkit_expect_refused(
        testkit_try(kit, "/custom", .auth = "{\"token\":\"made up\"}"),
        "This token is not good any more.", "{code:'invalid_token'}");
    testkit_expect_refused(testkit_try(kit, "/", .auth = "{\"token\":42}"),
                           "This token is not good any more.",
                           "{code:'invalid_token'}");
    /* The cookie serves too, but from pages of this server alone. */
    snprintf(cookie, sizeof(cookie), "Cookie: a=b; mortise_access=%s",
             ann.access);
    testkit_connect(kit, "/custom", .headers = cookie);
    snprintf(cookie, sizeof(cookie),
             "Cookie: mortise_access=%s\nOrigin: http://elsewhere", ann.access);
    testkit_expect_refused(testkit_try(kit, "/custom", .headers = cookie),
                           "Sign in first.", "{code:'login_required'}");
    finish();
}
END_TEST

START_TEST(guards_by_role)
{
    struct tokens ann, bob;

    start_with(", namespaces:{'/c*':'role:admin'}");
    sign_up("Ann");
    sign_up("Bob");
    select_text("UPDATE users SET roles = 'player admin' WHERE login = 'ann'");
    enter("Ann", &ann);
    enter("Bob", &bob);
    testkit_connect(kit, "/custom", .auth = ann.auth);
    testkit_expect_refused(testkit_try(kit, "/custom", .auth = bob.auth),
                           "You may not come in here.",
                           "{code:'role_required'}");
    /* A role that was taken away is gone with the next refresh. */
    struct testkit_client *a =
        testkit_connect(kit, "/custom", .auth = ann.auth);
    testkit_skip(a);
    select_text("UPDATE users SET roles = 'administrator' WHERE login = 'ann'");
    struct testkit_client *b = join(NULL);
    int number =
        testkit_call(b, "auth:refresh", "{refreshToken:s}", ann.refresh);
    testkit_advance(kit, 0);
    testkit_expect_ack(b, number,
                       "{user:{roles:['administrator'], "
                       "'<more>':true}, '<more>':true}");
    testkit_expect(a, "auth:ended", "{code:'role_required', '<more>':true}");
    testkit_expect_disconnected(a);
    finish();
}
END_TEST

START_TEST(warns_and_ends)
{
    struct tokens ann;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = enter("Ann", &ann), *other = join(NULL);
    int64_t began = testkit_now(kit);
    testkit_advance(kit, 14 * MINUTE - 1);
    testkit_expect_nothing(a);
    testkit_advance(kit, 1);
    testkit_expect(a, "auth:expiring", "{expires:I}", began + 15 * MINUTE);

    /* A refresh keeps it, with a warning of its own. */
    int number =
        testkit_call(a, "auth:refresh", "{refreshToken:s}", ann.refresh);
    testkit_advance(kit, 0);
    testkit_expect_ack(a, number, "{'<more>':true}");
    testkit_advance(kit, 14 * MINUTE - 1);
    testkit_expect_nothing(a);
    testkit_advance(kit, 1);
    testkit_expect(a, "auth:expiring", "{expires:I}", began + 29 * MINUTE);
    testkit_advance(kit, MINUTE);
    testkit_expect_disconnected(a);
    testkit_expect_nothing(other);
    finish();
}
END_TEST

/* Signed in by HTTP, while the socket was open; and the other way round. */
START_TEST(is_one_identity)
{
    struct tokens ann;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = join(NULL), *b = enter("Ann", &ann);
    int number = testkit_call(a, "auth:token", "{token:s}", ann.access);
    testkit_expect_ack(a, number, "{user:s, expires:'<number>'}", ann.user);
    number = testkit_call(a, "auth:token", "{token:'made up'}");
    testkit_expect_ack(a, number,
                       "{error:{code:'invalid_token', '<more>':true}}");
    testkit_expect_json(kit, ask("POST /auth/logout", ann.bearer, NULL), 200,
                        "{ok:true}");
    testkit_expect(a, "auth:ended", "{code:'signed-out', '<more>':true}");
    testkit_expect(b, "auth:ended", "{code:'signed-out', '<more>':true}");
    finish();
}
END_TEST

/* A session that somebody has planted is not the one that is signed in, and
 * its sockets learn nothing. */
START_TEST(begins_a_new_session)
{
    char guest[64], auth[96], bearer[96];
    struct tokens ann;

    start_with("");
    guest_token(guest, sizeof(guest));
    snprintf(auth, sizeof(auth), "{\"token\":\"%s\"}", guest);
    snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s", guest);
    struct testkit_client *planted = join(auth), *own = join(auth);
    testkit_expect_json(kit,
                        ask("POST /auth/register", bearer,
                            "{\"name\":\"Ann\",\"password\":\"" PASSWORD "\"}"),
                        201,
                        "{user:{guest:false, '<more>':true}, "
                        "'<more>':true}");
    testkit_expect(planted, "auth:ended", "{code:'signed-in', '<more>':true}");
    testkit_expect_disconnected(planted);
    testkit_expect_disconnected(own);
    expect_error(ask("GET /auth/me", bearer, NULL), 401, "invalid_token");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "1");

    /* Over a socket the one that signs in stays, and no other. */
    guest_token(guest, sizeof(guest));
    snprintf(auth, sizeof(auth), "{\"token\":\"%s\"}", guest);
    planted = join(auth);
    own = join(auth);
    sign_in(own, "Ann", &ann);
    testkit_expect(planted, "auth:ended", "{code:'signed-in', '<more>':true}");
    testkit_expect_nothing(own);
    testkit_expect_json(kit, ask("GET /auth/me", ann.bearer, NULL), 200,
                        "{'<more>':true}");
    finish();
}
END_TEST

/* A guest becomes an account without leaving; a session that somebody has
 * planted does not come along. */
START_TEST(registers_in_place)
{
    char guest[64], auth[96];

    start_with(", namespaces:{'/custom':'guest'}");
    guest_token(guest, sizeof(guest));
    snprintf(auth, sizeof(auth), "{\"token\":\"%s\"}", guest);
    struct testkit_client *planted = join(auth);
    struct testkit_client *own = testkit_connect(kit, "/custom", .auth = auth);
    testkit_skip(own);
    char user[32];
    snprintf(user, sizeof(user), "%s", select_text("SELECT id FROM users"));
    int number =
        testkit_call(own, "auth:register", "{name:'a', password:s}", PASSWORD);
    testkit_advance(kit, 0);
    testkit_expect_ack(own, number, "{error:{code:'bad_name', '<more>':true}}");
    number = testkit_call(own, "auth:register", "{name:'Ann', password:s}",
                          PASSWORD);
    testkit_advance(kit, 0);
    testkit_expect_ack(own, number,
                       "{user:{id:s, name:'Ann', guest:false, '<more>':true},"
                       " '<more>':true}",
                       user);
    testkit_expect(planted, "auth:ended", "{code:'signed-in', '<more>':true}");
    testkit_expect_disconnected(planted);
    testkit_expect_nothing(own);
    testkit_call(own, "auth:logout", ""); /* it belongs to the new one */
    testkit_advance(kit, 0);
    testkit_expect(own, "auth:ended", "{code:'signed-out', '<more>':true}");
    finish();
}
END_TEST

START_TEST(crosses_a_reload)
{
    struct tokens ann;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = enter("Ann", &ann);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_json(kit, ask("GET /auth/me", ann.bearer, NULL), 200,
                        "{'<more>':true}");
    testkit_advance(kit, 14 * MINUTE);
    testkit_expect(a, "auth:expiring", "{'<more>':true}");
    testkit_expect_json(kit, ask("POST /auth/logout", ann.bearer, NULL), 200,
                        "{ok:true}");
    testkit_expect(a, "auth:ended", "{code:'signed-out', '<more>':true}");
    testkit_expect_disconnected(a);
    finish();
}
END_TEST

/* A job that was asked for before and is done afterwards. */
START_TEST(logs_in_across_a_reload)
{
    start_with("");
    sign_up("Ann");
    int number = testkit_request(
        kit, "POST /auth/login", .headers = "Content-Type: application/json",
        .body = "{\"login\":\"Ann\",\"password\":\"" PASSWORD "\"}");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_json(kit, number, 200,
                        "{user:{name:'Ann', '<more>':true}, '<more>':true}");
    finish();
}
END_TEST

/* A state of another time, or none: the database is enough to go on. */
START_TEST(takes_any_state)
{
    struct tokens ann;

    start_with("");
    sign_up("Ann");
    enter("Ann", &ann);
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_DAMAGED);
    testkit_expect_no_reload(kit, PLUGIN, "damaged", "");
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_EMPTY);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_json(kit, ask("GET /auth/me", ann.bearer, NULL), 200,
                        "{'<more>':true}");
    finish();
}
END_TEST

TESTKIT_MAIN("auth/sockets", guards_namespaces, guards_by_role, warns_and_ends,
             is_one_identity, begins_a_new_session, registers_in_place,
             crosses_a_reload, logs_in_across_a_reload, takes_any_state)
