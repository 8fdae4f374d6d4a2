/* SPDX-License-Identifier: MIT */
/* What lasts: over a reload, over a restart, with a database that fails. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "test/test_game.h"

#define CLOCK "game:'connect-four', clock:{seconds:300}"

START_TEST(a_reload_changes_nothing)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    begin(ann, bob, CLOCK);
    expect_ok(eve, "match:watch", "{match:s}", match_id);
    move(ann, "4");
    testkit_advance(kit, 10000);
    testkit_skip(ann);
    testkit_skip(bob);
    testkit_skip(eve);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_nothing(ann);
    move(bob, "5");
    testkit_expect(eve, "match:delta",
                   "{kind:'move', move:'5', n:7, time:{left:[300000, 290000], "
                   "'<more>':true}, '<more>':true}");
    testkit_skip(ann);
    /* The timers are those of before, too. */
    testkit_advance(kit, 299999);
    testkit_expect_nothing(ann);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 1);
    testkit_expect(ann, "match:delta",
                   "{kind:'flag', seat:0, status:'over', '<more>':true}");
    finish();
}
END_TEST

/* A move that is being written when the next build takes over. */
START_TEST(what_is_under_way_arrives_in_the_next_build)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, CLOCK);
    int asked =
        testkit_call(ann, "match:move", "{match:s, move:'4'}", match_id);
    testkit_expect_no_ack(ann, asked);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, asked, "{ok:true, n:6}");
    expect_kind(bob, "move");
    finish();
}
END_TEST

START_TEST(any_state_is_taken_or_refused)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, CLOCK);
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_DAMAGED);
    testkit_expect_no_reload(kit, PLUGIN, "damaged", "");
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_NEWER);
    testkit_expect_no_reload(kit, PLUGIN, "", "");
    move(ann, "4");
    testkit_skip_log(kit);
    finish();
}
END_TEST

START_TEST(a_restart_goes_on_from_the_log)
{
    start("graceSeconds:60");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, CLOCK);
    testkit_advance(kit, 10000);
    move(ann, "4");
    testkit_advance(kit, 20000);
    testkit_free(kit);
    /* The clock of a kit begins anew, and so before the last entry: there is
     * no time for ten seconds. Then nobody's clock runs, until they come. */
    boot("graceSeconds:60");
    testkit_advance(kit, 30000);
    ann = enter("ann");
    expect_answer(ann, "{ok:true, total:'<any>', '<more>':true}", "lobby:enter",
                  "{status:'running'}");
    expect_view(ann, match_id,
                "{you:0, status:'running', turns:[1], time:{left:[290000, "
                "300000], running:[], '<more>':true}, '<more>':true}");
    bob = enter("bob");
    expect_ok(bob, "match:watch", "{match:s}", match_id);
    testkit_skip(bob);
    testkit_advance(kit, 5000);
    move(bob, "5");
    testkit_expect(bob, "match:delta",
                   "{kind:'move', time:{left:[290000, 295000], running:[0], "
                   "allowance:[40000, 40000], '<more>':true}, '<more>':true}");
    finish();
}
END_TEST

START_TEST(a_locked_database_loses_nothing)
{
    sqlite3 *other = NULL;
    start("databaseWaitMs:1");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, CLOCK);
    move(ann, "4");
    testkit_skip(ann);
    testkit_skip(bob);
    ck_assert_int_eq(sqlite3_open(database, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    expect_error(bob, "unavailable", "match:move", "{match:s, move:'5'}",
                 match_id);
    testkit_expect_nothing(ann);
    testkit_expect_nothing(bob);
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);
    testkit_skip_log(kit);
    move(bob, "5");
    expect_kind(ann, "move");
    testkit_advance(kit, 0);
    finish();
}
END_TEST

/* Runs SQL beside the plugin; gives the number of its first row. */
static int64_t sql(const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *row = NULL;
    int64_t number = 0;

    ck_assert_int_eq(sqlite3_open(database, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, text, -1, &row, NULL), SQLITE_OK);
    if (sqlite3_step(row) == SQLITE_ROW)
        number = sqlite3_column_int64(row, 0);
    ck_assert_int_eq(sqlite3_finalize(row), SQLITE_OK);
    sqlite3_close(db);
    return number;
}

/* The bound stands for a full disk: SQLite gives the same error. */
START_TEST(a_full_disk_loses_nothing)
{
    start("databaseMiB:1, graceSeconds:3600");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'connect-four'");
    sql("INSERT INTO played(user, ended, match, seat, name) VALUES('filler', "
        "0, '', 0, hex(zeroblob(1000000)))");
    /* Each time there are two more entries: away, and back. */
    for (int i = 0; !strstr(testkit_log(kit), "was not written"); i++) {
        ck_assert_int_lt(i, 500);
        expect_ok(bob, "match:leave", "{match:s}", match_id);
        expect_ok(bob, "match:watch", "{match:s}", match_id);
        testkit_advance(kit, 1000); /* there is a rate */
    }
    testkit_advance(kit, 5000);
    testkit_skip(ann);
    testkit_skip(bob);
    expect_error(ann, "unavailable", "match:move", "{match:s, move:'4'}",
                 match_id);
    testkit_expect_nothing(bob);
    expect_view(ann, match_id, "{moves:0, '<more>':true}");
    int64_t n = testkit_got_int(ann, "0.n");
    ck_assert_int_eq(sql("SELECT count(*) FROM entries"), n);
    ck_assert_int_eq(sql("SELECT number FROM matches"), n);
    sql("DELETE FROM played");
    testkit_skip_log(kit);
    move(ann, "4");
    expect_kind(bob, "move");
    finish();
}
END_TEST

/* Once for each allocation of each of the host and the plugin: what is asked is
 * refused or done, and the match goes on. */
START_TEST(short_memory_loses_nothing)
{
    static const char *const asks[] = {"match:watch", "match:offer",
                                       "match:move", "match:resign"};

    for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
        int failed = 1;
        for (int n = 1; failed; n++) {
            start("");
            struct testkit_client *ann = enter("ann"), *bob = enter("bob");
            begin(ann, bob, CLOCK);
            testkit_fail_allocation(kit, n);
            testkit_call(ann, asks[i],
                         i == 2 ? "{match:s, move:'4'}" : "{match:s}",
                         match_id);
            failed = testkit_allocation_failed(kit);
            testkit_advance(kit, 2000);
            ann = enter("ann"); /* the host may have ended a connection */
            expect_view(ann, match_id, "{you:0, '<more>':true}");
            testkit_skip_log(kit);
            finish();
        }
    }
}
END_TEST

/* Another server was started with the same database. */
START_TEST(only_one_has_the_matches)
{
    char lock[128];
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, CLOCK);
    testkit_free(kit);
    snprintf(lock, sizeof(lock), "%s-owner", database);
    int fd = open(lock, O_RDWR);
    ck_assert_int_eq(flock(fd, LOCK_EX), 0);
    boot("");
    testkit_expect_log(kit, "another process has it");
    ann = enter("ann");
    expect_error(ann, "unavailable", "match:watch", "{match:s}", match_id);
    close(fd);
    testkit_free(kit);
    boot("");
    ann = enter("ann");
    expect_view(ann, match_id, "{you:0, '<more>':true}");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    expect_view(ann, match_id, "{you:0, '<more>':true}");
    finish();
}
END_TEST

/* A build that cannot have the lock does not take the matches over, and the one
 * before goes on with them, as soon as it can have it again. */
START_TEST(a_lock_that_cannot_be_had)
{
    char lock[128];
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, CLOCK);
    snprintf(lock, sizeof(lock), "%s-owner", database);
    ck_assert_int_eq(unlink(lock), 0);
    ck_assert_int_eq(mkdir(lock, 0700), 0);
    testkit_expect_no_reload(kit, PLUGIN, "its acquire returned -2", "");
    testkit_skip_log(kit);
    expect_error(ann, "unavailable", "match:move", "{match:s, move:'4'}",
                 match_id);
    ck_assert_int_eq(rmdir(lock), 0);
    expect_ok(ann, "match:move", "{match:s, move:'4'}", match_id);
    testkit_expect_log(kit, "its matches go on");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    expect_view(bob, match_id, "{moves:1, '<more>':true}");
    finish();
}
END_TEST

/* Who had to leave them alone has them once they are free, and all of them. */
START_TEST(a_reload_finds_matches_that_are_free_now)
{
    char lock[128];
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, CLOCK);
    testkit_free(kit);
    snprintf(lock, sizeof(lock), "%s-owner", database);
    int fd = open(lock, O_RDWR);
    ck_assert_int_eq(flock(fd, LOCK_EX), 0);
    boot("");
    testkit_expect_log(kit, "another process has it");
    ann = enter("ann");
    testkit_reload(kit, PLUGIN, "");
    testkit_expect_log(kit, "another process has it");
    expect_error(ann, "unavailable", "match:watch", "{match:s}", match_id);
    close(fd);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    expect_view(ann, match_id, "{you:0, '<more>':true}");
    finish();
}
END_TEST

START_TEST(the_operator_ends_matches)
{
    char words[64];
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, CLOCK);
    testkit_expect_value(kit, testkit_command(kit, "game matches"),
                         "{matches:[{match:s, game:'connect-four', "
                         "status:'running', players:['ann', 'bob'], "
                         "'<more>':true}]}",
                         match_id);
    snprintf(words, sizeof(words), "game abort %s", match_id);
    testkit_expect_value(kit, testkit_command(kit, words), "{match:s}",
                         match_id);
    testkit_advance(kit, 0);
    testkit_expect(ann, "match:delta",
                   "{kind:'abort', status:'over', result:{winner:null, "
                   "drawn:false, why:'aborted'}, '<more>':true}");
    testkit_expect_done(kit, testkit_command(kit, words), 1,
                        "The match is over.\n");
    testkit_expect_done(kit, testkit_command(kit, "game abort x"), 1,
                        "There is no match x.\n");
    finish();
}
END_TEST

/* Others keep the jobs busy: what cannot be written at once is refused, and
 * what happens by itself is tried again. */
START_TEST(a_full_job_queue_loses_nothing)
{
    job_queue = 1;
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'connect-four', clock:{seconds:10}");
    int asked = testkit_call(bob, "match:history", "{}"); /* takes the place */
    testkit_expect_ack(
        ann, testkit_call(ann, "match:move", "{match:s, move:'4'}", match_id),
        "{error:{code:'busy', '<more>':true}}");
    testkit_expect_ack(
        ann, testkit_call(ann, "match:create", "{game:'battleship', bot:1}"),
        "{error:{code:'busy', '<more>':true}}");
    testkit_expect_ack(bob, testkit_call(bob, "match:history", "{}"),
                       "{error:{code:'busy', '<more>':true}}");
    testkit_advance(kit, 0);
    testkit_expect_ack(bob, asked, "{ok:true, '<more>':true}");
    testkit_advance(kit, 9999);
    testkit_expect_nothing(bob);
    testkit_call(bob, "match:history", "{}");
    testkit_advance(kit, 2000);
    testkit_expect(bob, "match:delta",
                   "{kind:'flag', seat:0, status:'over', '<more>':true}");
    testkit_skip_log(kit);
    finish();
}
END_TEST

START_TEST(another_database_needs_a_restart)
{
    start("");
    testkit_expect_no_reload(kit, PLUGIN, "needs a restart", "{database:s}",
                             "/tmp/elsewhere.db");
    testkit_skip_log(kit);
    finish();
}
END_TEST

TESTKIT_MAIN("game: lasting", a_reload_changes_nothing,
             what_is_under_way_arrives_in_the_next_build,
             any_state_is_taken_or_refused, a_restart_goes_on_from_the_log,
             a_locked_database_loses_nothing, a_full_disk_loses_nothing,
             short_memory_loses_nothing, only_one_has_the_matches,
             a_lock_that_cannot_be_had,
             a_reload_finds_matches_that_are_free_now,
             the_operator_ends_matches, a_full_job_queue_loses_nothing,
             another_database_needs_a_restart)
