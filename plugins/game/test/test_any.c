/* SPDX-License-Identifier: MIT */
/*
 * Anything in any order, with the whole plugin: moves, legal or not, offers,
 * drops, returns, reloads, restarts, time. After each step the log in the
 * database is folded anew, in here: what follows from it is what the server
 * tells, to a player and to somebody who watches; and none of its numbers is
 * left out.
 */
#include "test/test_game.h"

#include "games/random.h"
#include "match/match.h"

/* Looped back there is room for so many builds of a plugin in one kit. */
enum { PLAYERS = 2, STEPS = 120, LOOPED_RELOADS = 12 };

static const char *const names[PLAYERS + 1] = {"ann", "bob", "eve"};
static struct testkit_client *people[PLAYERS + 1];
static uint64_t seed;
static int reloads; /* of this kit */

/* --- the log */

static void read_options(sqlite3 *db, struct match_options *ret)
{
    sqlite3_stmt *row = NULL;

    memset(ret, 0, sizeof(*ret));
    sqlite3_prepare_v2(db,
                       "SELECT game, created, initial, increment, grace, "
                       "ready, idle FROM matches WHERE id = ?1",
                       -1, &row, NULL);
    sqlite3_bind_text(row, 1, match_id, -1, SQLITE_STATIC);
    ck_assert_int_eq(sqlite3_step(row), SQLITE_ROW);
    ret->rules = rules_find((const char *)sqlite3_column_text(row, 0));
    ret->created = sqlite3_column_int64(row, 1);
    ret->initial = sqlite3_column_int64(row, 2);
    ret->increment = sqlite3_column_int64(row, 3);
    ret->grace = sqlite3_column_int64(row, 4);
    ret->ready = sqlite3_column_int64(row, 5);
    ret->idle = sqlite3_column_int64(row, 6);
    sqlite3_finalize(row);
}

/* The match, from nothing but its log. */
static void fold(struct match *ret)
{
    struct match_options options;
    sqlite3_stmt *row = NULL;
    sqlite3 *db = NULL;

    ck_assert_int_eq(sqlite3_open(database, &db), SQLITE_OK);
    read_options(db, &options);
    match_init(ret, &options);
    sqlite3_prepare_v2(db,
                       "SELECT n, at, kind, seat, text FROM entries"
                       " WHERE match = ?1 ORDER BY n",
                       -1, &row, NULL);
    sqlite3_bind_text(row, 1, match_id, -1, SQLITE_STATIC);
    while (sqlite3_step(row) == SQLITE_ROW) {
        struct entry entry;
        memset(&entry, 0, sizeof(entry));
        ck_assert_int_eq(sqlite3_column_int(row, 0), ret->number + 1);
        entry.at = sqlite3_column_int64(row, 1);
        entry.kind = (int8_t)sqlite3_column_int(row, 2);
        entry.seat = (int8_t)sqlite3_column_int(row, 3);
        snprintf(entry.text, sizeof(entry.text), "%s",
                 (const char *)sqlite3_column_text(row, 4));
        ck_assert_ptr_null(match_check(ret, &entry).code);
        match_apply(ret, &entry);
    }
    sqlite3_finalize(row);
    sqlite3_close(db);
}

/* --- what is compared */

/* Each member of the game's view, as the client has it. */
static void compare_view(struct testkit_client *client, const struct view *view)
{
    for (int i = 0; i < view->count; i++) {
        const struct view_member *m = &view->members[i];
        char path[64];
        bool both = m->kind == VIEW_NUMBERS || m->kind == VIEW_TEXTS;
        for (int seat = 0; seat < (both ? SEATS : 1); seat++) {
            snprintf(path, sizeof(path), both ? "0.view.%s.%d" : "0.view.%s",
                     m->key, seat);
            if (m->kind == VIEW_TEXT || m->kind == VIEW_TEXTS)
                ck_assert_str_eq(testkit_got_text(client, path), m->text[seat]);
            else
                ck_assert_int_eq(testkit_got_int(client, path),
                                 m->number[seat]);
        }
    }
}

/* What the server tells is what follows from the log. Watching may be an entry
 * by itself, of a player who is back: that comes behind the view. */
static void compare(int who)
{
    struct match match;
    struct view view;
    int seat;

    testkit_advance(kit, 0);
    fold(&match);
    testkit_skip(people[who]);
    int asked = testkit_call(people[who], "match:watch", "{match:s}", match_id);
    testkit_expect_ack(people[who], asked, "{ok:true, match:s}", match_id);
    testkit_expect(people[who], "match:view",
                   "{match:s, n:I, status:s, moves:I, '<more>':true}", match_id,
                   (int64_t)match.number, match_status_name(match.status),
                   (int64_t)match.moves);
    seat = match_seat_of(&match, names[who]);
    match_view(&match, seat, &view);
    compare_view(people[who], &view);
    testkit_advance(kit, 0);
}

/* --- what is done */

static void come(int who)
{
    if (!people[who])
        people[who] = enter(names[who]);
}

static void any_move(int who, char text[MOVE_SIZE])
{
    struct match match;
    struct view view;
    int seat;

    fold(&match);
    seat = match_seat_of(&match, names[who]);
    snprintf(text, MOVE_SIZE, "%u", random_below(&seed, 10));
    match_view(&match, seat, &view);
    if (seat != NOBODY && view.count > 0 && random_below(&seed, 4) != 0)
        match_rules(&match)->bot(&view, seat, 1, seed, text);
}

static void act(int who)
{
    static const char *const others[] = {"match:offer",   "match:accept",
                                         "match:decline", "match:ready",
                                         "match:join",    "match:leave"};
    char text[MOVE_SIZE];

    if (random_below(&seed, 3) != 0) {
        any_move(who, text);
        testkit_call(people[who], "match:move", "{match:s, move:s}", match_id,
                     text);
    } else {
        testkit_call(people[who], others[random_below(&seed, 6)], "{match:s}",
                     match_id);
    }
}

static void reload(void)
{
    if (getenv("MORTISE_TESTKIT_LOOPBACK") && reloads >= LOOPED_RELOADS)
        return;
    reloads++;
    testkit_reload(kit, PLUGIN, "");
}

/* What is over is only in the database then: 0. */
static int restart(void)
{
    struct match match;

    testkit_free(kit);
    reloads = 0;
    memset(people, 0, sizeof(people));
    boot("graceSeconds:600, keepSeconds:86400");
    /* The clock of a kit begins anew; that of the world does not. */
    for (int who = 0; who <= PLAYERS; who++)
        come(who);
    fold(&match);
    return match.status != MATCH_OVER;
}

/* 1, or 0 when there is nothing left to do. */
static int step(void)
{
    int who = (int)random_below(&seed, PLAYERS);

    switch (random_below(&seed, 24)) {
    case 0:
        if (people[who])
            testkit_vanish(people[who]);
        people[who] = NULL;
        break;
    case 1:
        reload();
        break;
    case 2:
        if (random_below(&seed, 4) == 0 && !restart())
            return 0;
        break;
    case 3:
        testkit_advance(kit, random_below(&seed, 5000));
        break;
    default:
        come(who);
        act(who);
        if (random_below(&seed, 3) == 0) /* while it is being written */
            reload();
    }
    testkit_advance(kit, 1000); /* there is a rate */
    return 1;
}

static void play(const char *options)
{
    start("graceSeconds:600, keepSeconds:86400");
    reloads = 0;
    memset(people, 0, sizeof(people));
    for (int who = 0; who <= PLAYERS; who++)
        come(who);
    begin(people[0], people[1], options);
    for (int i = 0; i < STEPS && step(); i++) {
        int who = (int)random_below(&seed, PLAYERS);
        compare(PLAYERS);
        come(who);
        compare(who);
    }
    finish();
}

START_TEST(what_is_told_follows_from_the_log)
{
    seed = (uint64_t)_i + 1;
    play(_i % 2 ? "game:'battleship'"
                : "game:'connect-four', clock:{seconds:86400}");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("game: any");
    TCase *test = tcase_create("any");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(test, what_is_told_follows_from_the_log, 0, 6);
    suite_add_tcase(suite, test);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
