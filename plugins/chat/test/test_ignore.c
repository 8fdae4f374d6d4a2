/* SPDX-License-Identifier: MIT */
/* Whom somebody ignores, nothing of them arrives. */
#include "test/test_chat.h"

static struct testkit_client *ann, *bob, *eve;

static void gather(const char *more)
{
    start_with(more);
    ann = enter("Ann", "wood");
    bob = enter("Bob", "wood");
    eve = enter("Eve", "wood");
    testkit_skip(ann);
    testkit_skip(bob);
}

START_TEST(hears_nothing)
{
    gather("");
    int64_t own = say(ann, "wood", "Mine");
    ASKED(ann, "{ok:true, id:'<Bob>', name:'Bob'}", "ignore", "{user:'@Bob'}");
    testkit_skip(ann);
    testkit_skip(eve);
    int64_t id = say(bob, "wood", "@Ann hello");
    testkit_expect(eve, "said", "{text:'@Ann hello', '<more>':true}");
    ASKED(bob, OK, "edit", "{id:I, text:'@Ann hello?'}", id);
    ASKED(bob, OK, "react", "{id:I, emoji:'+'}", own);
    ASKED(bob, OK, "typing", "{room:'wood'}");
    ASKED(bob, OK, "read", "{room:'wood', id:I}", id);
    ASKED(bob, OK, "leave", "{room:'wood'}");
    ASKED(bob, OK, "join", "{room:'wood'}");
    testkit_expect_nothing(ann);
    /* What is read later is as if it had not been said. */
    ASKED(ann,
          "{more:false, messages:[{text:'Mine', '<more>':true}], "
          "'<more>':true}",
          "history", "{room:'wood'}");
    ASKED(ann,
          "{rooms:[{unread:0, mentions:0, '<more>':true}], "
          "ignored:[{id:'<Bob>', name:'Bob'}], '<more>':true}",
          "hello", "{}");
    /* The other way round nothing has changed. */
    testkit_skip(bob);
    say(ann, "wood", "Bob?");
    testkit_expect(bob, "said", "{text:'Bob?', '<more>':true}");
    testkit_skip(ann);
    say(eve, "wood", "Ann?");
    testkit_expect(ann, "said", "{text:'Ann?', '<more>':true}");
    finish();
}
END_TEST

START_TEST(is_not_asked)
{
    char room[32];
    gather("");
    ASKED(bob, OK, "direct", "{user:'<Ann>'}");
    snprintf(room, sizeof(room), "%s", testkit_got_text(bob, "0.room"));
    ASKED(bob, OK, "create", "{name:'Den'}");
    char den[32];
    snprintf(den, sizeof(den), "%s", testkit_got_text(bob, "0.room"));
    ASKED(bob, OK, "invite", "{room:s, user:'<Ann>'}", den);
    ASKED(ann, OK, "ignore", "{user:'<Bob>'}");
    ASKED(ann, "{invites:[], '<more>':true}", "hello", "{}");
    testkit_skip(ann);
    REFUSED(bob, "not_allowed", "invite", "{room:s, user:'<Ann>'}", den);
    say(bob, room, "Psst");
    testkit_expect_nothing(ann);
    /* A room of two that there is not yet is not made. */
    ASKED(ann, OK, "ignore", "{user:'<Eve>'}");
    REFUSED(eve, "not_allowed", "direct", "{user:'<Ann>'}");
    ASKED(ann, OK, "unignore", "{user:'<Eve>'}");
    ASKED(eve, OK, "direct", "{user:'<Ann>'}");
    testkit_expect(ann, "room", "{kind:'direct', '<more>':true}");
    finish();
}
END_TEST

START_TEST(ends)
{
    gather("");
    struct testkit_client *phone = connect_as("Ann");
    ASKED(phone, OK, "hello", "{}");
    testkit_skip(phone);
    ASKED(ann, OK, "ignore", "{user:'<Bob>'}");
    testkit_expect(phone, "ignored", "{id:'<Bob>', name:'Bob', on:true}");
    testkit_expect_nothing(ann);
    /* A second time changes nothing. */
    ASKED(ann, OK, "ignore", "{user:'<Bob>'}");
    say(bob, "wood", "One");
    testkit_expect_nothing(phone);
    ASKED(phone, OK, "unignore", "{user:'<Bob>'}");
    testkit_expect(ann, "ignored", "{id:'<Bob>', name:'Bob', on:false}");
    ASKED(phone, OK, "unignore", "{user:'<Bob>'}");
    testkit_expect_nothing(ann);
    say(bob, "wood", "Two");
    testkit_expect(ann, "said", "{text:'Two', '<more>':true}");
    testkit_expect(phone, "said", "{text:'Two', '<more>':true}");
    ASKED(ann,
          "{messages:[{text:'One', '<more>':true}, "
          "{text:'Two', '<more>':true}], '<more>':true}",
          "history", "{room:'wood'}");
    finish();
}
END_TEST

/* New connections, reloads and restarts change nothing. */
START_TEST(lasts)
{
    gather("");
    ASKED(ann, OK, "ignore", "{user:'<Bob>'}");
    testkit_skip(ann);
    testkit_reload(kit, PLUGIN, "{database:s, graceSeconds:7}", database);
    testkit_advance(kit, 0);
    say(bob, "wood", "One");
    testkit_expect_nothing(ann);
    restart("");
    ann = connect_as("Ann");
    bob = connect_as("Bob");
    ASKED(bob, OK, "hello", "{}");
    ASKED(ann, OK, "hello", "{}");
    testkit_skip(ann);
    say(bob, "wood", "Two");
    testkit_expect_nothing(ann);
    finish();
}
END_TEST

START_TEST(has_bounds)
{
    gather(", ignoredPerUser:1");
    REFUSED(ann, "yourself", "ignore", "{user:'<Ann>'}");
    REFUSED(ann, "no_such_user", "ignore", "{user:'<Zoe>'}");
    REFUSED(ann, "missing_argument", "ignore", "{}");
    ASKED(ann, OK, "ignore", "{user:'<Bob>'}");
    REFUSED(ann, "too_many", "ignore", "{user:'<Eve>'}");
    ASKED(ann, OK, "ignore", "{user:'<Bob>'}");
    ASKED(ann, OK, "unignore", "{user:'<Bob>'}");
    ASKED(ann, OK, "ignore", "{user:'<Eve>'}");
    finish();
}
END_TEST

/* What moderators have to say arrives all the same. */
START_TEST(does_not_stop_moderators)
{
    gather("");
    ASKED(bob, OK, "ignore", "{user:'<Ann>'}");
    testkit_skip(bob);
    ASKED(ann, OK, "mute", "{room:'wood', user:'<Bob>', reason:'Calm'}");
    testkit_expect(bob, "muted", "{reason:'Calm', '<more>':true}");
    finish();
}
END_TEST

/* Who cannot come back leaves nothing behind. */
START_TEST(is_forgotten)
{
    gather(", anonymous:true");
    struct testkit_client *gus = testkit_connect(kit, "/chat");
    char id[64];

    ASKED(gus, OK, "join", "{room:'wood', name:'Gus'}");
    snprintf(id, sizeof(id), "%s", testkit_got_text(gus, "0.you"));
    ASKED(gus, OK, "ignore", "{user:'<Bob>'}");
    ASKED(bob, OK, "ignore", "{user:s}", id);
    ASKED(ann, OK, "mute", "{room:'wood', user:s}", id);
    REFUSED(gus, "muted", "say", "{room:'wood', text:'x'}");
    testkit_disconnect(gus);
    testkit_advance(kit, 0);
    ck_assert_str_eq(select_text("SELECT count(*) FROM ignores"), "0");
    ck_assert_str_eq(select_text("SELECT count(*) FROM sanctions"), "0");
    finish();
}
END_TEST

TESTKIT_MAIN("chat/ignore", hears_nothing, is_not_asked, ends, lasts,
             has_bounds, does_not_stop_moderators, is_forgotten)
