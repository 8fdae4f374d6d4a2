/* SPDX-License-Identifier: MIT */
/* Who is there, who is typing, and users without accounts. */
#include "test/test_chat.h"

/* Somebody who has come back into all their rooms. */
static struct testkit_client *come(const char *name)
{
    struct testkit_client *client = connect_as(name);

    ASKED(client, OK, "hello", "{}");
    return client;
}

START_TEST(is_one_person_on_many_devices)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    struct testkit_client *eve = enter("Eve", "sea");
    struct testkit_client *desk = come("Bob");

    testkit_skip(ann);
    testkit_vanish(bob);
    testkit_advance(kit, 60000);
    testkit_expect_nothing(ann);
    testkit_vanish(desk);
    testkit_advance(kit, 9999);
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1);
    testkit_expect(ann, "presence", "{id:'<Bob>', name:'Bob', online:false}");
    ASKED(ann,
          "{people:[{id:'<Ann>', online:true, '<more>':true}, "
          "{id:'<Bob>', online:false, '<more>':true}], '<more>':true}",
          "who", "{room:'wood'}");
    come("Bob");
    testkit_expect(ann, "presence", "{id:'<Bob>', name:'Bob', online:true}");
    come("Bob");
    testkit_expect_nothing(ann);
    testkit_expect_nothing(eve);
    finish();
}
END_TEST

/* In a crowd nobody is told of everybody. */
START_TEST(is_silent_in_a_crowd)
{
    start_with(", presenceUpTo:2");
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *eve = enter("Eve", "wood");

    enter("Bob", "wood");
    testkit_skip(ann);
    testkit_vanish(eve);
    testkit_advance(kit, 60000);
    testkit_expect(ann, "presence",
                   "{id:'<Eve>', online:false, '<more>':true}");
    enter("Eve", "wood");
    testkit_expect_nothing(ann);
    finish();
}
END_TEST

/* A connection that comes and goes is nobody's news. */
START_TEST(does_not_flap)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");

    testkit_skip(ann);
    for (int i = 0; i < 5; i++) {
        testkit_vanish(bob);
        testkit_advance(kit, 9000);
        ASKED(ann,
              "{people:[{'<more>':true}, {online:true, '<more>':true}], "
              "'<more>':true}",
              "who", "{room:'wood'}");
        bob = come("Bob");
    }
    testkit_advance(kit, 60000);
    testkit_expect_nothing(ann);
    finish();
}
END_TEST

START_TEST(goes_on_after_a_reload)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    struct testkit_client *eve = enter("Eve", "wood");

    testkit_skip(ann);
    testkit_vanish(bob);
    ASKED(eve, "{ok:true}", "typing", "{room:'wood'}");
    testkit_expect(ann, "typing", "{typing:true, '<more>':true}");
    testkit_advance(kit, 3000);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 2999);
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1);
    testkit_expect(ann, "typing", "{typing:false, '<more>':true}");
    testkit_advance(kit, 4000);
    testkit_expect(ann, "presence",
                   "{id:'<Bob>', online:false, '<more>':true}");
    testkit_vanish(eve);
    testkit_reload(kit, PLUGIN, "");
    come("Eve");
    testkit_advance(kit, 60000);
    testkit_expect_nothing(ann);
    say(ann, "wood", "Still here");
    finish();
}
END_TEST

START_TEST(tells_who_is_typing)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *desk = come("Ann");
    struct testkit_client *bob = enter("Bob", "wood");

    testkit_skip(desk);
    testkit_skip(ann);
    ASKED(ann, "{ok:true}", "typing", "{room:'wood'}");
    testkit_expect(bob, "typing",
                   "{room:'wood', id:'<Ann>', name:'Ann', typing:true}");
    /* As long as it goes on nobody is told again. */
    for (int i = 0; i < 4; i++) {
        testkit_advance(kit, 5000);
        testkit_emit(ann, "typing", "{room:'wood'}");
    }
    testkit_expect_nothing(bob);
    testkit_advance(kit, 5999);
    testkit_expect_nothing(bob);
    testkit_advance(kit, 1);
    testkit_expect(bob, "typing",
                   "{room:'wood', id:'<Ann>', name:'Ann', typing:false}");
    testkit_expect_nothing(desk);

    /* It ends when one says so, with the message, and with the connection. */
    ASKED(ann, "{ok:true}", "typing", "{room:'wood'}");
    ASKED(ann, "{ok:true}", "typing", "{room:'wood', typing:false}");
    testkit_expect(bob, "typing", "{typing:true, '<more>':true}");
    testkit_expect(bob, "typing", "{typing:false, '<more>':true}");
    ASKED(ann, "{ok:true}", "typing", "{room:'wood'}");
    say(ann, "wood", "Done");
    testkit_advance(kit, 10000);
    testkit_expect(bob, "typing", "{typing:true, '<more>':true}");
    testkit_expect(bob, "said", "{'<more>':true}");
    testkit_expect_nothing(bob);
    ASKED(ann, "{ok:true}", "typing", "{room:'wood'}");
    testkit_vanish(desk);
    testkit_vanish(ann);
    testkit_expect(bob, "typing", "{typing:true, '<more>':true}");
    testkit_expect(bob, "typing", "{typing:false, '<more>':true}");
    REFUSED(bob, "not_in_room", "typing", "{room:'sea'}");
    finish();
}
END_TEST

/* What they are about to say is nobody's news. */
START_TEST(does_not_show_who_is_muted)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");

    ASKED(bob, OK, "typing", "{room:'wood'}");
    testkit_skip(ann);
    ASKED(ann, OK, "mute", "{room:'wood', user:'<Bob>', seconds:60}");
    testkit_expect(ann, "typing", "{typing:false, '<more>':true}");
    testkit_emit(bob, "typing", "{room:'wood'}");
    testkit_advance(kit, 0);
    REFUSED(bob, "muted", "typing", "{room:'wood'}");
    ASKED(bob, "{ok:true}", "typing", "{room:'wood', typing:false}");
    testkit_expect_nothing(ann);
    testkit_advance(kit, 60000);
    ASKED(bob, "{ok:true}", "typing", "{room:'wood'}");
    testkit_expect(ann, "typing", "{typing:true, '<more>':true}");
    /* Whoever has stopped before they were shown was never seen. */
    ASKED(bob, "{ok:true}", "typing", "{room:'wood', typing:false}");
    testkit_expect(ann, "typing", "{typing:false, '<more>':true}");
    testkit_emit(bob, "typing", "{room:'wood'}");
    testkit_emit(bob, "typing", "{room:'wood', typing:false}");
    testkit_advance(kit, 10000);
    testkit_expect_nothing(ann);
    finish();
}
END_TEST

/* As the plugin game calls the same guest. */
START_TEST(calls_a_guest_as_others_do)
{
    start();
    struct testkit_client *guest =
        testkit_connect(kit, "/chat", .auth = "{\"user\":\"visitor\"}");

    ASKED(guest,
          "{you:{id:'visitor', name:'guest-057d0a', guest:true, '<more>':true},"
          " '<more>':true}",
          "hello", "{}");
    finish();
}
END_TEST

/* --- without accounts */

static struct testkit_client *drop_in(const char *name)
{
    struct testkit_client *client = testkit_connect(kit, "/chat");
    char id[64];

    snprintf(id, sizeof(id), "~%s", testkit_sid(client));
    int asked = ASK(client, "join", "{room:'wood', name:s}", name);
    testkit_expect_ack(client, asked,
                       "{ok:true, you:s, name:s, info:{role:'member', "
                       "'<more>':true}, '<more>':true}",
                       id, name);
    testkit_advance(kit, 1);
    testkit_skip(client);
    return client;
}

START_TEST(takes_anonymous_users)
{
    start_with(", anonymous:true");
    struct testkit_client *ann = drop_in("Ann"), *bob = drop_in("Bob");
    struct testkit_client *eve = testkit_connect(kit, "/chat");
    struct testkit_client *zoe = connect_as("Zoe");

    testkit_skip(ann);
    ASKED(zoe, OK, "hello", "{}");
    REFUSED(eve, "name_taken", "join", "{room:'wood', name:'ANN'}");
    REFUSED(eve, "name_taken", "join", "{room:'wood', name:s}",
            "\xce\x91nn"); /* a Greek one */
    REFUSED(eve, "name_taken", "join", "{room:'wood', name:'zoe'}");
    REFUSED(eve, "bad_name", "join", "{room:'wood', name:s}", "\xe2\x80\x8b");
    say(bob, "wood", "Hello");
    testkit_expect(ann, "said", "{name:'Bob', text:'Hello', '<more>':true}");
    /* Gone is gone: at once, and from the list. */
    testkit_vanish(bob);
    testkit_expect(ann, "left", "{room:'wood', id:'<string>', name:'Bob'}");
    testkit_advance(kit, 0);
    ASKED(ann, "{people:[{name:'Ann', '<more>':true}], '<more>':true}", "who",
          "{room:'wood'}");
    ASKED(eve, OK, "join", "{room:'wood', name:'Bob'}");
    testkit_expect(ann, "joined", "{name:'Bob', '<more>':true}");
    /* Who leaves the last room gives the name away. */
    ASKED(eve, OK, "leave", "{room:'wood'}");
    drop_in("Bob");
    ASKED(eve, "{name:'<string>', '<more>':true}", "join", "{room:'wood'}");
    finish();
}
END_TEST

/* Guests who have an identity keep the name that they gave themselves. */
START_TEST(remembers_guests)
{
    start();
    struct testkit_client *guest =
        testkit_connect(kit, "/chat", .auth = "{\"user\":\"g1\"}");
    ASKED(guest,
          "{you:{id:'g1', name:'Bob', guest:true, '<more>':true}, "
          "'<more>':true}",
          "hello", "{name:'Bob'}");
    restart("");
    guest = testkit_connect(kit, "/chat", .auth = "{\"user\":\"g1\"}");
    ASKED(guest,
          "{you:{id:'g1', name:'Bob', guest:true, '<more>':true}, "
          "'<more>':true}",
          "hello", "{}");
    ASKED(guest, "{name:'Bob', '<more>':true}", "join", "{room:'wood'}");
    finish();
}
END_TEST

/* What is said stands under a name that was found good. */
START_TEST(takes_no_names_of_accounts)
{
    start_with(", anonymous:true");
    struct testkit_client *zoe = connect_as("Zoe");
    ASKED(zoe, OK, "hello", "{}");
    testkit_vanish(zoe);
    testkit_advance(kit, 60000);
    struct testkit_client *ann = drop_in("Ann"), *bob = drop_in("Bob");
    int hello = testkit_call(bob, "hello", "{name:'Zoe'}");
    int said = testkit_call(bob, "say", "{room:'wood', text:'I am Zoe'}");
    testkit_advance(kit, 0);
    testkit_expect_ack(bob, hello,
                       "{error:{code:'name_taken', '<more>':true}}");
    testkit_expect_ack(bob, said, OK);
    testkit_skip(bob);
    ASKED(ann, "{messages:[{name:'Bob', '<more>':true}], '<more>':true}",
          "history", "{room:'wood'}");
    ASKED(bob, "{ok:true}", "typing", "{room:'wood'}");
    testkit_expect(ann, "joined", "{name:'Bob', '<more>':true}");
    testkit_expect(ann, "said", "{name:'Bob', '<more>':true}");
    testkit_expect(ann, "typing", "{name:'<string>', '<more>':true}");
    ck_assert_str_ne(testkit_got_text(ann, "0.name"), "Zoe");
    finish();
}
END_TEST

/* What nobody sees makes no other name. */
START_TEST(takes_no_names_that_look_alike)
{
    static const char *const names[] = {
        "Zoe ",      "Zo e",      "Zoe\u00a0",
        "Zoe\u2800", "\u3000Zoe", "Zoe\u2003",
        "Zo\u200be", "Zoe\ufe0f", "\u0396\u043e\u0435",
        "Zoe\u034f",
    };
    start_with(", anonymous:true");
    struct testkit_client *zoe = connect_as("Zoe");
    ASKED(zoe, OK, "hello", "{}");
    struct testkit_client *bob = drop_in("Bob");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        int hello = testkit_call(bob, "hello", "{name:s}", names[i]);
        testkit_advance(kit, 0);
        testkit_expect_ack(bob, hello,
                           "{error:{code:'name_taken', '<more>':true}}");
    }
    finish();
}
END_TEST

/* Of those who were there nobody comes back. */
START_TEST(forgets_anonymous_users)
{
    start_with(", anonymous:true");
    struct testkit_client *ann = drop_in("Ann");
    drop_in("Bob");
    say(ann, "wood", "Hello");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    ASKED(ann, "{people:[{'<more>':true}, {'<more>':true}], '<more>':true}",
          "who", "{room:'wood'}");
    restart(", anonymous:true");
    ann = drop_in("Ann");
    ASKED(ann, "{people:[{name:'Ann', '<more>':true}], '<more>':true}", "who",
          "{room:'wood'}");
    ASKED(ann, "{messages:[{name:'Ann', '<more>':true}], '<more>':true}",
          "history", "{room:'wood'}");
    finish();
}
END_TEST

TESTKIT_MAIN("chat/presence", remembers_guests, is_one_person_on_many_devices,
             is_silent_in_a_crowd, does_not_flap, goes_on_after_a_reload,
             tells_who_is_typing, does_not_show_who_is_muted,
             calls_a_guest_as_others_do, takes_anonymous_users,
             takes_no_names_of_accounts, takes_no_names_that_look_alike,
             forgets_anonymous_users)
