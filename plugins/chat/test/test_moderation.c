/* SPDX-License-Identifier: MIT */
/* What moderators do: who may do it to whom, what it means, when it ends. */
#include "test/test_chat.h"

/* Ann owns the room, Mo moderates it, Bob and Eve are members. */
static struct testkit_client *ann, *mo, *bob, *eve;

static void gather(void)
{
    ann = enter("Ann", "wood");
    mo = enter("Mo", "wood");
    bob = enter("Bob", "wood");
    eve = enter("Eve", "wood");
    ASKED(ann, OK, "role", "{room:'wood', user:'<Mo>', role:'moderator'}");
    testkit_advance(kit, 60000); /* for the rates */
    testkit_skip(ann);
    testkit_skip(mo);
    testkit_skip(bob);
    testkit_skip(eve);
}

/* Who moderates everywhere, and has said so. */
static struct testkit_client *enter_above(const char *name)
{
    struct testkit_client *above = connect_with(name, "chat.moderate");

    ASKED(above, OK, "hello", "{}");
    testkit_skip(above);
    return above;
}

START_TEST(mutes)
{
    start();
    gather();
    int64_t id = say(bob, "wood", "Bla");
    testkit_skip(mo);
    testkit_skip(eve);
    testkit_skip(bob);
    testkit_skip(ann);
    ASKED(mo, "{ok:true, user:'<Bob>', until:'<number>'}", "mute",
          "{room:'wood', user:'@bob', seconds:60, reason:'Too loud'}");
    testkit_expect(bob, "muted",
                   "{room:'wood', until:'<number>', reason:'Too loud', "
                   "by:{id:'<Mo>', name:'Mo'}}");
    testkit_expect(ann, "moderated",
                   "{what:'mute', room:'wood', user:{id:'<Bob>', name:'Bob'}, "
                   "until:'<number>', reason:'Too loud', "
                   "by:{id:'<Mo>', name:'Mo'}}");
    testkit_expect_nothing(mo); /* has done it */
    testkit_expect_nothing(eve);
    testkit_expect_ack(bob, ASK(bob, "say", "{room:'wood', text:'x'}"),
                       "{error:{code:'muted', message:'<string>', "
                       "data:{retry:60000, reason:'Too loud'}}}");
    REFUSED(bob, "muted", "edit", "{id:I, text:'x'}", id);
    REFUSED(bob, "muted", "react", "{id:I, emoji:'+'}", id);
    REFUSED(bob, "muted", "invite", "{room:'wood', user:'<Eve>'}");
    /* In other rooms they speak, and here they read. */
    ASKED(bob, OK, "join", "{room:'lake'}");
    say(bob, "lake", "Here I can");
    ASKED(bob, OK, "read", "{room:'wood', id:I}", id);
    /* It ends by itself. */
    testkit_advance(kit, 59999);
    REFUSED(bob, "muted", "say", "{room:'wood', text:'x'}");
    testkit_advance(kit, 1);
    say(bob, "wood", "At last");
    finish();
}
END_TEST

START_TEST(mutes_until_it_is_lifted)
{
    start();
    gather();
    ASKED(mo, "{ok:true, user:'<Bob>', until:null}", "mute",
          "{room:'wood', user:'<Bob>'}");
    testkit_expect(bob, "muted",
                   "{room:'wood', until:null, reason:'', '<more>':true}");
    testkit_expect_ack(bob, ASK(bob, "say", "{room:'wood', text:'x'}"),
                       "{error:{code:'muted', message:'<string>'}}");
    testkit_advance(kit, 1000LL * 3600 * 24 * 7);
    REFUSED(bob, "muted", "say", "{room:'wood', text:'x'}");
    /* A second one takes the place of the first. */
    ASKED(mo, OK, "mute", "{room:'wood', user:'<Bob>', seconds:5}");
    testkit_advance(kit, 5000);
    say(bob, "wood", "Short");
    REFUSED(mo, "no_such_user", "unmute", "{room:'wood', user:'<Bob>'}");
    ASKED(mo, OK, "mute", "{room:'wood', user:'<Bob>'}");
    ASKED(bob,
          "{rooms:[{room:'wood', muted:{until:null, reason:''}, "
          "'<more>':true}], '<more>':true}",
          "hello", "{}");
    testkit_skip(bob);
    ASKED(ann, OK, "unmute", "{room:'wood', user:'<Bob>', reason:'Enough'}");
    testkit_expect(bob, "unmuted",
                   "{room:'wood', until:null, reason:'Enough', "
                   "by:{id:'<Ann>', name:'Ann'}}");
    say(bob, "wood", "Free");
    finish();
}
END_TEST

START_TEST(kicks)
{
    start();
    gather();
    ASKED(mo, OK, "kick", "{room:'wood', user:'<Bob>', reason:'Out'}");
    testkit_expect(bob, "kicked",
                   "{room:'wood', until:null, reason:'Out', "
                   "by:{id:'<Mo>', name:'Mo'}}");
    testkit_expect(bob, "left", "{room:'wood', id:'<Bob>', name:'Bob'}");
    testkit_expect(eve, "left", "{room:'wood', id:'<Bob>', name:'Bob'}");
    say(ann, "wood", "Silence");
    testkit_expect_nothing(bob);
    REFUSED(bob, "not_in_room", "say", "{room:'wood', text:'x'}");
    REFUSED(mo, "no_such_user", "kick", "{room:'wood', user:'<Bob>'}");
    ASKED(bob, OK, "join", "{room:'wood'}");
    say(bob, "wood", "Back");
    finish();
}
END_TEST

START_TEST(bans_from_a_room)
{
    start();
    gather();
    struct testkit_client *phone = connect_as("Bob");
    ASKED(phone, OK, "hello", "{}");
    testkit_skip(ann);
    ASKED(mo, OK, "ban", "{room:'wood', user:'<Bob>', seconds:60}");
    testkit_expect(phone, "banned", "{room:'wood', '<more>':true}");
    testkit_expect(phone, "left", "{id:'<Bob>', '<more>':true}");
    testkit_expect(ann, "moderated", "{what:'ban', '<more>':true}");
    testkit_expect(ann, "left", "{id:'<Bob>', '<more>':true}");
    testkit_expect_ack(bob, ASK(bob, "join", "{room:'wood'}"),
                       "{error:{code:'banned', message:'<string>', "
                       "data:{retry:60000}}}");
    REFUSED(phone, "not_in_room", "say", "{room:'wood', text:'x'}");
    REFUSED(eve, "not_allowed", "invite", "{room:'wood', user:'<Bob>'}");
    ASKED(bob, OK, "join", "{room:'lake'}");
    /* Nobody finds a way around it. */
    restart("");
    bob = connect_as("Bob");
    ASKED(bob, "{rooms:[{room:'lake', '<more>':true}], '<more>':true}", "hello",
          "{}");
    REFUSED(bob, "banned", "join", "{room:'wood'}");
    testkit_reload(kit, PLUGIN, "{database:s, graceSeconds:7}", database);
    REFUSED(bob, "banned", "join", "{room:'wood'}");
    testkit_advance(kit, 10 * 60000); /* its clock began anew */
    ASKED(bob, OK, "join", "{room:'wood'}");
    finish();
}
END_TEST

START_TEST(lifts_bans)
{
    start();
    gather();
    ASKED(mo, OK, "ban", "{room:'wood', user:'<Bob>'}");
    REFUSED(bob, "banned", "join", "{room:'wood'}");
    ASKED(mo,
          "{ok:true, more:false, sanctions:[{what:'ban', "
          "user:{id:'<Bob>', name:'Bob'}, until:null, reason:'', by:'<Mo>', "
          "time:'<number>'}]}",
          "sanctions", "{room:'wood'}");
    testkit_skip(bob);
    ASKED(mo, OK, "unban", "{room:'wood', user:'<Bob>'}");
    testkit_expect(bob, "unbanned", "{room:'wood', '<more>':true}");
    ASKED(bob, OK, "join", "{room:'wood'}");
    ASKED(mo, "{ok:true, more:false, sanctions:[]}", "sanctions",
          "{room:'wood'}");
    /* Who was never there can be kept out as well. */
    struct testkit_client *zoe = connect_as("Zoe");
    ASKED(zoe, OK, "hello", "{}");
    ASKED(mo, OK, "ban", "{room:'wood', user:'<Zoe>'}");
    REFUSED(zoe, "banned", "join", "{room:'wood'}");
    finish();
}
END_TEST

START_TEST(bans_everywhere)
{
    start();
    gather();
    struct testkit_client *above = enter_above("Guard");
    ASKED(bob, OK, "direct", "{user:'<Eve>'}");
    char room[32];
    snprintf(room, sizeof(room), "%s", testkit_got_text(bob, "0.room"));
    testkit_skip(eve);
    testkit_skip(bob);
    ASKED(above, OK, "ban", "{user:'<Bob>', seconds:60, reason:'Spam'}");
    testkit_expect(bob, "banned",
                   "{room:null, until:'<number>', reason:'Spam', "
                   "by:{id:'<Guard>', name:'Guard'}}");
    testkit_expect(eve, "presence", "{id:'<Bob>', name:'Bob', online:false}");
    say(ann, "wood", "Now");
    REFUSED(ann, "not_allowed", "direct", "{user:'<Bob>'}");
    REFUSED(ann, "not_allowed", "invite", "{room:'wood', user:'<Bob>'}");
    ASKED(eve, OK, "direct", "{user:'<Bob>'}");
    say(eve, room, "Psst");
    testkit_expect_nothing(bob);
    static const char *const events[] = {"hello", "rooms"};
    for (int i = 0; i < 2; i++)
        testkit_expect_ack(bob, ASK(bob, events[i], "{}"),
                           "{error:{code:'banned', message:'<string>', "
                           "data:{retry:60000, reason:'Spam'}}}");
    REFUSED(bob, "banned", "say", "{room:'wood', text:'x'}");
    REFUSED(bob, "banned", "history", "{room:'wood'}");
    REFUSED(bob, "not_in_room", "typing", "{room:'wood'}");
    restart("");
    bob = connect_as("Bob");
    REFUSED(bob, "banned", "hello", "{}");
    /* When it is over they are where they were. */
    testkit_advance(kit, 10 * 60000); /* its clock began anew */
    ASKED(bob, OK, "hello", "{}");
    ASKED(bob, "{more:false, messages:['<more>'], '<more>':true}", "history",
          "{room:'wood'}");
    say(bob, "wood", "Here again");
    finish();
}
END_TEST

START_TEST(mutes_everywhere)
{
    start();
    gather();
    struct testkit_client *above = enter_above("Guard");
    ASKED(above, OK, "mute", "{user:'<Bob>'}");
    REFUSED(bob, "muted", "say", "{room:'wood', text:'x'}");
    REFUSED(bob, "muted", "direct", "{user:'<Eve>'}");
    ASKED(bob, OK, "join", "{room:'lake'}");
    REFUSED(bob, "muted", "say", "{room:'lake', text:'x'}");
    /* What holds everywhere is not lifted in a room. */
    REFUSED(mo, "no_such_user", "unmute", "{room:'wood', user:'<Bob>'}");
    ASKED(above, OK, "unmute", "{user:'<Bob>'}");
    say(bob, "lake", "Thanks");
    finish();
}
END_TEST

START_TEST(goes_by_rank)
{
    char room[32];
    start();
    gather();
    struct testkit_client *above = enter_above("Guard");
    struct testkit_client *other = enter_above("Warden");
    static const char *const events[] = {"mute", "ban", "kick"};

    for (int i = 0; i < 3; i++) {
        REFUSED(bob, "not_allowed", events[i], "{room:'wood', user:'<Eve>'}");
        REFUSED(mo, "yourself", events[i], "{room:'wood', user:'<Mo>'}");
        REFUSED(mo, "not_allowed", events[i], "{room:'wood', user:'<Ann>'}");
        REFUSED(ann, "not_allowed", events[i], "{room:'wood', user:'<Guard>'}");
        REFUSED(mo, "no_such_user", events[i], "{room:'wood', user:'@zoe'}");
        REFUSED(mo, "no_such_room", events[i], "{room:'sea', user:'<Bob>'}");
        testkit_advance(kit, 10000);
    }
    /* Only everywhere without a room. */
    REFUSED(ann, "not_allowed", "mute", "{user:'<Bob>'}");
    REFUSED(ann, "not_allowed", "sanctions", "{}");
    REFUSED(bob, "not_allowed", "sanctions", "{room:'wood'}");
    REFUSED(bob, "not_allowed", "slow", "{room:'wood', seconds:5}");
    REFUSED(above, "not_allowed", "ban", "{user:'<Warden>'}");
    /* Above owners, without being there. */
    ASKED(above, OK, "mute", "{room:'wood', user:'<Ann>'}");
    REFUSED(ann, "muted", "say", "{room:'wood', text:'x'}");
    REFUSED(ann, "yourself", "unmute", "{room:'wood', user:'<Ann>'}");
    REFUSED(mo, "not_allowed", "unmute", "{room:'wood', user:'<Ann>'}");
    /* A moderator is below owners. */
    ASKED(ann, OK, "kick", "{room:'wood', user:'<Mo>'}");
    REFUSED(mo, "not_in_room", "mute", "{room:'wood', user:'<Bob>'}");
    /* Of two nobody is a moderator. */
    ASKED(eve, OK, "direct", "{user:'<Bob>'}");
    snprintf(room, sizeof(room), "%s", testkit_got_text(eve, "0.room"));
    REFUSED(eve, "direct", "kick", "{room:s, user:'<Bob>'}", room);
    REFUSED(other, "no_such_room", "mute", "{room:s, user:'<Bob>'}", room);
    REFUSED(mo, "no_such_room", "mute", "{room:s, user:'<Bob>'}", room);
    finish();
}
END_TEST

START_TEST(passes_a_room_on)
{
    start();
    gather();
    struct testkit_client *above = enter_above("Guard");
    ASKED(above, OK, "ban", "{room:'wood', user:'<Ann>'}");
    testkit_expect(bob, "left", "{id:'<Ann>', '<more>':true}");
    testkit_expect(bob, "role", "{room:'wood', id:'<Mo>', role:'owner'}");
    ASKED(mo, OK, "role", "{room:'wood', user:'<Bob>', role:'moderator'}");
    finish();
}
END_TEST

START_TEST(slows_down)
{
    start();
    gather();
    ASKED(mo, "{ok:true}", "slow", "{room:'wood', seconds:30}");
    testkit_expect(bob, "slow", "{room:'wood', seconds:30, by:'<Mo>'}");
    say(bob, "wood", "One");
    testkit_advance(kit, 10000);
    testkit_expect_ack(bob, ASK(bob, "say", "{room:'wood', text:'Two'}"),
                       "{error:{code:'slow_mode', message:'<string>', "
                       "data:{retry:20000}}}");
    /* Each for themselves, and moderators not at all. */
    say(eve, "wood", "Mine");
    say(mo, "wood", "One");
    say(mo, "wood", "Two");
    /* Leaving does not help, nor a restart. */
    ASKED(bob, OK, "leave", "{room:'wood'}");
    ASKED(bob, OK, "join", "{room:'wood'}");
    testkit_expect_ack(bob, ASK(bob, "say", "{room:'wood', text:'Two'}"),
                       "{error:{code:'slow_mode', message:'<string>', "
                       "data:{retry:20000}}}");
    testkit_advance(kit, 19999);
    REFUSED(bob, "slow_mode", "say", "{room:'wood', text:'Two'}");
    testkit_advance(kit, 1);
    say(bob, "wood", "Two");
    REFUSED(bob, "slow_mode", "say", "{room:'wood', text:'Three'}");
    ASKED(mo, OK, "slow", "{room:'wood', seconds:0}");
    say(bob, "wood", "Three");
    say(bob, "wood", "Four");
    ASKED(mo, OK, "slow", "{room:'wood', seconds:30}");
    restart("");
    bob = connect_as("Bob");
    ASKED(bob, "{rooms:[{room:'wood', slow:30, '<more>':true}], '<more>':true}",
          "hello", "{}");
    REFUSED(bob, "slow_mode", "say", "{room:'wood', text:'Five'}");
    testkit_advance(kit, 10 * 60000); /* its clock began anew */
    say(bob, "wood", "Five");
    finish();
}
END_TEST

/* A repeat of what was said is answered as the first, whatever holds now. */
START_TEST(answers_repeats)
{
    start();
    gather();
    ASKED(bob, OK, "say", "{room:'wood', text:'Once', key:'k'}");
    ASKED(mo, OK, "mute", "{room:'wood', user:'<Bob>'}");
    ASKED(bob, OK, "say", "{room:'wood', text:'Once', key:'k'}");
    REFUSED(bob, "muted", "say", "{room:'wood', text:'Twice', key:'l'}");
    finish();
}
END_TEST

START_TEST(is_cleaned_up)
{
    start();
    gather();
    ASKED(mo, OK, "mute", "{room:'wood', user:'<Bob>', seconds:60}");
    ASKED(mo, OK, "ban", "{room:'wood', user:'<Eve>'}");
    testkit_advance(kit, 20 * 60 * 1000);
    ck_assert_str_eq(select_text("SELECT count(*) FROM sanctions"), "1");
    finish();
}
END_TEST

/* What is said in a transaction that fails has not happened. */
START_TEST(is_in_the_file_or_refused)
{
    start();
    gather();
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(database, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    REFUSED(mo, "unavailable", "ban", "{room:'wood', user:'<Bob>'}");
    testkit_expect_nothing(bob);
    ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    testkit_skip_log(kit);
    say(bob, "wood", "Still here");
    finish();
}
END_TEST

START_TEST(keeps_its_contracts)
{
    start();
    gather();
    static const struct {
        const char *event, *text, *code;
    } cases[] = {
        {"mute", "{room:'wood', user:'<Bob>', seconds:-1}", "bad_argument"},
        {"ban", "{room:'wood', user:'<Bob>', seconds:4e9}", "bad_argument"},
        {"mute", "{room:'wood'}", "missing_argument"},
        {"kick", "{user:'<Bob>'}", "missing_argument"},
        {"slow", "{room:'wood', seconds:21601}", "bad_argument"},
        {"sanctions", "{room:'wood', after:-1}", "bad_argument"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        REFUSED(mo, cases[i].code, cases[i].event, cases[i].text);
    struct testkit_client *nobody = testkit_connect(kit, "/chat");
    REFUSED(nobody, "login_required", "mute", "{room:'wood', user:'<Bob>'}");
    finish();
}
END_TEST

/* Whoever moderates everywhere no more is below those who do, at once. */
START_TEST(takes_powers_as_they_are)
{
    start();
    gather();
    struct testkit_client *above = enter_above("Guard");
    struct testkit_client *other = enter_above("Warden");
    ASKED(other, OK, "join", "{room:'wood'}");
    REFUSED(above, "not_allowed", "mute", "{room:'wood', user:'<Warden>'}");
    ASKED(other, OK, "sign-in", "{user:'<Warden>', roles:[]}");
    REFUSED(other, "not_allowed", "mute", "{user:'<Bob>'}");
    say(other, "wood", "What?");
    ASKED(above, OK, "mute", "{room:'wood', user:'<Warden>'}");
    testkit_skip(other);
    ASKED(above, OK, "mute", "{user:'<Bob>'}");
    testkit_expect_nothing(other);
    finish();
}
END_TEST

/* A guest who is known no more is let in again by the id. */
START_TEST(outlasts_guests)
{
    start();
    gather();
    struct testkit_client *guest = testkit_connect(
        kit, "/chat", .auth = testkit_json(kit, "{user:'guest'}"));
    ASKED(guest, OK, "hello", "{name:'Gus'}");
    ASKED(mo, OK, "ban", "{room:'wood', user:'@Gus'}");
    testkit_disconnect(guest);
    testkit_advance(kit, 60000);
    select_text("DELETE FROM users WHERE id = 'guest'");
    ASKED(mo,
          "{sanctions:[{user:{id:'guest', name:''}, '<more>':true}], "
          "'<more>':true}",
          "sanctions", "{room:'wood'}");
    REFUSED(mo, "no_such_user", "unban", "{room:'wood', user:'@Gus'}");
    ASKED(mo, OK, "unban", "{room:'wood', user:'guest'}");
    ASKED(mo, "{sanctions:[], '<more>':true}", "sanctions", "{room:'wood'}");
    finish();
}
END_TEST

/* Each time when memory is short it is either done or not. */
START_TEST(goes_on_without_memory)
{
    int failed = 1;

    start();
    gather();
    for (int n = 1; failed; n++) {
        failed = 0;
        testkit_fail_allocation(kit, n);
        testkit_call(mo, "mute", "{room:'wood', user:'<Bob>', reason:'x'}");
        failed |= testkit_allocation_failed(kit);
        testkit_fail_allocation(kit, n);
        testkit_advance(kit, 0);
        failed |= testkit_allocation_failed(kit);
        testkit_advance(kit, 1000);
        mo = come_again("Mo");
        ASKED(mo, OK, "mute", "{room:'wood', user:'<Bob>', reason:'x'}");
        REFUSED(bob, "muted", "say", "{room:'wood', text:'x'}");
        ASKED(mo, OK, "unmute", "{room:'wood', user:'<Bob>'}");
        testkit_advance(kit, 10000);
        testkit_skip_log(kit);
        testkit_skip(ann);
        testkit_skip(mo);
        testkit_skip(bob);
        testkit_skip(eve);
    }
    finish();
}
END_TEST

TESTKIT_MAIN("chat/moderation", mutes, mutes_until_it_is_lifted, kicks,
             bans_from_a_room, lifts_bans, bans_everywhere, mutes_everywhere,
             goes_by_rank, passes_a_room_on, slows_down, answers_repeats,
             is_cleaned_up, is_in_the_file_or_refused, keeps_its_contracts,
             takes_powers_as_they_are, outlasts_guests, goes_on_without_memory)
