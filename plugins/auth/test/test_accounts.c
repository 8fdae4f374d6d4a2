/* SPDX-License-Identifier: MIT */
/* Accounts: names, passwords, what is kept and how. */
#include "test/test_auth.h"

START_TEST(registers_and_logs_in)
{
    start_with("");
    testkit_expect_json(
        kit,
        ask("POST /auth/register", NULL,
            "{\"name\":\"Ann\",\"email\":\"Ann@Example.org\","
            "\"password\":\"" PASSWORD "\"}"),
        201,
        "{user:{id:'<string>', name:'Ann', display:'Ann', "
        "email:'ann@example.org', guest:false, roles:[]}, session:'<string>', "
        "accessToken:'<string>', "
        "expires:I, refreshToken:'<string>', refreshExpires:'<number>', "
        "csrfToken:null, device:null}",
        testkit_now(kit) + 900 * 1000);
    static const char *const logins[] = {"Ann", "ANN", "ann@example.org",
                                         "ANN@EXAMPLE.ORG"};
    for (int i = 0; i < 4; i++)
        testkit_expect_json(
            kit,
            ask("POST /auth/login", NULL,
                testkit_json(kit, "{login:s, password:s}", logins[i],
                             PASSWORD)),
            200, "{user:{name:'Ann', '<more>':true}, '<more>':true}");
    expect_error(ask("POST /auth/login", NULL,
                     "{\"login\":\"Ann\",\"password\":\"correct hors\"}"),
                 401, "wrong_login");
    finish();
}
END_TEST

START_TEST(takes_each_name_once)
{
    start_with("");
    sign_up("Ann");
    expect_error(ask("POST /auth/register", NULL,
                     "{\"name\":\"aNN\",\"password\":\"" PASSWORD "\"}"),
                 409, "name_taken");
    testkit_expect_json(kit,
                        ask("POST /auth/register", NULL,
                            "{\"email\":\"a@b.org\",\"password\":\"" PASSWORD
                            "\"}"),
                        201, "{'<more>':true}");
    expect_error(ask("POST /auth/register", NULL,
                     "{\"email\":\"A@B.ORG\",\"password\":\"" PASSWORD "\"}"),
                 409, "email_taken");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "2");
    finish();
}
END_TEST

static const struct {
    const char *body, *code;
} refused[] = {
    {"{\"password\":\"" PASSWORD "\"}", "bad_name"},
    {"{\"name\":\"An\",\"password\":\"" PASSWORD "\"}", "bad_name"},
    {"{\"name\":\"_nn\",\"password\":\"" PASSWORD "\"}", "bad_name"},
    {"{\"name\":\"An n\",\"password\":\"" PASSWORD "\"}", "bad_name"},
    {"{\"name\":\"Ann@x\",\"password\":\"" PASSWORD "\"}", "bad_name"},
    {"{\"name\":\"\xc3\x84nn\",\"password\":\"" PASSWORD "\"}", "bad_name"},
    {"{\"name\":\"123456789012345678901234567890123\",\"password\":\"" PASSWORD
     "\"}",
     "bad_name"},
    {"{\"email\":\"ann\",\"password\":\"" PASSWORD "\"}", "bad_email"},
    {"{\"email\":\"ann@b\",\"password\":\"" PASSWORD "\"}", "bad_email"},
    {"{\"email\":\"a@b..org\",\"password\":\"" PASSWORD "\"}", "bad_email"},
    {"{\"email\":\"a\\u0000@b.org\",\"password\":\"" PASSWORD "\"}",
     "bad_name"},
    {"{\"name\":\"Ann\"}", "missing_argument"},
    {"{\"name\":\"Ann\",\"password\":\"1234567\"}", "bad_password"},
    {"{\"name\":\"Ann\",\"password\":\"Password123\"}", "bad_password"},
    {"{\"name\":\"Ann\",\"password\":\"qqqqqqqqqqqq\"}", "bad_password"},
    {"{\"name\":\"LongEnough\",\"password\":\"longenough\"}", "bad_password"},
    {"{\"name\":\"Ann\",\"password\":12345678}", "missing_argument"},
    /* Four characters of two bytes each. */
    {"{\"name\":\"Ann\",\"password\":\"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\"}",
     "bad_password"},
};

START_TEST(refuses_names_and_passwords)
{
    start_with("");
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        expect_error(ask("POST /auth/register", NULL, refused[i].body), 422,
                     refused[i].code);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "0");
    finish();
}
END_TEST

START_TEST(refuses_what_is_no_json)
{
    start_with("");
    expect_error(ask("POST /auth/login", NULL, "{\"login\":\"A"), 400,
                 "bad_json");
    expect_error(ask("POST /auth/login", NULL, "[]"), 400, "bad_json");
    expect_error(ask("POST /auth/login", NULL, ""), 400, "bad_json");
    expect_error(ask("POST /auth/login", NULL,
                     "{\"login\":\"\xff\xfe\",\"password\":\"x\"}"),
                 400, "bad_json");
    int number = testkit_request(kit, "POST /auth/login",
                                 .headers = "Content-Type: text/plain",
                                 .body = "{\"login\":\"a\"}");
    expect_error(number, 415, "no_json");
    finish();
}
END_TEST

START_TEST(keeps_hashes_only)
{
    struct tokens ann;
    char sql[512];

    start_with("");
    sign_up("Ann");
    sign_in(join(NULL), "Ann", &ann);
    ck_assert_ptr_nonnull(strstr(select_text("SELECT password FROM users"),
                                 "$argon2id$v=19$m=8,t=1,p=1$"));
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM sessions WHERE access = '%s' OR "
             "refresh = '%s' OR access LIKE '%%%.10s%%'",
             ann.access, ann.refresh, ann.access);
    ck_assert_str_eq(select_text(sql), "0");
    ck_assert_ptr_null(strstr(testkit_log(kit), PASSWORD));
    ck_assert_ptr_null(strstr(testkit_log(kit), ann.access));
    finish();
}
END_TEST

/* Other parameters in the settings: the next login hashes anew. */
START_TEST(hashes_anew)
{
    struct tokens ann;

    start_with("");
    sign_up("Ann");
    testkit_reconfigure(
        kit,
        "{plugins:[{name:'auth', path:s, settings:{development:true, "
        "database:s, passwords:{memoryKiB:16, passes:2}}}, "
        "{name:'echo', path:s}]}",
        PLUGIN, database, ECHO);
    testkit_advance(kit, 0);
    sign_in(join(NULL), "Ann", &ann);
    ck_assert_ptr_nonnull(
        strstr(select_text("SELECT password FROM users"), "$m=16,t=2,p=1$"));
    sign_in(join(NULL), "Ann", &ann);
    finish();
}
END_TEST

START_TEST(changes_the_password)
{
    struct tokens here, there;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = join(NULL), *b = join(NULL);
    sign_in(a, "Ann", &here);
    sign_in(b, "Ann", &there);
    expect_error(ask("POST /auth/password", here.bearer,
                     "{\"password\":\"wrong\",\"newPassword\":\"battery "
                     "staple\"}"),
                 403, "wrong_password");
    expect_error(ask("POST /auth/password", here.bearer,
                     "{\"password\":\"" PASSWORD
                     "\",\"newPassword\":\"password\"}"),
                 422, "bad_password");
    expect_error(ask("POST /auth/password", NULL, "{}"), 401, "login_required");
    testkit_expect_nothing(b);

    testkit_expect_json(kit,
                        ask("POST /auth/password", here.bearer,
                            "{\"password\":\"" PASSWORD
                            "\",\"newPassword\":\"battery staple\"}"),
                        200, "{ok:true}");
    testkit_expect(b, "auth:ended",
                   "{code:'password-changed', reason:'<string>'}");
    testkit_expect_disconnected(b);
    testkit_expect_nothing(a);
    expect_error(ask("GET /auth/me", there.bearer, NULL), 401, "invalid_token");
    testkit_expect_json(kit, ask("GET /auth/me", here.bearer, NULL), 200,
                        "{'<more>':true}");
    testkit_expect_ack(a, login_over(a, "Ann", PASSWORD),
                       "{error:{code:'wrong_login', '<more>':true}}");
    testkit_expect_ack(a, login_over(a, "Ann", "battery staple"),
                       "{'<more>':true}");
    finish();
}
END_TEST

START_TEST(deletes_the_account)
{
    struct tokens ann;

    start_with("");
    sign_up("Ann");
    struct testkit_client *a = join(NULL), *other = join(NULL);
    sign_in(a, "Ann", &ann);
    expect_error(ask("DELETE /auth/me", ann.bearer, "{\"password\":\"no\"}"),
                 403, "wrong_password");
    testkit_expect_json(
        kit,
        ask("DELETE /auth/me", ann.bearer, "{\"password\":\"" PASSWORD "\"}"),
        200, "{ok:true}");
    testkit_expect(a, "auth:ended", "{code:'account-deleted', '<more>':true}");
    testkit_expect_disconnected(a);
    testkit_expect_nothing(other);
    expect_error(ask("GET /auth/me", ann.bearer, NULL), 401, "invalid_token");
    ck_assert_str_eq(select_text("SELECT (SELECT count(*) FROM users) + "
                                 "(SELECT count(*) FROM sessions)"),
                     "0");
    ck_assert_str_eq(
        select_text("SELECT count(*) FROM audit WHERE address IS NOT NULL "
                    "AND user IS NOT NULL"),
        "0");
    sign_up("Ann"); /* the name is free again */
    finish();
}
END_TEST

/* Other plugins hear of it, whoever has deleted it; the log has what failed. */
START_TEST(others_forget_the_account)
{
    struct tokens ann;
    char config[1024], id[40];

    make_folder();
    snprintf(config, sizeof(config),
             "{plugins:[{name:'auth', path:s, settings:{%s, "
             "forget:['mailer.refuse', 'mailer.forget', 'no.forget']}}, "
             "{name:'echo', path:s}, {name:'mailer', path:s}]}",
             SETTINGS);
    kit = testkit_start(config, PLUGIN, database, ECHO, MAILER);
    sign_up("Ann");
    sign_up("Bob");
    struct testkit_client *a = join(NULL), *other = join(NULL);
    sign_in(a, "Ann", &ann);
    snprintf(id, sizeof(id), "%s",
             select_text("SELECT id FROM users WHERE name = 'Ann'"));
    expect_error(ask("DELETE /auth/me", ann.bearer, "{\"password\":\"no\"}"),
                 403, "wrong_password");
    testkit_expect_nothing(other);
    testkit_expect_json(
        kit,
        ask("DELETE /auth/me", ann.bearer, "{\"password\":\"" PASSWORD "\"}"),
        200, "{ok:true}");
    testkit_expect(other, "forget", "s", id);
    testkit_expect_log(kit, "mailer.refuse was not told: Not now.");
    testkit_expect_log(kit, "no.forget was not told: nobody offers it");
    snprintf(id, sizeof(id), "%s",
             select_text("SELECT id FROM users WHERE name = 'Bob'"));
    testkit_command(kit, "auth delete-user bob");
    testkit_advance(kit, 0);
    testkit_expect(other, "forget", "s", id);
    testkit_expect_log(kit, "mailer.refuse was not told: Not now.");
    testkit_expect_log(kit, "no.forget was not told: nobody offers it");
    testkit_expect_nothing(other);
    finish();
}
END_TEST

START_TEST(exports_what_is_kept)
{
    struct tokens ann;

    start_with("");
    sign_up("Ann");
    testkit_advance(kit, 1); /* sessions are listed by their last use */
    sign_in(join(NULL), "Ann", &ann);
    testkit_expect_json(
        kit, ask("GET /auth/export", ann.bearer, NULL), 200,
        "{user:{id:s, name:'Ann', display:'Ann', email:null, "
        "guest:false, roles:[], created:'<number>', used:'<number>'}, "
        "sessions:[{id:s, current:true, '<more>':true}, "
        "'<more>'], audit:[{what:'register', at:'<number>', "
        "address:'127.0.0.1', detail:'Ann'}, {what:'login', '<more>':true}]}",
        ann.user, ann.session);
    testkit_expect_json(kit, ask("GET /auth/me", ann.bearer, NULL), 200,
                        "{user:{id:s, '<more>':true}}", ann.user);
    finish();
}
END_TEST

START_TEST(wants_a_secret)
{
    make_folder();
    testkit_expect_no_load(PLUGIN, "\"secret\" is not there", "{database:s}",
                           database);
    testkit_expect_no_load(PLUGIN, "fewer than 32",
                           "{database:s, secret:'short'}", database);
    testkit_expect_no_load(
        PLUGIN, "the one of the example",
        "{database:s, "
        "secret:'change-me: 32 or more characters from a random source'}",
        database);
    testkit_expect_no_load(PLUGIN, "whole number from 8192",
                           "{database:s, passwords:{memoryKiB:8}, "
                           "secret:'0123456789abcdef0123456789abcdef'}",
                           database);
    testkit_expect_no_load(PLUGIN, "\"nobody\" is none of",
                           "{database:s, development:true, "
                           "namespaces:{'/x':'nobody'}}",
                           database);
    ck_assert_int_ne(access(database, F_OK), 0); /* nothing was touched */
    ck_assert_int_eq(chdir(folder), 0);
    kit = testkit_load(PLUGIN, "{database:'auth.db', "
                               "secret:'0123456789abcdef0123456789abcdef'}");
    testkit_expect_log(kit, "\"database\" is \"auth.db\"");
    testkit_free(kit);
    kit = testkit_load(
        PLUGIN, "{database:s, secret:'0123456789abcdef0123456789abcdef'}",
        database);
    finish();
}
END_TEST

/* The tables are made once, and a file of something else is left alone. */
START_TEST(knows_its_layout)
{
    start_with("");
    sign_up("Ann");
    ck_assert_str_eq(select_text("PRAGMA user_version"), "3");
    testkit_free(kit);
    kit = testkit_load(PLUGIN, "{development:true, database:s}", database);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "1");
    testkit_free(kit);
    select_text("PRAGMA user_version = 7");
    testkit_expect_no_load(PLUGIN, "newer layout",
                           "{development:true, database:s}", database);
    select_text("PRAGMA application_id = 7");
    testkit_expect_no_load(PLUGIN, "something else",
                           "{development:true, database:s}", database);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "1");
    kit = NULL;
    finish();
}
END_TEST

/* Whoever has misnamed a member is told so, and not that a password is wrong.
 */
START_TEST(names_what_is_missing)
{
    static const struct {
        const char *request, *body, *missing;
    } rows[] = {
        {"POST /auth/login", "{\"username\":\"a\",\"password\":\"b\"}",
         "login"},
        {"POST /auth/login", "{\"login\":\"a\",\"password\":7}", "password"},
        {"POST /auth/register", "{\"name\":\"Bob\"}", "password"},
        {"POST /auth/reset", "{\"email\":\"a@b.example\"}", "login"},
        {"POST /auth/reset/confirm", "{\"login\":\"a\",\"newPassword\":\"b\"}",
         "code"},
    };
    char message[64];

    start_with("");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(message, sizeof(message), "\"%s\" is missing, or no text.",
                 rows[i].missing);
        testkit_expect_json(kit, ask(rows[i].request, NULL, rows[i].body), 422,
                            "{error:{code:'missing_argument', message:s}}",
                            message);
    }
    finish();
}
END_TEST

TESTKIT_MAIN("auth/accounts", registers_and_logs_in, takes_each_name_once,
             refuses_names_and_passwords, refuses_what_is_no_json,
             keeps_hashes_only, hashes_anew, changes_the_password,
             deletes_the_account, others_forget_the_account,
             exports_what_is_kept, wants_a_secret, knows_its_layout,
             names_what_is_missing)
