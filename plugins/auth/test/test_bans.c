/* SPDX-License-Identifier: MIT */
/* Bans: of whom, at which doors, since when and until when. */
#include "test/test_admin.h"

#define ADMIN  ", roles:{admin:['*'], guard:['auth.ban']}"
#define MINUTE 60000

/* Bans over the socket of an administrator. */
static void ban(struct testkit_client *admin, const char *args)
{
    act(admin, "ban", args);
    expect_done(admin, "{ban:{'<more>':true}}");
}

static void lift(struct testkit_client *admin)
{
    int64_t id = testkit_got_int(admin, "0.ban.id");

    act(admin, "unban", "{id:I}", id);
    expect_done(admin, "{ban:{id:I, '<more>':true}}", id);
}

static int from(const char *address, const char *request, const char *body)
{
    int number = testkit_request(kit, request, .address = address,
                                 .headers = "Content-Type: application/json",
                                 .body = body);

    testkit_advance(kit, 0);
    return number;
}

START_TEST(bans_an_account)
{
    struct tokens ann, bob, eve;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    struct testkit_client *b = make("Bob", "", &bob);
    struct testkit_client *e = make("Eve", "", &eve);
    struct testkit_client *other =
        testkit_connect(kit, "/custom", .auth = bob.auth);
    testkit_skip(b);
    testkit_skip(other);
    testkit_skip(e);
    int64_t until = testkit_now(kit) + MINUTE;
    act(a, "ban", "{user:'bob', reason:'Spam', seconds:60}");
    expect_done(a,
                "{ban:{id:1, kind:'user', subject:s, name:null, reason:'Spam',"
                " until:I, created:I, by:s}}",
                bob.user, until, until - MINUTE, ann.user);

    /* His sockets, and no others. */
    testkit_expect(b, "auth:ended", "{code:'banned', reason:'Spam', until:I}",
                   until);
    testkit_expect_disconnected(b);
    testkit_expect(other, "auth:ended",
                   "{code:'banned', reason:'Spam', until:I}", until);
    testkit_expect_disconnected(other);
    testkit_expect_nothing(e);

    /* No door is open: tokens, refresh, routes, and the right password. */
    testkit_expect_refused(testkit_try(kit, "/", .auth = bob.auth), "Spam",
                           "{code:'banned', reason:'Spam', until:I}", until);
    expect_error(ask("GET /auth/me", bob.bearer, NULL), 403, "banned");
    expect_error(ask("POST /auth/refresh", NULL,
                     testkit_json(kit, "{refreshToken:s}", bob.refresh)),
                 403, "banned");
    struct testkit_client *n = join(NULL);
    int number = login_over(n, "Bob", PASSWORD);
    testkit_expect_ack(n, number,
                       "{error:{code:'banned', message:'Spam', data:"
                       "{code:'banned', reason:'Spam', until:I}}}",
                       until);
    /* Whoever does not know the password is told nothing. */
    number = login_over(n, "Bob", "something else");
    testkit_expect_ack(n, number,
                       "{error:{code:'wrong_login', '<more>':true}}");
    ck_assert_str_eq(select_text("SELECT count(*) FROM sessions s JOIN users u"
                                 " ON u.id = s.user WHERE u.login = 'bob'"),
                     "2"); /* those there were before */

    /* It ends by itself, and the session goes on. */
    testkit_advance(kit, MINUTE - 1);
    testkit_expect_refused(testkit_try(kit, "/", .auth = bob.auth), "Spam",
                           "{'<more>':true}");
    testkit_advance(kit, 1);
    testkit_disconnect(testkit_connect(kit, "/", .auth = bob.auth));
    finish();
}
END_TEST

START_TEST(bans_for_good_until_lifted)
{
    struct tokens ann, bob;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    make("Bob", "", &bob);
    ban(a, "{user:'bob'}");
    testkit_expect_refused(testkit_try(kit, "/", .auth = bob.auth),
                           "You are banned.",
                           "{code:'banned', reason:null, until:null}");
    testkit_advance(kit, 10 * MINUTE);
    testkit_expect_refused(testkit_try(kit, "/", .auth = bob.auth),
                           "You are banned.", "{'<more>':true}");

    /* A later one takes its place. */
    ban(a, "{user:'bob', reason:'Again'}");
    testkit_expect_refused(testkit_try(kit, "/", .auth = bob.auth), "Again",
                           "{'<more>':true}");
    lift(a);
    testkit_disconnect(testkit_connect(kit, "/", .auth = bob.auth));
    act(a, "unban", "{id:2}");
    expect_wrong(a, "not_found");
    finish();
}
END_TEST

START_TEST(bans_addresses)
{
    static const struct {
        const char *range, *in, *out;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7", "192.0.2.8"},
        {"192.0.2.7", "::ffff:192.0.2.7", "::ffff:192.0.2.8"},
        {"192.0.2.99/24", "192.0.2.1", "192.0.3.1"},
        {"10.1.0.0/15", "10.0.255.255", "10.2.0.0"},
        {"::ffff:192.0.2.0/120", "192.0.2.9", "192.0.1.9"},
        {"2001:DB8::/32", "2001:db8:1::1", "2001:db9::1"},
        {"2001:db8::1", "2001:db8:0:0::1", "2001:db8::2"},
        {"fe80::/16", "fe80::1%eth0", "fe81::1"},
        {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
        {"0:0:0:0::/64", "::1", "192.0.2.7"},
    };
    struct tokens ann;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct testkit_client *in =
            testkit_connect(kit, "/", .address = rows[i].in);
        struct testkit_client *out =
            testkit_connect(kit, "/custom", .address = rows[i].out);
        testkit_skip(in);
        testkit_skip(out);
        act(a, "ban", "{address:s}", rows[i].range);
        expect_done(a, "{ban:{kind:'address', '<more>':true}}");
        testkit_expect(in, "auth:ended",
                       "{code:'banned', reason:null, until:null}");
        testkit_expect_disconnected(in);
        testkit_expect_nothing(out);
        testkit_expect_refused(testkit_try(kit, "/", .address = rows[i].in),
                               "You are banned.", "{'<more>':true}");
        testkit_disconnect(testkit_connect(kit, "/", .address = rows[i].out));
        testkit_disconnect(out);
        lift(a);
        testkit_disconnect(testkit_connect(kit, "/", .address = rows[i].in));
    }
    finish();
}
END_TEST

START_TEST(closes_the_routes_to_addresses)
{
    const char *account = "{\"name\":\"Bob\",\"password\":\"" PASSWORD "\"}";
    const char *login = "{\"login\":\"Ann\",\"password\":\"" PASSWORD "\"}";
    struct tokens ann;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    ban(a, "{address:'192.0.2.0/24', reason:'Flood'}");
    expect_error(from("192.0.2.1", "POST /auth/guest", "{}"), 403, "banned");
    expect_error(from("192.0.2.1", "POST /auth/register", account), 403,
                 "banned");
    expect_error(from("192.0.2.1", "POST /auth/login", login), 403, "banned");
    expect_error(from("192.0.2.1", "POST /auth/reset", login), 403, "banned");
    testkit_expect_json(kit, from("192.0.3.1", "POST /auth/login", login), 200,
                        "{'<more>':true}");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "1");
    finish();
}
END_TEST

START_TEST(takes_no_wrong_bans)
{
    static const struct {
        const char *args, *code;
    } rows[] = {
        {"{}", "bad_subject"},
        {"{user:'bob', address:'192.0.2.1'}", "bad_subject"},
        {"{device:'short'}", "bad_subject"},
        {"{address:'here'}", "bad_address"},
        {"{address:'192.0.2.1/33'}", "bad_address"},
        {"{address:'192.0.2.1/'}", "bad_address"},
        {"{address:'192.0.2.1/-1'}", "bad_address"},
        {"{address:'192.0.2'}", "bad_address"},
        {"{address:'0.0.0.0/0'}", "bad_address"},
        {"{address:'::/0'}", "bad_address"},
        {"{address:'2001:db8::/129'}", "bad_address"},
        {"{user:'bob', seconds:-1}", "bad_time"},
        {"{user:'bob', until:1}", "bad_time"},
        {"{user:'nobody'}", "not_found"},
        {"{user:'ann'}", "yourself"},
        {"{address:'127.0.0.0/8'}", "yourself"},
    };
    struct tokens ann, bob;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    struct testkit_client *b = make("Bob", "guard", &bob);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        act(a, "ban", rows[i].args);
        expect_wrong(a, rows[i].code);
    }
    /* Whoever may more is out of reach. */
    act(b, "ban", "{user:'ann'}");
    expect_wrong(b, "outranked");
    ck_assert_str_eq(select_text("SELECT count(*) FROM bans"), "0");
    ban(a, "{user:'bob'}");
    testkit_expect_disconnected(b);
    finish();
}
END_TEST

START_TEST(bans_a_device)
{
    struct tokens ann, bob;
    char device[48], token[96], hash[48];
    const char *body;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    struct testkit_client *b = join(NULL);
    sign_up("Bob");
    int number =
        testkit_call(b, "auth:login",
                     "{login:'Bob', password:s, device:'a phone'}", PASSWORD);
    testkit_advance(kit, 0);
    testkit_expect_ack(b, number, "{'<more>':true}");
    read_tokens(b, &bob);
    act(a, "user", "{user:'bob'}");
    expect_done(a,
                "{user:{id:s, name:'Bob', email:null, guest:false,"
                " roles:[]}, permissions:[], ban:null,"
                " sessions:['<object>', '<object>']}",
                bob.user);
    snprintf(hash, sizeof(hash), "%s",
             select_text("SELECT device FROM sessions WHERE device NOTNULL"));
    act(a, "ban", "{device:s}", hash);
    expect_done(a, "{ban:{kind:'device', subject:s, '<more>':true}}", hash);
    testkit_expect(b, "auth:ended", "{code:'banned', '<more>':true}");
    testkit_expect_disconnected(b);

    /* Whoever comes from it, but not from elsewhere. */
    body = testkit_json(kit, "{login:'Ann', password:s, device:'a phone'}",
                        PASSWORD);
    expect_error(ask("POST /auth/login", NULL, body), 403, "banned");
    body = testkit_json(kit, "{login:'Bob', password:s, device:'a tablet'}",
                        PASSWORD);
    testkit_expect_json(kit, ask("POST /auth/login", NULL, body), 200,
                        "{'<more>':true}");

    /* A guest's device is its secret, and stays with the account. */
    struct testkit_client *g = join(NULL);
    number = ask("POST /auth/guest", NULL, "{\"cookie\":true}");
    testkit_expect_json(kit, number, 200, "{'<more>':true}");
    const char *cookie = testkit_response_header(kit, number, "Set-Cookie");
    const char *value = strchr(cookie, '=') + 1;
    snprintf(token, sizeof(token), "%.*s", (int)strcspn(value, ";"), value);
    number = testkit_call(g, "auth:token", "{token:s}", token);
    testkit_expect_ack(g, number, "{'<more>':true}");
    snprintf(device, sizeof(device), "%s",
             select_text("SELECT device FROM users WHERE device IS NOT NULL"));
    act(a, "ban", "{device:s}", device);
    expect_done(a, "{ban:{'<more>':true}}");
    testkit_expect(g, "auth:ended", "{code:'banned', '<more>':true}");
    finish();
}
END_TEST

START_TEST(says_the_one_that_lasts)
{
    struct tokens ann, bob;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    make("Bob", "", &bob);
    ban(a, "{user:'bob', reason:'short', seconds:60}");
    ban(a, "{address:'192.0.2.0/24', reason:'longer', seconds:120}");
    ban(a, "{address:'192.0.2.1', reason:'shortest', seconds:30}");
    testkit_expect_refused(
        testkit_try(kit, "/", .auth = bob.auth, .address = "192.0.2.1"),
        "longer", "{'<more>':true}");
    act(a, "bans", "{}");
    expect_done(a, "{bans:[{reason:'short', name:'Bob', '<more>':true},"
                   " {reason:'longer', '<more>':true},"
                   " {reason:'shortest', '<more>':true}], next:null}");
    testkit_advance(kit, MINUTE);
    act(a, "bans", "{}");
    expect_done(a, "{bans:[{reason:'longer', '<more>':true}], next:null}");
    testkit_advance(kit, 10 * MINUTE);
    ck_assert_str_eq(select_text("SELECT count(*) FROM bans"), "0");
    finish();
}
END_TEST

START_TEST(outlives_reloads_and_restarts)
{
    struct tokens ann, bob;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    struct testkit_client *anon =
        testkit_connect(kit, "/", .address = "192.0.2.9");
    testkit_skip(anon);
    make("Bob", "", &bob);
    ban(a, "{user:'bob', reason:'Spam'}");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_refused(testkit_try(kit, "/", .auth = bob.auth), "Spam",
                           "{'<more>':true}");
    /* Those who were there are still known. */
    ban(a, "{address:'192.0.2.9'}");
    testkit_expect(anon, "auth:ended", "{code:'banned', '<more>':true}");
    testkit_free(kit);
    kit = testkit_start("{plugins:[{name:'auth', path:s, settings:"
                        "{development:true, database:s}},"
                        " {name:'echo', path:s}]}",
                        PLUGIN, database, ECHO);
    testkit_expect_refused(testkit_try(kit, "/", .auth = bob.auth), "Spam",
                           "{'<more>':true}");
    testkit_expect_refused(testkit_try(kit, "/", .address = "192.0.2.9"),
                           "You are banned.", "{'<more>':true}");
    finish();
}
END_TEST

/* Whoever is banned while their login is under way gets no tokens. */
START_TEST(meets_logins_that_are_under_way)
{
    struct tokens ann, bob;

    start_with(ADMIN);
    struct testkit_client *a = make("Ann", "admin", &ann);
    make("Bob", "", &bob);
    struct testkit_client *n = join(NULL);
    asked = testkit_call(a, "auth:admin:ban", "{user:'bob'}");
    int number =
        testkit_call(n, "auth:login", "{login:'Bob', password:s}", PASSWORD);
    testkit_advance(kit, 0);
    testkit_expect_ack(n, number, "{error:{code:'banned', '<more>':true}}");
    finish();
}
END_TEST

/* Whatever fails: who is banned in the database is put out, or the ban is not
 * there. */
START_TEST(survives_short_memory)
{
    struct tokens ann, bob;
    int failed = 1;

    for (int n = 1; failed; n++) {
        start_with(ADMIN);
        struct testkit_client *a = make("Ann", "admin", &ann);
        struct testkit_client *b = make("Bob", "", &bob);
        testkit_skip(b);
        asked = testkit_call(a, "auth:admin:ban", "{user:'bob'}");
        testkit_fail_allocation(kit, n);
        testkit_advance(kit, 0);
        failed = testkit_allocation_failed(kit);
        if (!failed)
            testkit_expect(b, "auth:ended", "{code:'banned', '<more>':true}");
        if (strcmp(select_text("SELECT count(*) FROM bans"), "1") == 0)
            testkit_expect_disconnected(b);
        testkit_skip_log(kit);
        finish();
        ck_assert_int_lt(n, 1000);
    }
}
END_TEST

TESTKIT_MAIN("bans", bans_an_account, bans_for_good_until_lifted,
             bans_addresses, closes_the_routes_to_addresses,
             takes_no_wrong_bans, bans_a_device, says_the_one_that_lasts,
             outlives_reloads_and_restarts, meets_logins_that_are_under_way,
             survives_short_memory)
