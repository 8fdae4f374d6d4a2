/* SPDX-License-Identifier: MIT */
/* Users of other issuers, who have no account here: what they are called, and
 * how they are kept out. */
#include "test/test_jwt.h"

/* After the above, which has what it needs. */
#include "test/test_admin.h"

#define ROLES                                                                  \
    ", roles:{admin:['*'], guard:['auth.ban', 'chat.mute'], "                  \
    "moderator:['chat.mute'], owner:['chat.delete']}"

/* The issuer, of which `more` is the rest, and somebody who asks for
 * profiles. */
static void start_visitors(const char *more)
{
    char config[1024];

    make_folder();
    snprintf(config, sizeof(config),
             "{plugins:[{name:'auth', path:s, settings:{%s" ROLES ", "
             "namespaces:{'/custom':'user'}, issuers:[{name:'idp', "
             "issuer:'" ISSUER "', audience:'chat', algorithm:'HS256', "
             "key:'" SECRET "', clockSkewSeconds:0, rolesClaim:'roles'%s}]}}, "
             "{name:'mailer', path:s}, {name:'echo', path:s}]}",
             SETTINGS, more);
    kit = testkit_start(config, PLUGIN, database, MAILER, ECHO);
}

static const char *token_of(const char *sub, const char *more)
{
    return sign_token(NULL, "HS256", claims_of(sub, more));
}

static struct testkit_client *enter(const char *token)
{
    struct testkit_client *client =
        testkit_connect(kit, "/custom", .auth = auth_of(token));

    testkit_skip(client);
    return client;
}

static void expect_profile(struct testkit_client *client, const char *user,
                           const char *profile)
{
    testkit_expect_ack(client, testkit_call(client, "profile", "s", user),
                       profile);
}

/* What the token says its name is, and what becomes of it. */
static void expect_name(const char *claim, const char *name)
{
    char more[512], profile[256];

    snprintf(more, sizeof(more), ",\"names\":{\"name\":%s}", claim);
    snprintf(profile, sizeof(profile), "{id:'idp:ann', name:%s, guest:false}",
             name);
    start_visitors(", nameClaim:['names', 'name']");
    struct testkit_client *asks = join(NULL);
    enter(token_of("ann", more));
    expect_profile(asks, "idp:ann", profile);
    finish();
}

START_TEST(has_a_name)
{
    expect_name("\"Ann Lee\"", "'Ann Lee'");
    expect_name("\"J\xc3\xb6rg\"", "'J\xc3\xb6rg'");
    expect_name("\"  Ann \\t\\n \\u00a0 Lee  \"", "'Ann Lee'");
    /* What cannot be seen, and what turns the text around it. */
    expect_name("\"A\\u0007n\\u200bn\\u202e\\ufeff\\udb40\\udc41\"", "'Ann'");
    expect_name("\"\\u200b \\u3164\"", "null");
    /* 32 bytes at most, and whole characters. */
    expect_name("\"a2345678901234567890123456789012345\"",
                "'a2345678901234567890123456789012'");
    expect_name("\"a234567890123456789012345678901\xc3\xb6\"",
                "'a234567890123456789012345678901'");
    expect_name("\"a234567890123456789012345678901 b\"",
                "'a234567890123456789012345678901'");
    expect_name("17", "null");
    expect_name("[\"Ann\"]", "null");
}
END_TEST

START_TEST(says_the_latest_name)
{
    start_visitors(", nameClaim:'name'");
    struct testkit_client *asks = join(NULL);
    expect_profile(asks, "idp:ann", "null");
    struct testkit_client *ann =
        enter(token_of("ann", ",\"name\":\"Ann\",\"roles\":[\"x\"]"));
    int number = testkit_request(
        kit, "GET /auth/me",
        .headers = bearer_of(token_of("ann", ",\"name\":\"Ann\"")));
    testkit_expect_json(kit, number, 200,
                        "{user:{id:'idp:ann', name:'Ann', '<more>':true}}");
    testkit_advance(kit, 60000);
    testkit_expect_ack(ann,
                       testkit_call(ann, "auth:token", "{token:s}",
                                    token_of("ann", ",\"name\":\"Anna\"")),
                       "{user:'idp:ann', '<more>':true}");
    expect_profile(asks, "idp:ann", "{id:'idp:ann', name:'Anna', guest:false}");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    expect_profile(asks, "idp:ann", "{id:'idp:ann', name:'Anna', guest:false}");
    finish();
}
END_TEST

/* Without the setting nobody has one. */
START_TEST(has_none_unasked)
{
    start_visitors("");
    struct testkit_client *asks = join(NULL);
    enter(token_of("ann", ",\"name\":\"Ann\""));
    expect_profile(asks, "idp:ann", "{id:'idp:ann', name:null, guest:false}");
    finish();
}
END_TEST

static void expect_banned(const char *token)
{
    testkit_expect_refused(testkit_try(kit, "/custom", .auth = auth_of(token)),
                           "Spam",
                           "{code:'banned', reason:'Spam', until:null}");
}

START_TEST(is_banned_by_id)
{
    struct tokens root;

    start_visitors("");
    struct testkit_client *a = make("Root", "admin", &root);
    struct testkit_client *ann = enter(token_of("ann", ""));
    struct testkit_client *bob = enter(token_of("bob", ""));
    act(a, "ban", "{user:'idp:ann', reason:'Spam'}");
    expect_done(a, "{ban:{id:1, kind:'user', subject:'idp:ann', name:null, "
                   "reason:'Spam', '<more>':true}}");
    testkit_expect(ann, "auth:ended",
                   "{code:'banned', reason:'Spam', until:null}");
    testkit_expect_disconnected(ann);
    testkit_expect_nothing(bob);
    /* Nor with another token, nor by HTTP, nor after a reload. */
    expect_banned(token_of("ann", ",\"roles\":[\"x\"]"));
    expect_taken(token_of("anna", ""));
    testkit_expect_ack(
        bob, testkit_call(bob, "auth:token", "{token:s}", token_of("ann", "")),
        "{error:{code:'banned', '<more>':true}}");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    expect_banned(token_of("ann", ""));
    act(a, "bans", "{subject:'idp:ann'}");
    expect_done(a, "{bans:[{id:1, '<more>':true}], next:null}");
    act(a, "unban", "{id:1}");
    expect_done(a, "{ban:{id:1, '<more>':true}}");
    expect_taken(token_of("ann", ""));
    ck_assert_str_eq(select_text("SELECT count(*) FROM audit WHERE"
                                 " user = 'idp:ann'"),
                     "2");
    finish();
}
END_TEST

START_TEST(is_no_other)
{
    char longest[256] = "idp:";
    struct tokens root;

    start_visitors("");
    struct testkit_client *a = make("Root", "admin", &root);
    act(a, "ban", "{user:'other:ann'}");
    expect_wrong(a, "bad_subject");
    act(a, "ban", "{user:'idp:'}");
    expect_wrong(a, "bad_subject");
    act(a, "ban", "{user:s}", "idp:\x01");
    expect_wrong(a, "bad_subject");
    act(a, "ban", "{user:':ann'}");
    expect_wrong(a, "bad_subject");
    memset(longest + 4, 'a', 161);
    act(a, "ban", "{user:s}", longest);
    expect_wrong(a, "bad_subject");
    longest[4 + 160] = '\0';
    act(a, "ban", "{user:s, reason:'Spam'}", longest);
    expect_done(a, "{ban:{id:1, subject:s, '<more>':true}}", longest);
    expect_banned(token_of(longest + 4, ""));
    /* As long as the hash of a device, and none. */
    longest[43] = '\0';
    char command[300];
    snprintf(command, sizeof(command), "auth ban %s", longest);
    int number = testkit_command(kit, command);
    testkit_advance(kit, 0);
    testkit_expect_value(
        kit, number, "{ban:{kind:'user', subject:s, '<more>':true}}", longest);
    finish();
}
END_TEST

/* Nobody acts against who may more; what the issuer calls somebody besides is
 * of no weight. */
START_TEST(may_outrank)
{
    struct tokens guard;

    start_visitors("");
    struct testkit_client *g = make("Guard", "guard", &guard);
    struct testkit_client *owner =
        enter(token_of("ann", ",\"roles\":[\"owner\"]"));
    enter(token_of("bob", ",\"roles\":[\"moderator\",\"offline_access\"]"));
    act(g, "ban", "{user:'idp:ann'}");
    expect_wrong(g, "outranked");
    testkit_expect_nothing(owner);
    act(g, "ban", "{user:'idp:bob'}");
    expect_done(g, "{ban:{id:1, '<more>':true}}");
    finish();
}
END_TEST

TESTKIT_MAIN("auth/visitors", has_a_name, says_the_latest_name,
             has_none_unasked, is_banned_by_id, is_no_other, may_outrank)
