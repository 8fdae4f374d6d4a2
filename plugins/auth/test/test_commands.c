/* SPDX-License-Identifier: MIT */
/* What the operator can do: all, and it is written down. */
#include "test/test_admin.h"

#define ADMIN ", roles:{admin:['*']}"

static int order(const char *words, const char *input)
{
    int number = testkit_command(kit, words, .input = input);

    testkit_advance(kit, 0);
    return number;
}

START_TEST(makes_the_first_administrator)
{
    struct tokens ann;

    start_with(ADMIN);
    testkit_expect_value(kit, order("auth add-user Ann admin", PASSWORD),
                         "{user:'<string>'}");
    testkit_expect_done(kit, order("auth add-user ann", PASSWORD), 1,
                        "This name is taken.\n");
    testkit_expect_done(kit, order("auth add-user Bob admiral", PASSWORD), 1,
                        "No role is called \"admiral\": the setting \"roles\" "
                        "has none, nor was it given permissions.\n");
    testkit_expect_done(kit, order("auth add-user Bob", "short"), 1,
                        "The password is too short.\n");
    testkit_expect_value(kit, order("auth add-user bob@example.org", PASSWORD),
                         "{user:'<string>'}");
    struct testkit_client *a = join(NULL);
    sign_in(a, "Ann", &ann);
    act(a, "users", "{find:'bob@'}");
    expect_done(a, "{users:[{email:'bob@example.org', name:null, roles:[],"
                   " '<more>':true}], next:null}");
    ck_assert_str_eq(
        select_text("SELECT by FROM audit WHERE what = 'add-user'"),
        "operator");
    finish();
}
END_TEST

START_TEST(does_what_administrators_do)
{
    struct tokens bob;

    start_with(ADMIN);
    struct testkit_client *b = make("Bob", "", &bob);
    testkit_skip(b);
    testkit_expect_value(kit, order("auth set-roles bob 'admin x.y'", NULL),
                         "{user:s, roles:['admin', 'x.y']}", bob.user);
    act(b, "roles", "");
    expect_done(b, "{roles:'<array>'}");
    testkit_expect_value(kit,
                         order("auth set-permissions extra 'a.b c.*'", NULL),
                         "{role:'extra', permissions:['a.b', 'c.*']}");
    testkit_expect_value(kit, order("auth roles", NULL),
                         "{roles:['<any>', {role:'extra', settings:[],"
                         " granted:['a.b', 'c.*']}]}");
    testkit_expect_value(kit, order("auth ban 192.0.2.0/24 60 Flood", NULL),
                         "{ban:{kind:'address', reason:'Flood', by:null,"
                         " '<more>':true}}");
    testkit_expect_value(kit, order("auth ban bob 0 Spam", NULL),
                         "{ban:{kind:'user', subject:s, until:null,"
                         " '<more>':true}}",
                         bob.user);
    testkit_expect(b, "auth:ended", "{code:'banned', '<more>':true}");
    testkit_expect_disconnected(b);
    testkit_expect_value(kit, order("auth bans", NULL),
                         "{bans:['<any>', '<any>'], next:null}");
    testkit_expect_value(kit, order("auth unban 2", NULL), "{ban:'<object>'}");
    testkit_expect_done(kit, order("auth unban 2", NULL), 1,
                        "There is no such ban.\n");
    testkit_expect_value(kit, order("auth end-sessions bob", NULL),
                         "{user:s, ended:2}", bob.user);
    testkit_expect_value(kit, order("auth user bob", NULL),
                         "{user:{name:'Bob', '<more>':true}, ban:null,"
                         " sessions:[], '<more>':true}");
    testkit_expect_done(kit, order("auth users nobody", NULL), 0,
                        "There is none.\n");
    testkit_expect_value(kit, order("auth users bo", NULL),
                         "{users:['<any>'], next:null}");
    testkit_expect_value(kit, order("auth audit unban", NULL),
                         "{audit:[{by:'operator', address:null,"
                         " '<more>':true}], next:null}");
    finish();
}
END_TEST

START_TEST(keeps_accounts)
{
    struct tokens bob;

    start_with("");
    struct testkit_client *b = make("Bob", "", &bob);
    testkit_skip(b);
    testkit_expect_value(kit, order("auth set-password bob", "another horse"),
                         "{user:s, ended:2}", bob.user);
    testkit_expect(b, "auth:ended", "{code:'password-changed', '<more>':true}");
    testkit_expect_disconnected(b);
    struct testkit_client *n = join(NULL);
    testkit_expect_ack(n, login_over(n, "Bob", PASSWORD),
                       "{error:{code:'wrong_login', '<more>':true}}");
    testkit_expect_ack(n, login_over(n, "Bob", "another horse"),
                       "{'<more>':true}");
    testkit_expect_value(kit, order("auth delete-user bob", NULL),
                         "{user:s, ended:1}", bob.user);
    testkit_expect(n, "auth:ended", "{code:'account-deleted', '<more>':true}");
    testkit_expect_done(kit, order("auth delete-user bob", NULL), 1,
                        "There is no such user.\n");
    testkit_expect_done(kit, order("auth set-password bob", "another horse"), 1,
                        "There is no such account; guests have no password.\n");
    finish();
}
END_TEST

/* Long lists are read beside whoever writes. */
START_TEST(lists_while_others_write)
{
    sqlite3 *db = NULL;

    start_with(ADMIN);
    sign_up("Ann");
    ck_assert_int_eq(sqlite3_open(database, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    testkit_expect_value(kit, order("auth users", NULL),
                         "{users:[{name:'Ann', '<more>':true}], next:null}");
    testkit_expect_value(kit, order("auth bans", NULL), "{bans:[], next:null}");
    testkit_expect_value(kit, order("auth audit", NULL),
                         "{audit:['<any>'], next:null}");
    sqlite3_close(db);
    finish();
}
END_TEST

TESTKIT_MAIN("commands", lists_while_others_write,
             makes_the_first_administrator, does_what_administrators_do,
             keeps_accounts)
