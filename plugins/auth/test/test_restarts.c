/* SPDX-License-Identifier: MIT */
/* What outlives a restart, another secret, an older database; and guests, who
 * do not for ever. */
#include "test/test_auth.h"

#include "secrets/tokens.h"

#define DAY (24 * 3600 * (int64_t)1000)

#define OLD     "the secret of yesterday, which was long"
#define TODAY   "the secret of today, which is as long as that"
#define SECRET  "secret:'" OLD "'"
#define ROTATED "secret:'" TODAY "', oldSecrets:['" OLD "']"
#define DROPPED "secret:'" TODAY "'"

/* With slow passwords, since there is no development here. */
#define CONFIG                                                                 \
    "{plugins:[{name:'auth', path:s, settings:{%s, database:s, "               \
    "secureCookies:false, passwords:{memoryKiB:8192, passes:1}, "              \
    "lockout:{tries:2, seconds:600}}}, {name:'echo', path:s}]}"

static const char *config(const char *secrets)
{
    static char text[512];

    snprintf(text, sizeof(text), CONFIG, secrets);
    return text;
}

static void start_by(const char *secrets)
{
    kit = testkit_start(config(secrets), PLUGIN, database, ECHO);
}

static void go_on_by(const char *secrets)
{
    testkit_reconfigure(kit, config(secrets), PLUGIN, database, ECHO);
    testkit_advance(kit, 0);
}

/* --- another secret */

static void expect_me(const struct tokens *who, int status)
{
    testkit_expect_json(kit, ask("GET /auth/me", who->bearer, NULL), status,
                        "{'<more>':true}");
}

static int refresh(struct testkit_client *client, const char *token)
{
    int number =
        testkit_call(client, "auth:refresh", "{refreshToken:s}", token);

    testkit_advance(kit, 0);
    return number;
}

START_TEST(a_secret_is_replaced)
{
    struct tokens ann, bob;

    make_folder();
    start_by(SECRET);
    sign_up("Ann");
    sign_up("Bob");
    struct testkit_client *a = join(NULL), *b = join(NULL);
    sign_in(a, "Ann", &ann);
    sign_in(b, "Bob", &bob);

    go_on_by(ROTATED);
    testkit_expect_nothing(a);
    expect_me(&ann, 200);
    testkit_expect_nothing(join(ann.auth));
    testkit_expect_ack(a, refresh(a, ann.refresh), "{'<more>':true}");
    read_tokens(a, &ann);
    expect_me(&ann, 200);
    expect_me(&bob, 200);

    /* What was made meanwhile stays, the rest ends. */
    go_on_by(DROPPED);
    expect_me(&ann, 200);
    expect_me(&bob, 401);
    testkit_expect_ack(a, refresh(a, ann.refresh), "{'<more>':true}");
    testkit_expect_ack(b, refresh(b, bob.refresh),
                       "{error:{code:'invalid_token', '<more>':true}}");
    finish();
}
END_TEST

/* From the database, in place of what a reload hands over. */
START_TEST(a_secret_is_replaced_in_a_restart)
{
    struct tokens ann, fresh;

    make_folder();
    start_by(SECRET);
    sign_up("Ann");
    sign_in(join(NULL), "Ann", &ann);
    testkit_free(kit);
    start_by(ROTATED);
    expect_me(&ann, 200);
    struct testkit_client *a = join(NULL);
    testkit_expect_ack(a, refresh(a, ann.refresh), "{'<more>':true}");
    read_tokens(a, &fresh);
    testkit_advance(kit, 60000);
    /* One that was used is known, whatever it was made with. */
    testkit_expect_ack(a, refresh(a, ann.refresh),
                       "{error:{code:'token_reused', '<more>':true}}");
    expect_me(&fresh, 401);
    finish();
}
END_TEST

START_TEST(cookies_are_proved_with_an_old_secret)
{
    char headers[320], csrf[HASH_TEXT_SIZE];
    struct tokens ann;

    make_folder();
    start_by(SECRET);
    sign_up("Ann");
    sign_in(join(NULL), "Ann", &ann);
    tokens_init(OLD);
    tokens_csrf(ann.session, csrf);
    snprintf(headers, sizeof(headers),
             "Cookie: mortise_access=%s\nX-CSRF-Token: %s", ann.access, csrf);
    go_on_by(ROTATED);
    testkit_expect_json(kit, ask("POST /auth/logout", headers, NULL), 200,
                        "{ok:true}");
    finish();
}
END_TEST

START_TEST(devices_move_to_the_secret_of_today)
{
    char sql[128], hash[HASH_TEXT_SIZE];
    static const char body[] = "{\"device\":\"this device\"}";

    make_folder();
    start_by(SECRET);
    for (int i = 0; i < 2; i++)
        testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{}"), 200,
                            "{'<more>':true}");
    tokens_init(OLD);
    tokens_hash("this device", hash);
    snprintf(sql, sizeof(sql),
             "UPDATE users SET device = '%s' WHERE id ="
             " (SELECT min(id) FROM users)",
             hash);
    select_text(sql);
    go_on_by(DROPPED);
    expect_error(ask("POST /auth/guest", NULL, body), 401, "wrong_device");
    go_on_by(ROTATED);
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, body), 200,
                        "{device:null, '<more>':true}");
    go_on_by(DROPPED);
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, body), 200,
                        "{device:null, '<more>':true}");
    finish();
}
END_TEST

START_TEST(old_secrets_are_checked)
{
    make_folder();
    testkit_expect_no_load(PLUGIN, "\"oldSecrets\"[0] has fewer than 32",
                           "{database:s, " DROPPED ", oldSecrets:['short']}",
                           database);
    testkit_expect_no_load(
        PLUGIN, "\"oldSecrets\"[1] is the one of the example",
        "{database:s, " DROPPED ", oldSecrets:['" OLD "', "
        "'change-me: 32 or more characters from a random source']}",
        database);
    testkit_expect_no_load(PLUGIN, "\"oldSecrets\"[0] is not there",
                           "{database:s, " DROPPED ", oldSecrets:[42]}",
                           database);
    testkit_expect_no_load(PLUGIN, "\"oldSecrets\" has more than 4",
                           "{database:s, " DROPPED
                           ", oldSecrets:[s, s, s, s, s]}",
                           database, OLD, OLD, OLD, OLD, OLD);
    testkit_expect_no_load(PLUGIN, "oldSecrets",
                           "{database:s, " DROPPED ", oldSecrets:s}", database,
                           OLD);
    kit = NULL;
    finish();
}
END_TEST

/* --- wrong passwords */

static int log_in(const char *name, const char *password)
{
    return ask("POST /auth/login", NULL,
               testkit_json(kit, "{login:s, password:s}", name, password));
}

START_TEST(counts_outlive_a_restart)
{
    make_folder();
    start_by(SECRET);
    sign_up("Ann");
    for (int i = 0; i < 2; i++)
        expect_error(log_in("Ann", "wrong"), 401, "wrong_login");
    expect_error(log_in("Nobody", "wrong"), 401, "wrong_login");
    testkit_free(kit);
    start_by(SECRET);
    expect_error(log_in("Ann", PASSWORD), 429, "locked");
    expect_error(log_in("Nobody", "wrong"), 401, "wrong_login");
    expect_error(log_in("Nobody", "wrong"), 429, "locked");
    /* What was typed is nowhere. */
    ck_assert_str_eq(select_text("SELECT count(*) FROM tries"), "3");
    ck_assert_str_eq(
        select_text("SELECT count(*) FROM tries WHERE length(key) <> 16"), "0");
    /* With another secret, too; a reload and a restart later. */
    go_on_by(ROTATED);
    expect_error(log_in("Ann", PASSWORD), 429, "locked");
    testkit_free(kit);
    start_by(ROTATED);
    expect_error(log_in("Ann", PASSWORD), 429, "locked");
    testkit_advance(kit, 600 * 1000);
    testkit_expect_json(kit, log_in("Ann", PASSWORD), 200, "{'<more>':true}");
    /* A right one has ended it. */
    testkit_free(kit);
    start_by(ROTATED);
    expect_error(log_in("Ann", "wrong"), 401, "wrong_login");
    testkit_expect_json(kit, log_in("Ann", PASSWORD), 200, "{'<more>':true}");
    finish();
}
END_TEST

START_TEST(counts_of_who_is_signed_in_outlive_a_restart)
{
    static const char wrong[] = "{\"password\":\"wrong\"}";
    struct tokens ann;

    make_folder();
    start_by(SECRET);
    sign_up("Ann");
    sign_in(join(NULL), "Ann", &ann);
    for (int i = 0; i < 2; i++)
        expect_error(ask("DELETE /auth/me", ann.bearer, wrong), 403,
                     "wrong_password");
    testkit_free(kit);
    start_by(SECRET);
    expect_error(ask("DELETE /auth/me", ann.bearer, wrong), 429, "locked");
    finish();
}
END_TEST

START_TEST(counts_are_forgotten)
{
    start_with(", lockout:{tries:2, seconds:60}");
    sign_up("Ann");
    for (int i = 0; i < 2; i++)
        expect_error(log_in("Ann", "wrong"), 401, "wrong_login");
    ck_assert_str_eq(select_text("SELECT max(value) FROM tries"), "2");
    /* By a day, whether there was a purge in between or not. */
    select_text("UPDATE tries SET at = at - 86400000");
    expect_error(log_in("Bob", "wrong"), 401, "wrong_login");
    testkit_free(kit);
    kit = testkit_load(PLUGIN, "{development:true, database:s}", database);
    expect_error(log_in("Ann", "wrong"), 401, "wrong_login");
    ck_assert_str_eq(select_text("SELECT max(value) FROM tries"), "2");
    testkit_advance(kit, DAY + 600 * 1000);
    ck_assert_str_eq(select_text("SELECT count(*) FROM tries"), "0");
    finish();
}
END_TEST

/* --- guests */

START_TEST(guests_who_never_return_are_gone)
{
    start_with(", guestDays:60");
    sign_up("Ann");
    for (int i = 0; i < 3; i++)
        testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{}"), 200,
                            "{'<more>':true}");
    /* One comes back in the meantime, one a day before the end. */
    tokens_init("development");
    char hash[HASH_TEXT_SIZE], sql[160];
    tokens_hash("this device", hash);
    snprintf(sql, sizeof(sql),
             "UPDATE users SET device = '%s' WHERE id ="
             " (SELECT min(id) FROM users WHERE device IS NOT NULL)",
             hash);
    select_text(sql);
    testkit_advance(kit, 59 * DAY);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "4");
    testkit_expect_json(
        kit, ask("POST /auth/guest", NULL, "{\"device\":\"this device\"}"), 200,
        "{'<more>':true}");
    testkit_advance(kit, DAY + 600 * 1000);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "2");
    ck_assert_str_eq(
        select_text("SELECT count(*) FROM audit WHERE what = 'guest-expired'"
                    " AND user NOT IN (SELECT id FROM users)"),
        "2");
    ck_assert_str_eq(
        select_text("SELECT count(*) FROM audit WHERE address IS NOT NULL"
                    " AND what = 'guest'"),
        "1");
    /* The visit counts, not the session that came of it. */
    testkit_advance(kit, 40 * DAY);
    ck_assert_str_eq(select_text("SELECT count(*) FROM sessions"), "0");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "2");
    /* An account stays, however long nobody comes. */
    testkit_advance(kit, 100 * DAY);
    ck_assert_str_eq(select_text("SELECT name FROM users"), "Ann");
    finish();
}
END_TEST

/* Other plugins hear of each, a few at a time. */
START_TEST(others_forget_guests_who_are_gone)
{
    static const char many[] =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 50) INSERT INTO users(id, device, created, used)"
        " SELECT printf('%022d', i), i, 1, 1 FROM n";
    char config[1024], id[32];

    make_folder();
    snprintf(config, sizeof(config),
             "{plugins:[{name:'auth', path:s, settings:{%s, "
             "forget:['mailer.forget']}}, "
             "{name:'echo', path:s}, {name:'mailer', path:s}]}",
             SETTINGS);
    kit = testkit_start(config, PLUGIN, database, ECHO, MAILER);
    struct testkit_client *other = join(NULL);
    select_text(many);
    testkit_advance(kit, 600 * 1000);
    for (int i = 1; i <= 50; i++) {
        if (i == 21) {
            ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "30");
            testkit_expect_nothing(other);
        }
        if (i % 20 == 1 && i > 1)
            testkit_advance(kit, 1000);
        snprintf(id, sizeof(id), "%022d", i);
        testkit_expect(other, "forget", "s", id);
    }
    testkit_advance(kit, 10000);
    testkit_expect_nothing(other);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "0");
    finish();
}
END_TEST

/* Whoever refreshes is here; who has a session is not thrown out. */
START_TEST(guests_with_a_session_stay)
{
    start_with(", guestDays:1, sessions:{refreshDays:10}");
    testkit_expect_json(kit, ask("POST /auth/guest", NULL, "{}"), 200,
                        "{'<more>':true}");
    testkit_advance(kit, 9 * DAY);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "1");
    testkit_advance(kit, DAY + 600 * 1000);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "0");
    finish();
}
END_TEST

/* More than are removed at once, and none at all. */
START_TEST(many_guests_are_gone)
{
    static const char many[] =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 250) INSERT INTO users(id, device, created, used)"
        " SELECT printf('%022d', i), i, 1, 1 FROM n";

    start_with(", guestDays:0");
    select_text(many);
    testkit_advance(kit, 600 * 1000);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "250");
    testkit_reconfigure(kit,
                        "{plugins:[{name:'auth', path:s, settings:{" SETTINGS
                        "}}, {name:'echo', path:s}]}",
                        PLUGIN, database, ECHO);
    testkit_advance(kit, 600 * 1000);
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "0");
    ck_assert_str_eq(
        select_text("SELECT count(*) FROM audit WHERE what = 'guest-expired'"),
        "250");
    finish();
}
END_TEST

/* --- an older database */

static const char layout_1[] =
    "CREATE TABLE users (id TEXT PRIMARY KEY NOT NULL,"
    " name TEXT, login TEXT UNIQUE, email TEXT UNIQUE,"
    " password TEXT, device TEXT UNIQUE,"
    " roles TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE sessions (id TEXT PRIMARY KEY NOT NULL,"
    " user TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    " access TEXT NOT NULL, access_ends INTEGER NOT NULL,"
    " refresh TEXT NOT NULL, refresh_ends INTEGER NOT NULL,"
    " created INTEGER NOT NULL, used INTEGER NOT NULL,"
    " address TEXT NOT NULL, agent TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX sessions_user ON sessions(user);"
    "CREATE INDEX sessions_ends ON sessions(refresh_ends);"
    "CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
    " what TEXT NOT NULL, user TEXT, address TEXT, detail TEXT);"
    "CREATE INDEX audit_user ON audit(user);"
    "CREATE INDEX audit_at ON audit(at);"
    "INSERT INTO users(id, device, created) VALUES('g', 'd', 5), ('h', 'e', 7);"
    "INSERT INTO sessions VALUES('s', 'g', 'a', 1, 'r', 4102444800000, 5, 99,"
    " '', '');"
    "PRAGMA user_version = 1; PRAGMA application_id = 1298232692;";

START_TEST(older_files_are_brought_up_to_date)
{
    sqlite3 *db = NULL;

    make_folder();
    ck_assert_int_eq(sqlite3_open(database, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, layout_1, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    kit = testkit_load(PLUGIN, "{development:true, database:s}", database);
    ck_assert_str_eq(select_text("SELECT used FROM users WHERE id = 'g'"),
                     "99");
    ck_assert_str_eq(select_text("SELECT used FROM users WHERE id = 'h'"), "7");
    ck_assert_str_eq(select_text("SELECT brief FROM sessions"), "0");
    sign_up("Ann");
    finish();
}
END_TEST

TESTKIT_MAIN("auth/restarts", a_secret_is_replaced,
             a_secret_is_replaced_in_a_restart,
             cookies_are_proved_with_an_old_secret,
             devices_move_to_the_secret_of_today, old_secrets_are_checked,
             counts_outlive_a_restart,
             counts_of_who_is_signed_in_outlive_a_restart, counts_are_forgotten,
             guests_who_never_return_are_gone, guests_with_a_session_stay,
             many_guests_are_gone, others_forget_guests_who_are_gone,
             older_files_are_brought_up_to_date)
