/* SPDX-License-Identifier: MIT */
/* Those who cheat, or are in the way; and a database that somebody edits. */
#include "test/test_game.h"

static void edit(const char *sql)
{
    sqlite3 *db = NULL;

    ck_assert_int_eq(sqlite3_open(database, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int64_t rows_of(const char *table)
{
    sqlite3_stmt *row = NULL;
    sqlite3 *db = NULL;
    char sql[64];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
    ck_assert_int_eq(sqlite3_open(database, &db), SQLITE_OK);
    sqlite3_prepare_v2(db, sql, -1, &row, NULL);
    ck_assert_int_eq(sqlite3_step(row), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return count;
}

static const char *const damages[] = {
    "DELETE FROM entries WHERE n = 3",
    "DELETE FROM entries WHERE n > 4",
    "DELETE FROM entries",
    "UPDATE entries SET n = n + 10",
    "UPDATE entries SET kind = 99 WHERE n = 2",
    "UPDATE entries SET text = 'nobody' WHERE n = 1",
    "UPDATE entries SET text = '9' WHERE kind = 5",
    "UPDATE entries SET at = -1",
    "UPDATE matches SET number = 2",
    "UPDATE matches SET game = 'go'",
    "UPDATE matches SET variant = 'huge'",
    "UPDATE matches SET initial = 9223372036854775807",
    "UPDATE matches SET grace = -9223372036854775807",
    "UPDATE matches SET idle = 'soon', delay = 9223372036854775807",
    "WITH RECURSIVE c(n) AS (SELECT 7 UNION ALL SELECT n + 1 FROM c LIMIT 5000)"
    " INSERT INTO entries SELECT (SELECT id FROM matches), n, 0, 10, 0, ''"
    " FROM c",
};

/* The server starts, goes without that match, and takes nothing away. */
START_TEST(a_damaged_log_is_left_alone)
{
    start("");
    begin(enter("ann"), enter("bob"), "game:'connect-four'");
    struct testkit_client *ann = enter("ann");
    move(ann, "4");
    testkit_free(kit);
    edit(damages[_i]);
    int64_t entries = rows_of("entries");
    boot("");
    testkit_expect_log(kit, "is left alone");
    ann = enter("ann");
    expect_error(ann, "no_such_match", "match:watch", "{match:s}", match_id);
    expect_answer(ann, "{ok:true, matches:[], invitations:[]}", "match:mine",
                  NULL);
    create(ann, "{game:'connect-four', bot:1}");
    ck_assert_int_eq(rows_of("matches"), 2);
    ck_assert_int_ge(rows_of("entries"), entries);
    finish();
}
END_TEST

START_TEST(replays_of_private_ones_need_the_code)
{
    char code[16];
    start("keepSeconds:1");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    create(ann, "{game:'connect-four', private:true, seat:0}");
    expect_view(ann, match_id, "{code:'<string>', '<more>':true}");
    snprintf(code, sizeof(code), "%s", testkit_got_text(ann, "0.code"));
    expect_ok(bob, "match:join", "{match:s, code:s}", match_id, code);
    expect_ok(ann, "match:ready", "{match:s}", match_id);
    expect_ok(bob, "match:ready", "{match:s}", match_id);
    move(ann, "1");
    expect_ok(bob, "match:resign", "{match:s}", match_id);
    testkit_advance(kit, 5000);
    expect_ok(ann, "match:replay", "{match:s}", match_id);
    expect_ok(bob, "match:replay", "{match:s}", match_id);
    expect_error(eve, "no_such_match", "match:replay", "{match:s}", match_id);
    expect_error(eve, "no_such_match", "match:replay", "{match:s, code:'x'}",
                 match_id);
    expect_ok(eve, "match:replay", "{match:s, code:s}", match_id, code);
    finish();
}
END_TEST

/* Who comes and goes without end cannot fill the log. */
START_TEST(coming_and_going_has_an_end)
{
    int asked = 0;
    start("");
    struct testkit_client *ann = enter("ann"), *eve = enter("eve");

    create(ann, "{game:'connect-four', seat:0}");
    for (int i = 0; i < 500; i++) {
        asked = testkit_call(eve, "match:join", "{match:s}", match_id);
        testkit_advance(kit, 0);
        testkit_call(eve, "match:leave", "{match:s}", match_id);
        testkit_advance(kit, 500); /* there is a rate */
        testkit_skip(ann);
    }
    asked = testkit_call(eve, "match:join", "{match:s}", match_id);
    testkit_advance(kit, 0);
    testkit_expect_ack(eve, asked, "{error:{code:'full', '<more>':true}}");
    /* The one who sits there can still leave it. */
    expect_ok(ann, "match:leave", "{match:s}", match_id);
    finish();
}
END_TEST

/* The number in the answer is of what a spectator may know by now. */
START_TEST(leaving_tells_a_spectator_nothing)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    begin(ann, bob, "game:'connect-four', delay:30");
    testkit_advance(kit, 60000);
    move(ann, "4");
    expect_ok(eve, "match:watch", "{match:s}", match_id);
    expect_answer(eve, "{ok:true, n:5}", "match:leave", "{match:s}", match_id);
    expect_answer(eve, "{ok:true, n:5}", "match:leave", "{match:s}", match_id);
    finish();
}
END_TEST

/* Else everybody would be the first of the leaderboard by turns. */
START_TEST(who_is_not_signed_in_is_not_rated)
{
    start("anonymous:true");
    struct testkit_client *ann = enter("ann");
    struct testkit_client *nobody = testkit_connect(kit, "/game");

    begin(ann, nobody, "game:'connect-four', rated:true");
    move(ann, "1");
    expect_ok(nobody, "match:resign", "{match:s}", match_id);
    testkit_advance(kit, 2000);
    expect_answer(ann, "{ok:true, total:0, players:[], '<more>':true}",
                  "leaderboard", "{game:'connect-four'}");
    finish();
}
END_TEST

/* An account is deleted in the middle of a match. */
START_TEST(a_deleted_account_is_forgotten)
{
    start("keepSeconds:1");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'connect-four', rated:true");
    move(ann, "1");
    create(bob, "{game:'connect-four'}");
    testkit_skip(ann);
    expect_answer(ann, "{ok:true}", "deleted", "s", "bob");
    testkit_expect(ann, "match:delta", "{kind:'resign', '<more>':true}");
    testkit_advance(kit, 10000);
    expect_answer(ann,
                  "{ok:true, total:1, players:[{user:'ann', '<more>':true}], "
                  "'<more>':true}",
                  "leaderboard", "{game:'connect-four'}");
    expect_answer(ann,
                  "{ok:true, matches:[{players:[{user:'ann', name:'ann'}, "
                  "{user:'deleted:1', name:'Deleted'}], '<more>':true}]}",
                  "match:history", "{}");
    expect_answer(bob, "{ok:true, matches:[]}", "match:history", "{}");
    expect_answer(ann, "{ok:true, total:0, matches:[]}", "lobby:enter", "{}");
    expect_answer(ann, "{ok:true}", "deleted", "s", "nobody");
    finish();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("game: attacks");
    TCase *test = tcase_create("attacks");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(test, a_damaged_log_is_left_alone, 0,
                        sizeof(damages) / sizeof(damages[0]));
    tcase_add_test(test, replays_of_private_ones_need_the_code);
    tcase_add_test(test, coming_and_going_has_an_end);
    tcase_add_test(test, leaving_tells_a_spectator_nothing);
    tcase_add_test(test, who_is_not_signed_in_is_not_rated);
    tcase_add_test(test, a_deleted_account_is_forgotten);
    tcase_set_timeout(test, 300);
    suite_add_tcase(suite, test);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
