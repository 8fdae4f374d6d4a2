/* SPDX-License-Identifier: MIT */
/* Pages of a history, catching up, a room of 500, and databases in trouble. */
#include "test/test_chat.h"

static long long count_messages(void)
{
    return strtoll(select_text("SELECT count(*) FROM messages"), NULL, 10);
}

/* Says "1" to "n", a second apart; their ids. */
static void talk(struct testkit_client *client, int n, int64_t *ids)
{
    for (int i = 1; i <= n; i++) {
        char text[16];
        snprintf(text, sizeof(text), "%d", i);
        ids[i] = say(client, "wood", text);
        testkit_advance(kit, 1000);
    }
    testkit_skip(client);
}

/* The page has the messages `first` to `last`, of those that talk() has said;
 * and there is more in that direction. */
static void expect_page(struct testkit_client *client, const char *where,
                        int64_t at, int limit, int first, int last, int more)
{
    char asked[64], expected[4096];
    int n =
        snprintf(expected, sizeof(expected),
                 "{ok:true, room:'wood', more:b, '<more>':true, messages:[");

    for (int i = first; i <= last; i++)
        n += snprintf(expected + n, sizeof(expected) - (size_t)n,
                      "%s{text:'%d', '<more>':true}", i > first ? "," : "", i);
    snprintf(expected + n, sizeof(expected) - (size_t)n, "]}");
    snprintf(asked, sizeof(asked), "{room:'wood', limit:i, %s:I}", where);
    testkit_expect_ack(client, ASK(client, "history", asked, limit, at),
                       expected, more);
}

START_TEST(pages)
{
    int64_t ids[31];

    start();
    struct testkit_client *ann = enter("Ann", "wood");
    talk(ann, 30, ids);
    expect_page(ann, "before", ids[30], 5, 25, 29, 1);
    expect_page(ann, "before", ids[6], 5, 1, 5, 0);
    expect_page(ann, "before", ids[1], 5, 1, 0, 0);
    expect_page(ann, "after", ids[30], 5, 1, 0, 0);
    expect_page(ann, "after", 0, 5, 1, 5, 1);
    expect_page(ann, "after", ids[25], 5, 26, 30, 0);
    expect_page(ann, "around", ids[10], 6, 7, 12, 1);
    expect_page(ann, "around", ids[1], 6, 1, 3, 0);
    expect_page(ann, "around", ids[30], 6, 27, 30, 1);
    ASKED(ann,
          "{messages:[{text:'1', '<more>':true}, '<more>'], more:false, "
          "'<more>':true}",
          "history", "{room:'wood'}");
    finish();
}
END_TEST

/* However long the messages are, a page is not. */
START_TEST(pages_by_weight)
{
    char text[16000 + 1];

    start();
    struct testkit_client *ann = enter("Ann", "wood");
    for (size_t i = 0; i < sizeof(text) - 1; i += 4)
        snprintf(text + i, sizeof(text) - i, "\xf0\x9f\x98\x80");
    for (int i = 0; i < 20; i++)
        say(ann, "wood", text);
    int64_t last = say(ann, "wood", "the last");
    ASKED(ann, "{messages:'<array>', more:true, '<more>':true}", "history",
          "{room:'wood', limit:100}");
    ck_assert_int_eq(testkit_got_int(ann, "0.messages.16.id"), last);
    int64_t first = testkit_got_int(ann, "0.messages.0.id");
    int asked = ASK(ann, "history", "{room:'wood', before:I}", first);
    testkit_expect_ack(ann, asked,
                       "{messages:[{'<more>':true}, {'<more>':true}, "
                       "{'<more>':true}, {'<more>':true}], more:false, "
                       "'<more>':true}");
    finish();
}
END_TEST

START_TEST(searches)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    say(ann, "wood", "An oak");
    int64_t id = say(ann, "wood", "A beech, an OAK, 100%");
    say(ann, "wood", "An elm");
    ASKED(ann,
          "{messages:[{text:'An oak', '<more>':true}, {text:'A beech, an OAK, "
          "100%', '<more>':true}], more:false, '<more>':true}",
          "search", "{room:'wood', text:'oak'}");
    int asked = ASK(ann, "search", "{room:'wood', text:'oak', before:I}", id);
    testkit_expect_ack(ann, asked,
                       "{messages:[{text:'An oak', '<more>':true}], "
                       "'<more>':true}");
    ASKED(ann, "{messages:[], '<more>':true}", "search",
          "{room:'wood', text:'%e%'}");
    REFUSED(ann, "no_such_room", "search", "{room:'sea', text:'oak'}");
    /* In parts, when there is a lot. */
    for (int i = 0; i < 60; i++) {
        testkit_advance(kit, 1000);
        say(ann, "wood", "ash");
    }
    ASKED(ann,
          "{messages:'<array>', more:true, before:'<number>', "
          "'<more>':true}",
          "search", "{room:'wood', text:'ash'}");
    int64_t before = testkit_got_int(ann, "0.before");
    ck_assert_int_eq(testkit_got_int(ann, "0.messages.0.id"), before);
    testkit_advance(kit, 60000);
    asked = ASK(ann, "search", "{room:'wood', text:'ash', before:I}", before);
    testkit_expect_ack(ann, asked,
                       "{messages:'<array>', more:false, "
                       "'<more>':true}");
    ck_assert_int_lt(testkit_got_int(ann, "0.messages.9.id"), before);
    finish();
}
END_TEST

/* Whoever asks for everything since the last `rev` that they know has missed
 * nothing, whatever has happened meanwhile. */
START_TEST(catches_up)
{
    int64_t ids[6];

    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    talk(ann, 5, ids);
    testkit_skip(bob);
    ASKED(bob, "{rooms:[{rev:'<number>', '<more>':true}], '<more>':true}",
          "hello", "{}");
    int64_t rev = testkit_got_int(bob, "0.rooms.0.rev");
    testkit_vanish(bob);

    ASK(ann, "edit", "{id:I, text:'edited'}", ids[1]);
    int64_t id = say(ann, "wood", "new");
    ASK(ann, "delete", "{id:I}", ids[2]);
    ASK(ann, "react", "{id:I, emoji:'+'}", ids[3]);
    ASK(ann, "edit", "{id:I, text:'again'}", ids[1]);

    bob = connect_as("Bob");
    ASKED(bob, OK, "hello", "{}");
    int64_t later = say(ann, "wood", "later");
    testkit_expect(bob, "said", "{id:I, '<more>':true}", later);
    int asked = ASK(bob, "history", "{room:'wood', since:I}", rev);
    testkit_expect_ack(
        bob, asked,
        "{messages:[{id:I, text:'new', '<more>':true}, "
        "{id:I, text:'', deleted:'<number>', '<more>':true}, "
        "{id:I, reactions:[{emoji:'+', count:1, mine:false}], '<more>':true}, "
        "{id:I, text:'again', '<more>':true}, {id:I, '<more>':true}], "
        "more:false, '<more>':true}",
        id, ids[2], ids[3], ids[1], later);
    /* In pages that are too small: always from the last one on. */
    asked = ASK(bob, "history", "{room:'wood', since:I, limit:2}", rev);
    testkit_expect_ack(bob, asked,
                       "{messages:[{id:I, '<more>':true}, {id:I, "
                       "'<more>':true}], more:true, '<more>':true}",
                       id, ids[2]);
    rev = testkit_got_int(bob, "0.messages.1.rev");
    asked = ASK(bob, "history", "{room:'wood', since:I, limit:3}", rev);
    testkit_expect_ack(bob, asked,
                       "{messages:[{id:I, '<more>':true}, {id:I, "
                       "'<more>':true}, {id:I, '<more>':true}], more:false, "
                       "'<more>':true}",
                       ids[3], ids[1], later);
    finish();
}
END_TEST

/* All see the same, in the same order, and find it so afterwards. */
START_TEST(holds_a_room_of_500)
{
    enum { PEOPLE = 500, SAID = 100 };
    static struct testkit_client *people[PEOPLE];
    static int64_t ids[SAID];
    int asked[SAID];
    char name[16];

    start();
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(name, sizeof(name), "P%d", i);
        people[i] = connect_as(name);
        testkit_call(people[i], "join", "{room:'wood'}");
    }
    testkit_advance(kit, 0);
    for (int i = 0; i < PEOPLE; i++)
        testkit_skip(people[i]);
    for (int i = 0; i < SAID; i++) {
        snprintf(name, sizeof(name), "%d", i);
        asked[i] =
            testkit_call(people[i * 5], "say", "{room:'wood', text:s}", name);
    }
    testkit_advance(kit, 0);
    for (int i = 0; i < SAID; i++) {
        testkit_expect_ack(people[i * 5], asked[i], OK);
        ids[i] = testkit_got_int(people[i * 5], "0.id");
        ck_assert(i == 0 || ids[i] > ids[i - 1]);
    }
    for (int p = 0; p < PEOPLE; p += 7)
        for (int i = 0; i < SAID; i++)
            testkit_expect(people[p], "said", "{id:I, '<more>':true}", ids[i]);
    expect_page(people[1], "before", ids[99] + 1, 100, 0, 99, 0);
    ASKED(people[1], "{ok:true, people:'<array>', more:true, room:'wood'}",
          "who", "{room:'wood', after:200}");
    ASKED(people[1], "{ok:true, people:'<array>', more:false, room:'wood'}",
          "who", "{room:'wood', after:400}");
    finish();
}
END_TEST

/* --- trouble */

/* The sender is told, nothing is said, and the next try finds it as it was. */
START_TEST(says_when_it_is_locked)
{
    sqlite3 *other = NULL;

    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    testkit_skip(ann);
    sqlite3_open(database, &other);
    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    REFUSED(ann, "unavailable", "say", "{room:'wood', text:'x', key:'k'}");
    testkit_expect_nothing(bob);
    /* Reading goes on. */
    ASKED(bob, "{messages:[], '<more>':true}", "history", "{room:'wood'}");
    sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(other);
    ASKED(ann, OK, "say", "{room:'wood', text:'x', key:'k'}");
    testkit_expect(bob, "said", "{text:'x', '<more>':true}");
    testkit_expect_nothing(bob);
    testkit_expect_log(kit, "locked");
    testkit_skip_log(kit);
    finish();
}
END_TEST

START_TEST(says_when_it_is_full)
{
    char text[3501];
    int kept = 0;

    start_with(", databaseMiB:1");
    struct testkit_client *ann = enter("Ann", "wood");
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    for (;; kept++) {
        testkit_advance(kit, 1000); /* not to say too much at once */
        testkit_expect_ack(ann, ASK(ann, "say", "{room:'wood', text:s}", text),
                           "{'<more>':true}");
        if (count_messages() == kept)
            break;
    }
    ck_assert_int_gt(kept, 100);
    REFUSED(ann, "unavailable", "say", "{room:'wood', text:s}", text);
    testkit_expect_log(kit, "full");
    testkit_skip_log(kit);
    /* What was acknowledged is there, and goes on. */
    restart("");
    ann = connect_as("Ann");
    ASKED(ann, OK, "say", "{room:'wood', text:'There is room again'}");
    ck_assert_int_eq(count_messages(), kept + 1);
    finish();
}
END_TEST

/* Whichever allocation fails, a message is said once and answered when it is
 * sent again. */
START_TEST(goes_on_without_memory)
{
    char key[24];
    int failed = 1;

    start();
    struct testkit_client *ann = enter("Ann", "wood");
    testkit_skip(ann);
    for (int n = 1; failed; n++) {
        snprintf(key, sizeof(key), "k%d", n);
        failed = 0;
        testkit_fail_allocation(kit, n);
        testkit_call(ann, "say", "{room:'wood', text:s, key:s}", key, key);
        failed |= testkit_allocation_failed(kit);
        testkit_fail_allocation(kit, n);
        testkit_advance(kit, 0);
        failed |= testkit_allocation_failed(kit);
        testkit_advance(kit, 1000);
        ann = come_again("Ann");
        int asked = ASK(ann, "say", "{room:'wood', text:s, key:s}", key, key);
        testkit_expect_ack(ann, asked, OK);
        ck_assert_int_eq(count_messages(), n);
        testkit_skip_log(kit);
        if (testkit_skip(ann) > 1)
            ck_abort_msg("it was said twice");
    }
    finish();
}
END_TEST

/* A state that says nothing: the database is enough to go on. */
START_TEST(goes_on_without_a_state)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    testkit_skip(ann);
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_DAMAGED);
    testkit_expect_no_reload(kit, PLUGIN, "damaged", "");
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_EMPTY);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    say(ann, "wood", "Hello");
    testkit_expect(bob, "said", "{text:'Hello', '<more>':true}");
    testkit_vanish(bob);
    testkit_advance(kit, 60000);
    finish();
}
END_TEST

/* A bound on what waits: who comes too late is told at once. */
START_TEST(is_busy_at_times)
{
    int asked[5];

    start_with(", waitingMax:4");
    struct testkit_client *ann = enter("Ann", "wood");
    for (int i = 0; i < 5; i++)
        asked[i] = testkit_call(ann, "say", "{room:'wood', text:'x'}");
    testkit_expect_ack(ann, asked[4],
                       "{error:{code:'busy', data:{retry:'<number>'}, "
                       "'<more>':true}}");
    testkit_advance(kit, 0);
    for (int i = 0; i < 4; i++)
        testkit_expect_ack(ann, asked[i], OK);
    finish();
}
END_TEST

/* A new build in the middle: what waits is written by it, and said once. */
START_TEST(crosses_a_reload)
{
    int asked[6], page;

    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    testkit_skip(ann);
    for (int i = 0; i < 6; i++) {
        char key[8];
        snprintf(key, sizeof(key), "k%d", i / 2);
        asked[i] =
            testkit_call(ann, "say", "{room:'wood', text:s, key:s}", key, key);
    }
    page = testkit_call(bob, "history", "{room:'wood'}");
    testkit_reload(kit, PLUGIN, "");
    asked[1] = testkit_call(ann, "say", "{room:'wood', text:'k0', key:'k0'}");
    testkit_advance(kit, 0);
    testkit_expect_ack(bob, page, OK);
    for (int i = 0; i < 6; i++)
        testkit_expect_ack(ann, asked[i], OK);
    for (int i = 0; i < 3; i++) {
        char key[8];
        snprintf(key, sizeof(key), "k%d", i);
        testkit_expect(bob, "said", "{text:s, '<more>':true}", key);
    }
    testkit_expect_nothing(bob);
    ck_assert_str_eq(select_text("SELECT count(*) FROM messages"), "3");
    finish();
}
END_TEST

/* Messages go when their time is over, and no others. */
START_TEST(forgets_after_a_while)
{
    start_with(", keepDays:1");
    struct testkit_client *ann = enter("Ann", "wood");
    say(ann, "wood", "Old");
    testkit_advance(kit, 12 * 3600 * 1000);
    say(ann, "wood", "New");
    testkit_advance(kit, 12 * 3600 * 1000 + 11 * 60 * 1000);
    ASKED(ann, "{messages:[{text:'New', '<more>':true}], '<more>':true}",
          "history", "{room:'wood'}");
    /* A room in which nobody and nothing is goes too. */
    ASKED(ann, "{ok:true}", "leave", "{room:'wood'}");
    testkit_advance(kit, 20 * 60 * 1000);
    ck_assert_str_eq(select_text("SELECT count(*) FROM rooms"), "1");
    testkit_advance(kit, 24 * 3600 * 1000);
    ck_assert_str_eq(select_text("SELECT count(*) FROM rooms"), "0");
    finish();
}
END_TEST

TESTKIT_MAIN("chat/history", pages, pages_by_weight, searches, catches_up,
             holds_a_room_of_500, says_when_it_is_locked, says_when_it_is_full,
             goes_on_without_memory, goes_on_without_a_state, is_busy_at_times,
             crosses_a_reload, forgets_after_a_while)
