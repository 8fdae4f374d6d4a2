/* SPDX-License-Identifier: MIT */
/* Users who are erased: by the operator, or since their account was deleted. */
#include "test/test_chat.h"

/* 1200 messages of Bob in the first room: what is erased in three parts. */
static void write_much(void)
{
    select_text("WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1"
                " FROM n WHERE i < 2199) INSERT INTO messages(id, rev, room,"
                " user, name, text, at) SELECT i, i, 1, '<Bob>', 'Bob', 'x', 0"
                " FROM n");
    select_text("UPDATE counter SET value = 5000");
}

static void expect_count(const char *sql, const char *count)
{
    ck_assert_str_eq(select_text(sql), count);
}

#define OF_BOB  "SELECT count(*) FROM messages WHERE user = '<Bob>'"
#define ERASING "SELECT count(*) FROM erasing"
#define LOGGED  "SELECT count(*) FROM log WHERE what = 'erase'"

/* All of it, in parts, and others' messages stay. */
START_TEST(erases_a_user)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    int64_t kept = say(ann, "wood", "Stays");
    int64_t rev = say(bob, "wood", "Goes, @Ann");
    testkit_expect_ack(bob, ASK(bob, "react", "{id:I, emoji:'+'}", kept), OK);
    write_much();
    testkit_skip(ann);
    int order = testkit_command(kit, "chat erase @bob");
    testkit_advance(kit, 0);
    testkit_expect_value(kit, order, "{ok:true, messages:1201}");
    testkit_expect(ann, "left", "{room:'wood', id:'<Bob>', '<more>':true}");
    testkit_expect(ann, "erased", "{id:'<Bob>'}");
    ck_assert_str_eq(
        select_text("SELECT group_concat(id) FROM messages WHERE text <> ''"),
        "1");
    ck_assert_str_eq(select_text("SELECT count(*) FROM messages m, users u,"
                                 " members e WHERE m.user = '<Bob>' OR"
                                 " u.id = '<Bob>' OR e.user = '<Bob>'"),
                     "0");
    ck_assert_str_eq(select_text("SELECT by FROM log WHERE what = 'erase'"),
                     "operator");
    /* Whoever catches up hears of it. */
    int asked =
        ASK(ann, "history", "{room:'wood', since:I, limit:2}", rev + 4000);
    testkit_expect_ack(ann, asked,
                       "{messages:[{id:I, from:'deleted', name:'', text:'', "
                       "deleted:'<number>', '<more>':true}, '<more>'], "
                       "more:true, '<more>':true}",
                       rev);
    REFUSED(bob, "not_in_room", "say", "{room:'wood', text:'x'}");
    order = testkit_command(kit, "chat erase @bob");
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 1, "Nobody knows this user.\n");
    finish();
}
END_TEST

/* The plugin with the accounts says so, of whom is there and of whom is not. */
START_TEST(forgets_an_account)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");

    say(bob, "wood", "Goes");
    testkit_skip(ann);
    ASKED(ann, "{ok:true}", "forget", "s", "<Bob>");
    testkit_expect(ann, "left", "{room:'wood', id:'<Bob>', '<more>':true}");
    testkit_expect(ann, "erased", "{id:'<Bob>'}");
    expect_count(OF_BOB, "0");
    expect_count("SELECT count(*) FROM users WHERE id = '<Bob>'", "0");
    ck_assert_str_eq(select_text("SELECT by FROM log WHERE what = 'erase'"),
                     "accounts");
    /* Nobody is known by a name alone, and who never was here is no trouble. */
    say(ann, "wood", "Stays");
    REFUSED(ann, "bad_user", "forget", "s", "@ann");
    REFUSED(ann, "bad_user", "forget", "s", "");
    ASKED(ann, "{ok:true}", "forget", "s", "<Nobody>");
    expect_count("SELECT count(*) FROM messages WHERE user = '<Ann>'", "1");
    finish();
}
END_TEST

/* What had to wait is done by the next build, or by the next server. */
START_TEST(goes_on)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");

    say(ann, "wood", "Stays");
    write_much();
    int asked = testkit_call(ann, "forget", "s", "<Bob>");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, asked, "{ok:true}");
    expect_count(OF_BOB, "0");
    expect_count(ERASING, "0");
    expect_count(LOGGED, "1");

    select_text("INSERT INTO erasing VALUES('<Bob>')");
    select_text("UPDATE messages SET user = '<Bob>' WHERE id > 1500");
    restart("");
    enter("Ann", "wood");
    testkit_advance(kit, 0);
    expect_count(OF_BOB, "0");
    expect_count(ERASING, "0");
    expect_count(LOGGED, "2");

    /* Where the next part could not wait, it is begun again. */
    select_text("INSERT INTO erasing VALUES('<Bob>')");
    select_text("UPDATE messages SET user = '<Bob>' WHERE id > 1500");
    testkit_advance(kit, 10 * 60 * 1000);
    expect_count(OF_BOB, "0");
    expect_count(ERASING, "0");
    finish();
}
END_TEST

START_TEST(says_what_it_cannot_do)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    sqlite3 *other = NULL;

    ck_assert_int_eq(sqlite3_open(database, &other), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    ASKED(ann, "{ok:true}", "forget", "s", "<Bob>");
    testkit_expect_log(kit, "database BEGIN IMMEDIATE: database is locked");
    testkit_expect_log(kit, "<Bob> could not be erased: say `mortise chat "
                            "erase <Bob>`");
    sqlite3_close(other);
    finish();
}
END_TEST

TESTKIT_MAIN("chat/erase", erases_a_user, forgets_an_account, goes_on,
             says_what_it_cannot_do)
