/* SPDX-License-Identifier: MIT */
/* What is said: once for each key, in order, edited, deleted, reacted to. */
#include "test/test_chat.h"

START_TEST(says_to_all_in_the_room)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    struct testkit_client *eve = enter("Eve", "sea");

    testkit_skip(ann);
    testkit_advance(kit, 1500);
    int asked = testkit_call(ann, "say", "{room:'wood', text:'Hello'}");
    testkit_expect_no_ack(ann, asked);
    testkit_expect_nothing(bob);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, asked,
                       "{ok:true, room:'wood', id:'<number>', time:I}",
                       testkit_now(kit));
    int64_t id = testkit_got_int(ann, "0.id");
    testkit_expect(bob, "said",
                   "{room:'wood', id:I, rev:I, from:'<Ann>', name:'Ann', "
                   "text:'Hello', time:I}",
                   id, id, testkit_now(kit));
    testkit_expect(ann, "said", "{id:I, text:'Hello', '<more>':true}", id);
    testkit_expect_nothing(eve);

    int64_t next = say(bob, "wood", "An answer");
    ck_assert_int_gt(next, id);
    asked = ASK(ann, "say", "{room:'wood', text:'To that', reply:I}", next);
    testkit_expect_ack(ann, asked, OK);
    testkit_skip(ann);
    testkit_expect(bob, "said", "{text:'An answer', '<more>':true}");
    testkit_expect(bob, "said", "{text:'To that', reply:I, '<more>':true}",
                   next);
    REFUSED(ann, "no_such_message", "say",
            "{room:'wood', text:'x', reply:12345}");
    REFUSED(ann, "empty", "say", "{room:'wood', text:s}", " \xe2\x80\x8b\n ");
    finish();
}
END_TEST

/* Sent again and again, by other connections, in any order, while the first is
 * on its way or long after: said once, and always the same answer. */
START_TEST(says_once)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    int asked[6];

    for (int i = 0; i < 6; i++) {
        char key[8];
        snprintf(key, sizeof(key), "k%d", i % 3);
        asked[i] =
            testkit_call(ann, "say", "{room:'wood', text:s, key:s}", key, key);
    }
    testkit_advance(kit, 0);
    int64_t ids[3];
    for (int i = 0; i < 6; i++) {
        testkit_expect_ack(ann, asked[i], OK);
        if (i < 3)
            ids[i] = testkit_got_int(ann, "0.id");
        ck_assert_int_eq(testkit_got_int(ann, "0.id"), ids[i % 3]);
    }
    ck_assert_int_lt(ids[0], ids[1]);
    ck_assert_int_lt(ids[1], ids[2]);
    for (int i = 0; i < 3; i++)
        testkit_expect(bob, "said", "{id:I, '<more>':true}", ids[i]);
    testkit_expect_nothing(bob);

    /* The answer was lost with the connection, and the server with it. */
    testkit_advance(kit, 5000);
    restart("");
    ann = connect_as("Ann");
    bob = connect_as("Bob");
    ASKED(bob, OK, "hello", "{}");
    int again = ASK(ann, "say", "{room:'wood', text:'k1', key:'k1'}");
    testkit_expect_ack(ann, again,
                       "{ok:true, room:'wood', id:I, time:'<number>'}", ids[1]);
    testkit_expect_nothing(bob);
    ck_assert_str_eq(select_text("SELECT count(*) FROM messages"), "3");

    /* Another user's key is another one, and so is another key. */
    ASKED(bob, OK, "say", "{room:'wood', text:'mine', key:'k1'}");
    testkit_expect(bob, "said", "{text:'mine', from:'<Bob>', '<more>':true}");
    ASKED(bob, OK, "say", "{room:'wood', text:'mine', key:'k2'}");
    testkit_expect(bob, "said", "{text:'mine', '<more>':true}");
    finish();
}
END_TEST

/* A key is used up by a message, not by a refusal. */
START_TEST(keeps_keys_of_what_was_refused)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = connect_as("Bob");

    REFUSED(bob, "not_in_room", "say", "{room:'wood', text:'x', key:'k'}");
    ASKED(bob, OK, "join", "{room:'wood'}");
    testkit_skip(ann);
    ASKED(bob, OK, "say", "{room:'wood', text:'x', key:'k'}");
    testkit_expect(ann, "said", "{text:'x', '<more>':true}");
    /* And its answer is there for who has left meanwhile. */
    ASKED(bob, OK, "leave", "{room:'wood'}");
    ASKED(bob, OK, "say", "{room:'wood', text:'x', key:'k'}");
    finish();
}
END_TEST

START_TEST(edits_and_deletes)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    struct testkit_client *eve = connect_as("Eve");
    int64_t id = say(bob, "wood", "Helo");

    testkit_skip(ann);
    testkit_advance(kit, 1000);
    int asked = ASK(bob, "edit", "{id:I, text:'Hello'}", id);
    testkit_expect_ack(bob, asked, "{ok:true, id:I, rev:'<number>'}", id);
    int64_t rev = testkit_got_int(bob, "0.rev");
    ck_assert_int_gt(rev, id);
    testkit_expect(ann, "edited",
                   "{room:'wood', id:I, rev:I, from:'<Bob>', text:'Hello', "
                   "edited:I, '<more>':true}",
                   id, rev, testkit_now(kit));
    REFUSED(ann, "not_yours", "edit", "{id:I, text:'Mine'}", id);
    REFUSED(eve, "no_such_message", "edit", "{id:I, text:'x'}", id);
    REFUSED(eve, "no_such_message", "delete", "{id:I}", id);
    REFUSED(bob, "no_such_message", "delete", "{id:12345}");

    asked = ASK(bob, "delete", "{id:I}", id);
    testkit_expect_ack(bob, asked, OK);
    testkit_expect(ann, "deleted",
                   "{room:'wood', id:I, rev:'<number>', by:'<Bob>', "
                   "reason:''}",
                   id);
    testkit_expect_ack(bob, ASK(bob, "delete", "{id:I}", id), OK);
    testkit_expect_nothing(ann);
    REFUSED(bob, "deleted", "edit", "{id:I, text:'x'}", id);
    REFUSED(bob, "deleted", "react", "{id:I, emoji:'+'}", id);
    ASKED(ann,
          "{messages:[{id:'<number>', text:'', deleted:'<number>', "
          "'<more>':true}], '<more>':true}",
          "history", "{room:'wood'}");
    ck_assert_str_eq(
        select_text("SELECT group_concat(text) FROM edits ORDER BY id"),
        "Helo,Hello");

    /* Who has opened the room may take away what others have said. */
    id = say(bob, "wood", "Bad words");
    testkit_expect_ack(ann, ASK(ann, "delete", "{id:I, reason:'Bad'}", id), OK);
    testkit_expect(ann, "said", "{'<more>':true}");
    testkit_expect(ann, "deleted", "{by:'<Ann>', '<more>':true}");
    struct testkit_client *mod = connect_with("Mo", "chat.moderate");
    id = say(bob, "wood", "More of them");
    testkit_expect_ack(mod, ASK(mod, "delete", "{id:I}", id), OK);
    testkit_expect(ann, "said", "{'<more>':true}");
    testkit_expect(ann, "deleted", "{by:'<Mo>', '<more>':true}");
    ck_assert_str_eq(
        select_text("SELECT what || by || detail FROM log WHERE message > 0"),
        "delete<Ann>Bad");
    finish();
}
END_TEST

START_TEST(edits_for_a_while_only)
{
    start_with(", editMinutes:1");
    struct testkit_client *ann = enter("Ann", "wood");
    int64_t id = say(ann, "wood", "Hello");

    testkit_advance(kit, 60000);
    testkit_expect_ack(ann, ASK(ann, "edit", "{id:I, text:'a'}", id), OK);
    testkit_advance(kit, 1);
    REFUSED(ann, "too_late", "edit", "{id:I, text:'b'}", id);
    finish();
}
END_TEST

START_TEST(takes_reactions)
{
    char emoji[8];
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    int64_t id = say(ann, "wood", "Hello");

    testkit_skip(ann);
    testkit_skip(bob);
    testkit_expect_ack(bob, ASK(bob, "react", "{id:I, emoji:'+1'}", id), OK);
    testkit_expect(ann, "reacted",
                   "{room:'wood', id:I, rev:'<number>', by:'<Bob>', "
                   "emoji:'+1', on:true, count:1}",
                   id);
    testkit_expect_ack(bob, ASK(bob, "react", "{id:I, emoji:'+1'}", id), OK);
    testkit_expect_nothing(ann);
    testkit_expect_ack(ann, ASK(ann, "react", "{id:I, emoji:'+1'}", id), OK);
    testkit_expect(ann, "reacted", "{count:2, '<more>':true}");
    ASKED(bob,
          "{messages:[{reactions:[{emoji:'+1', count:2, mine:true}], "
          "'<more>':true}], '<more>':true}",
          "history", "{room:'wood'}");
    testkit_expect_ack(
        bob, ASK(bob, "react", "{id:I, emoji:'+1', on:false}", id), OK);
    testkit_expect(ann, "reacted", "{on:false, count:1, '<more>':true}");
    for (int i = 0; i < 19; i++) {
        snprintf(emoji, sizeof(emoji), "%d", i);
        testkit_advance(kit, 1000);
        testkit_expect_ack(ann, ASK(ann, "react", "{id:I, emoji:s}", id, emoji),
                           OK);
    }
    REFUSED(bob, "too_many", "react", "{id:I, emoji:'one too many'}", id);
    REFUSED(bob, "no_such_message", "react", "{id:4711, emoji:'+1'}");
    finish();
}
END_TEST

START_TEST(mentions_members)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob.B", "wood");
    struct testkit_client *eve = enter("Eve", "sea");

    testkit_skip(ann);
    testkit_skip(bob);
    int64_t id =
        say(ann, "wood", "@bob.b. @Bob.B, @Eve and a@Ann: come @here!");
    testkit_expect(bob, "said", "{mentions:['<Bob.B>'], '<more>':true}");
    ASKED(bob, "{rooms:[{unread:1, mentions:1, '<more>':true}], '<more>':true}",
          "hello", "{}");
    testkit_expect_nothing(eve);
    testkit_expect_ack(ann, ASK(ann, "edit", "{id:I, text:'Nobody'}", id), OK);
    ASKED(bob, "{rooms:[{unread:1, mentions:0, '<more>':true}], '<more>':true}",
          "hello", "{}");
    finish();
}
END_TEST

START_TEST(counts_what_is_unread)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    struct testkit_client *desk = connect_as("Bob");
    int64_t first, second;

    ASKED(desk, OK, "hello", "{}");
    first = say(ann, "wood", "One");
    second = say(ann, "wood", "Two, @bob");
    testkit_skip(ann);
    testkit_skip(bob);
    testkit_skip(desk);
    int asked = ASK(bob, "read", "{room:'wood', id:I}", first);
    testkit_expect_ack(bob, asked,
                       "{ok:true, room:'wood', read:I, unread:1, mentions:1}",
                       first);
    testkit_expect(desk, "read", "{room:'wood', read:I, unread:1, mentions:1}",
                   first);
    testkit_expect(ann, "seen", "{room:'wood', id:'<Bob>', read:I}", first);
    testkit_expect_nothing(bob);
    /* It never goes back, nor beyond what there is. */
    asked = ASK(bob, "read", "{room:'wood', id:I}", second + 1000);
    testkit_expect_ack(bob, asked,
                       "{read:I, unread:0, mentions:0, '<more>':true}", second);
    asked = ASK(bob, "read", "{room:'wood', id:I}", first);
    testkit_expect_ack(bob, asked, "{read:I, '<more>':true}", second);
    testkit_expect(ann, "seen", "{read:I, '<more>':true}", second);
    testkit_expect_nothing(ann);
    /* Who says something has read what was said before. */
    say(ann, "wood", "Three");
    say(bob, "wood", "Four");
    ASKED(bob, "{rooms:[{unread:0, '<more>':true}], '<more>':true}", "hello",
          "{}");
    finish();
}
END_TEST

START_TEST(keeps_its_contracts)
{
    static const struct {
        const char *event, *text, *code, *field;
    } cases[] = {
        {"join", "", "missing_argument", "room"},
        {"join", "{room:''}", "bad_argument", "room"},
        {"join", "{room:1}", "bad_argument", "room"},
        {"join", "{room:'wood', name:'123456789012345678901234567890123'}",
         "bad_argument", "name"},
        {"say", "{room:'wood', text:''}", "bad_argument", "text"},
        {"say", "{room:'wood', text:'x', key:''}", "bad_argument", "key"},
        {"say", "{room:'wood', text:'x', reply:0}", "bad_argument", "reply"},
        {"edit", "{id:1.5, text:'x'}", "bad_argument", "id"},
        {"history", "{room:'wood', limit:101}", "bad_argument", "limit"},
        {"react", "{id:1, emoji:'12345678901234567'}", "bad_argument", "emoji"},
        {"role", "{room:'a', user:'b', role:'king'}", "bad_argument", "role"},
        {"who", "{}", "missing_argument", "room"},
    };
    start();
    struct testkit_client *bob = connect_as("Bob");

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        testkit_expect_ack(bob, ASK(bob, cases[i].event, cases[i].text),
                           "{error:{code:s, data:{field:s, '<more>':true}, "
                           "'<more>':true}}",
                           cases[i].code, cases[i].field);
    testkit_emit(bob, "say", "{room:'wood', text:'x'}");
    testkit_expect(bob, "error",
                   "{code:'ack_required', event:'say', '<more>':true}");
    finish();
}
END_TEST

TESTKIT_MAIN("chat/messages", says_to_all_in_the_room, says_once,
             keeps_keys_of_what_was_refused, edits_and_deletes,
             edits_for_a_while_only, takes_reactions, mentions_members,
             counts_what_is_unread, keeps_its_contracts)
