/* SPDX-License-Identifier: MIT */
/* A password that was forgotten. */
#include "test/test_auth.h"

#define MINUTE (60 * (int64_t)1000)
#define FRESH  "battery staple"

/* The mailer beside it, whose client in "/" sees all codes. */
static struct testkit_client *mail;

static void start_with_mail(const char *more, const char *mailer)
{
    char config[1024];

    make_folder();
    snprintf(config, sizeof(config),
             "{plugins:[{name:'auth', path:s, settings:{%s%s}}, "
             "{name:'echo', path:s}, {name:'mailer', path:s%s}]}",
             SETTINGS, more, mailer);
    kit = testkit_start(config, PLUGIN, database, ECHO, MAILER);
    mail = join(NULL);
}

static void sign_up_with_email(void)
{
    testkit_expect_json(
        kit,
        ask("POST /auth/register", NULL,
            "{\"name\":\"Ann\",\"email\":\"ann@example.org\",\"password\":"
            "\"" PASSWORD "\"}"),
        201, "{'<more>':true}");
}

/* Answered at once, before anything was looked up. */
static void ask_for_code(const char *login)
{
    int number = testkit_request(kit, "POST /auth/reset",
                                 .headers = "Content-Type: application/json",
                                 .body = testkit_json(kit, "{login:s}", login));

    testkit_expect_json(kit, number, 200, "{ok:true}");
    testkit_advance(kit, 0);
}

/* The code of the next mail. */
static const char *read_code(void)
{
    static char code[16];

    testkit_expect(mail, "mail",
                   "{kind:'reset', user:'<string>', name:'Ann', "
                   "email:'ann@example.org', code:'<string>', expires:I}",
                   testkit_now(kit) + 30 * MINUTE);
    snprintf(code, sizeof(code), "%s", testkit_got_text(mail, "0.code"));
    return code;
}

static int confirm(const char *login, const char *code)
{
    return ask("POST /auth/reset/confirm", NULL,
               testkit_json(kit, "{login:s, code:s, newPassword:s}", login,
                            code, FRESH));
}

static int log_in(const char *password)
{
    return ask("POST /auth/login", NULL,
               testkit_json(kit, "{login:'Ann', password:s}", password));
}

static const char *wrong_code(const char *code)
{
    static char other[16];

    snprintf(other, sizeof(other), "%s", code);
    other[0] = other[0] == 'A' ? 'B' : 'A';
    return other;
}

START_TEST(sets_a_new_password)
{
    struct tokens here, there;

    start_with_mail("", "");
    sign_up_with_email();
    struct testkit_client *a = join(NULL), *b = join(NULL);
    sign_in(a, "Ann", &here);
    sign_in(b, "Ann", &there);
    ask_for_code("ANN@example.org");
    const char *code = read_code();
    ck_assert_int_eq(strlen(code), 9);
    testkit_skip(a);
    testkit_skip(b);
    testkit_expect_json(kit, confirm("Ann", code), 200, "{ok:true}");
    testkit_expect(a, "auth:ended", "{code:'password-changed', '<more>':true}");
    testkit_expect(b, "auth:ended", "{code:'password-changed', '<more>':true}");
    testkit_expect_disconnected(a);
    testkit_expect_disconnected(b);
    expect_error(ask("GET /auth/me", here.bearer, NULL), 401, "invalid_token");
    expect_error(log_in(PASSWORD), 401, "wrong_login");
    testkit_expect_json(kit, log_in(FRESH), 200, "{'<more>':true}");
    /* It is good once. */
    expect_error(confirm("Ann", code), 401, "wrong_code");
    ck_assert_str_eq(
        select_text("SELECT group_concat(what) FROM audit WHERE what LIKE"
                    " 'reset%' AND user IS NOT NULL AND address IS NOT NULL"),
        "reset-asked,reset,reset-failed");
    finish();
}
END_TEST

/* As it is typed by people. */
START_TEST(reads_codes_as_they_are_typed)
{
    char typed[32];

    start_with_mail("", "");
    sign_up_with_email();
    ask_for_code("ann");
    const char *code = read_code();
    snprintf(typed, sizeof(typed), " %.2s %.2s%s ", code, code + 2, code + 5);
    for (char *p = typed; *p; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
    testkit_expect_json(kit, confirm("ann@example.org", typed), 200,
                        "{ok:true}");
    finish();
}
END_TEST

/* Nobody learns who has an account. */
START_TEST(answers_everybody_alike)
{
    static const char *const nobody[] = {"bob", "bob@example.org", "", "!",
                                         "a b c"};

    start_with_mail("", "");
    sign_up_with_email();
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{}"), 200,
                        "{'<more>':true}");
    for (int i = 0; i < 5; i++) {
        ask_for_code(nobody[i]);
        expect_error(confirm(nobody[i], "ABCD-EFGH"), 401, "wrong_code");
    }
    testkit_expect_json(kit, ask("POST /auth/reset", NULL, "{\"login\":\"\"}"),
                        200, "{ok:true}");
    testkit_expect_nothing(mail);
    /* An account answers the same, also when there were too many. */
    expect_error(confirm("ann", "ABCD-EFGH"), 401, "wrong_code");
    expect_error(confirm("ann", "no code"), 401, "wrong_code");
    for (int i = 0; i < 4; i++)
        ask_for_code("ann");
    ck_assert_int_eq(testkit_skip(mail), 3);
    ck_assert_str_eq(
        select_text("SELECT detail FROM audit WHERE what = 'reset-asked'"
                    " AND user IS NOT NULL ORDER BY id DESC"),
        "too many");
    testkit_advance(kit, 60 * MINUTE);
    ask_for_code("ann");
    ck_assert_int_eq(testkit_skip(mail), 1);
    ck_assert_str_eq(select_text("SELECT count(*) FROM codes"), "1");
    finish();
}
END_TEST

START_TEST(codes_end)
{
    char first[16];
    const char *code;

    start_with_mail(", codes:{minutes:30, tries:2, perHour:20}, "
                    "lockout:{tries:1000}",
                    "");
    sign_up_with_email();
    /* By the time. */
    ask_for_code("ann");
    code = read_code();
    testkit_advance(kit, 30 * MINUTE);
    expect_error(confirm("ann", code), 401, "wrong_code");
    /* By the next one. */
    ask_for_code("ann");
    snprintf(first, sizeof(first), "%s", read_code());
    ask_for_code("ann");
    code = read_code();
    expect_error(confirm("ann", first), 401, "wrong_code");
    testkit_expect_json(kit, confirm("ann", code), 200, "{ok:true}");
    /* By wrong ones. */
    ask_for_code("ann");
    code = read_code();
    for (int i = 0; i < 2; i++)
        expect_error(confirm("ann", wrong_code(code)), 401, "wrong_code");
    expect_error(confirm("ann", code), 401, "wrong_code");
    /* By another way to a new password. */
    ask_for_code("ann");
    code = read_code();
    struct tokens ann;
    struct testkit_client *a = join(NULL);
    testkit_expect_ack(a, login_over(a, "Ann", FRESH), "{'<more>':true}");
    read_tokens(a, &ann);
    testkit_expect_json(kit,
                        ask("POST /auth/password", ann.bearer,
                            "{\"password\":\"" FRESH
                            "\",\"newPassword\":\"" PASSWORD "\"}"),
                        200, "{ok:true}");
    expect_error(confirm("ann", code), 401, "wrong_code");
    /* A new password that is none costs no try. */
    ask_for_code("ann");
    code = read_code();
    for (int i = 0; i < 3; i++)
        expect_error(
            ask("POST /auth/reset/confirm", NULL,
                testkit_json(kit, "{login:'ann', code:s, newPassword:'no'}",
                             code)),
            422, "bad_password");
    testkit_expect_json(kit, confirm("ann", code), 200, "{ok:true}");
    /* And nothing stays of them. */
    testkit_advance(kit, 80 * MINUTE);
    ck_assert_str_eq(select_text("SELECT count(*) FROM codes"), "0");
    finish();
}
END_TEST

START_TEST(guessing_locks)
{
    start_with_mail(", codes:{perHour:20, tries:20}, "
                    "lockout:{tries:3, seconds:60}",
                    "");
    sign_up_with_email();
    ask_for_code("ann");
    const char *code = read_code();
    for (int i = 0; i < 3; i++)
        expect_error(confirm("ann", wrong_code(code)), 401, "wrong_code");
    expect_error(confirm("ann", code), 429, "locked");
    for (int i = 0; i < 3; i++)
        expect_error(confirm("nobody", code), 401, "wrong_code");
    expect_error(confirm("nobody", code), 429, "locked");
    /* Logging in is another thing. */
    testkit_expect_json(kit, log_in(PASSWORD), 200, "{'<more>':true}");
    testkit_free(kit);
    kit = testkit_load(PLUGIN,
                       "{development:true, database:s, passwords:{memoryKiB:8},"
                       " lockout:{tries:3, seconds:60}}",
                       database);
    expect_error(confirm("ann", code), 429, "locked");
    testkit_advance(kit, MINUTE);
    testkit_expect_json(kit, confirm("ann", code), 200, "{ok:true}");
    finish();
}
END_TEST

/* What brought somebody here does not keep them waiting afterwards. */
START_TEST(forgives_what_was_wrong_before)
{
    start_with_mail(", lockout:{tries:2, seconds:900}", "");
    sign_up_with_email();
    for (int i = 0; i < 2; i++)
        expect_error(log_in("wrong"), 401, "wrong_login");
    expect_error(log_in(PASSWORD), 429, "locked");
    for (int i = 0; i < 2; i++)
        expect_error(ask("POST /auth/login", NULL,
                         "{\"login\":\"ann@example.org\",\"password\":\"no\"}"),
                     401, "wrong_login");
    ask_for_code("ann@example.org");
    testkit_expect_json(kit, confirm("ann@example.org", read_code()), 200,
                        "{ok:true}");
    testkit_expect_json(kit, log_in(FRESH), 200, "{'<more>':true}");
    ck_assert_str_eq(select_text("SELECT count(*) FROM tries"), "1");
    finish();
}
END_TEST

/* All of them before the first is answered: the code is good once, and wrong
 * ones get no further than one after the other. */
START_TEST(takes_a_code_once)
{
    char body[128];
    int numbers[4];

    start_with_mail("", "");
    sign_up_with_email();
    ask_for_code("ann");
    snprintf(body, sizeof(body),
             "{\"login\":\"ann\",\"code\":\"%s\",\"newPassword\":\"" FRESH
             "\"}",
             read_code());
    for (int i = 0; i < 4; i++)
        numbers[i] = testkit_request(
            kit, "POST /auth/reset/confirm",
            .headers = "Content-Type: application/json", .body = body);
    testkit_advance(kit, 0);
    for (int i = 0; i < 4; i++)
        if (i == 0)
            testkit_expect_json(kit, numbers[i], 200, "{ok:true}");
        else
            expect_error(numbers[i], 401, "wrong_code");
    finish();
}
END_TEST

START_TEST(codes_are_kept_as_hashes)
{
    char sql[128];

    start_with_mail("", "");
    sign_up_with_email();
    ask_for_code("ann");
    const char *code = read_code();
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM codes WHERE hash LIKE '%%%s%%'", code);
    ck_assert_str_eq(select_text(sql), "0");
    ck_assert_str_eq(select_text("SELECT length(hash) FROM codes"), "43");
    ck_assert_ptr_null(strstr(testkit_log(kit), code));
    /* Over a reload and a restart. */
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_free(kit);
    kit = testkit_load(
        PLUGIN, "{development:true, database:s, passwords:{memoryKiB:8}}",
        database);
    testkit_expect_json(kit, confirm("ann", code), 200, "{ok:true}");
    finish();
}
END_TEST

/* A code that was asked for before a reload is delivered after it. */
START_TEST(delivers_across_a_reload)
{
    start_with_mail("", "");
    sign_up_with_email();
    testkit_request(kit, "POST /auth/reset",
                    .headers = "Content-Type: application/json",
                    .body = "{\"login\":\"ann\"}");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_json(kit, confirm("ann", read_code()), 200, "{ok:true}");
    finish();
}
END_TEST

START_TEST(accounts_without_an_address)
{
    start_with_mail("", "");
    sign_up("Bob");
    ask_for_code("bob");
    testkit_expect(mail, "mail",
                   "{kind:'reset', name:'Bob', email:null, '<more>':true}");
    finish();
}
END_TEST

START_TEST(says_what_was_not_delivered)
{
    start_with_mail("", ", settings:{delivers:false}");
    sign_up_with_email();
    ask_for_code("ann");
    testkit_expect_log(kit, "a code (reset) was not delivered");
    ck_assert_ptr_null(strstr(testkit_log(kit), read_code()));
    finish();
}
END_TEST

/* Nobody delivers: in development the log does, otherwise nobody. */
START_TEST(goes_on_without_anybody_to_deliver)
{
    char code[16];

    start_with("");
    sign_up_with_email();
    ask_for_code("ann");
    const char *line = strstr(testkit_log(kit), "the code (reset) of Ann is ");
    ck_assert_ptr_nonnull(line);
    snprintf(code, sizeof(code), "%.9s",
             line + strlen("the code (reset) of Ann is "));
    testkit_expect_json(kit, confirm("ann", code), 200, "{ok:true}");
    testkit_free(kit);

    kit = testkit_load(PLUGIN,
                       "{database:s, secret:'0123456789abcdef0123456789abcdef',"
                       " passwords:{memoryKiB:8192, passes:1}}",
                       database);
    ask_for_code("ann");
    ask_for_code("ann");
    testkit_expect_log(kit, "no plugin offers \"auth.deliver\"");
    ck_assert_ptr_null(strstr(testkit_log(kit), " is "));
    ask_for_code("nobody");
    finish(); /* one line, or the second would not have been expected */
}
END_TEST

/* Once for each allocation that a new password makes: whatever fails, the
 * server goes on, and who is told that it is the new one has it. */
START_TEST(survives_short_memory)
{
    int failed = 1;

    for (int n = 1; failed; n++) {
        start_with_mail("", "");
        sign_up_with_email();
        ask_for_code("ann");
        const char *body = testkit_json(
            kit, "{login:'ann', code:s, newPassword:s}", read_code(), FRESH);
        int number = testkit_request(
            kit, "POST /auth/reset/confirm",
            .headers = "Content-Type: application/json", .body = body);
        testkit_fail_allocation(kit, n);
        testkit_advance(kit, 0);
        failed = testkit_allocation_failed(kit);
        if (!failed) {
            testkit_expect_json(kit, number, 200, "{ok:true}");
            testkit_expect_json(kit, log_in(FRESH), 200, "{'<more>':true}");
        }
        testkit_skip_log(kit);
        finish();
        ck_assert_int_lt(n, 1000);
    }
}
END_TEST

START_TEST(limits_rates)
{
    make_folder();
    kit = testkit_load(PLUGIN,
                       "{development:true, database:s, "
                       "ratesPerMinute:{reset:2}, passwords:{memoryKiB:8}}",
                       database);
    ask_for_code("ann");
    expect_error(confirm("ann", "ABCD-EFGH"), 401, "wrong_code");
    expect_error(confirm("ann", "ABCD-EFGH"), 429, "rate_limited");
    expect_error(ask("POST /auth/reset", NULL, "{\"login\":\"ann\"}"), 429,
                 "rate_limited");
    testkit_advance(kit, 30001);
    ask_for_code("ann");
    finish();
}
END_TEST

TESTKIT_MAIN("auth/reset", sets_a_new_password, reads_codes_as_they_are_typed,
             answers_everybody_alike, codes_end, guessing_locks,
             forgives_what_was_wrong_before, takes_a_code_once,
             codes_are_kept_as_hashes, delivers_across_a_reload,
             accounts_without_an_address, says_what_was_not_delivered,
             goes_on_without_anybody_to_deliver, survives_short_memory,
             limits_rates)
