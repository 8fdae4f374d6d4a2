/* SPDX-License-Identifier: MIT */
/* Rooms: coming and going, private ones, those of two, roles. */
#include "test/test_chat.h"

START_TEST(joins_and_leaves)
{
    start();
    struct testkit_client *ann = connect_as("Ann");
    ASKED(ann,
          "{ok:true, room:'wood', you:'<Ann>', name:'Ann', more:false, "
          "info:{room:'wood', name:'wood', kind:'public', topic:'', "
          "role:'owner', members:1, slow:0, last:0, read:0, unread:0, "
          "mentions:0, rev:'<number>'}, "
          "people:[{id:'<Ann>', name:'Ann', role:'owner', online:true}]}",
          "join", "{room:'wood'}");
    testkit_expect(ann, "room", "{room:'wood', '<more>':true}");
    testkit_advance(kit, 1);
    struct testkit_client *bob = connect_as("Bob");
    ASKED(bob,
          "{people:[{id:'<Ann>', '<more>':true}, "
          "{id:'<Bob>', role:'member', '<more>':true}], '<more>':true}",
          "join", "{room:'wood'}");
    testkit_expect(ann, "joined", "{room:'wood', id:'<Bob>', name:'Bob'}");
    testkit_expect_nothing(ann);

    /* A second time changes nothing. */
    ASKED(bob, OK, "join", "{room:'wood'}");
    testkit_expect_nothing(ann);
    ASKED(bob, "{ok:true}", "leave", "{room:'wood'}");
    testkit_expect(ann, "left", "{room:'wood', id:'<Bob>', name:'Bob'}");
    testkit_skip(bob);
    say(ann, "wood", "Gone?");
    testkit_expect_nothing(bob);
    REFUSED(bob, "not_in_room", "leave", "{room:'wood'}");
    REFUSED(bob, "not_in_room", "say", "{room:'wood', text:'Here!'}");
    REFUSED(bob, "no_such_room", "leave", "{room:'nowhere'}");
    REFUSED(bob, "not_in_room", "who", "{room:'wood'}");
    finish();
}
END_TEST

/* All devices of a user are in the user's rooms; also those that come later,
 * when they have said hello. */
START_TEST(is_one_user_on_many_devices)
{
    start();
    struct testkit_client *phone = connect_as("Ann");
    struct testkit_client *bob = enter("Bob", "wood");
    struct testkit_client *desk = connect_as("Ann");

    ASKED(phone, OK, "join", "{room:'wood'}");
    testkit_expect(desk, "room", "{room:'wood', '<more>':true}");
    say(bob, "wood", "One");
    testkit_expect(desk, "said", "{text:'One', '<more>':true}");
    struct testkit_client *late = connect_as("Ann");
    say(bob, "wood", "Two");
    testkit_expect_nothing(late);
    ASKED(late,
          "{ok:true, you:{id:'<Ann>', name:'Ann', guest:false, "
          "moderator:false}, rooms:[{room:'wood', unread:2, '<more>':true}], "
          "invites:[], "
          "ignored:[]}",
          "hello", "{}");
    say(bob, "wood", "Three");
    testkit_expect(late, "said", "{text:'Three', '<more>':true}");
    ASKED(desk, "{ok:true}", "leave", "{room:'wood'}");
    testkit_skip(late);
    say(bob, "wood", "Four");
    testkit_expect_nothing(late);
    finish();
}
END_TEST

START_TEST(keeps_private_rooms_private)
{
    char room[32];
    start();
    struct testkit_client *ann = connect_as("Ann"), *bob = connect_as("Bob");
    struct testkit_client *eve = connect_as("Eve");

    ASKED(bob, OK, "hello", "{}");
    ASKED(ann,
          "{ok:true, room:'<string>', info:{kind:'private', name:'Plans', "
          "topic:'Secret', role:'owner', '<more>':true}}",
          "create", "{name:'Plans', topic:'Secret'}");
    snprintf(room, sizeof(room), "%s", testkit_got_text(ann, "0.room"));
    REFUSED(eve, "no_such_room", "join", "{room:s}", room);
    REFUSED(eve, "no_such_room", "history", "{room:s}", room);
    REFUSED(eve, "no_such_room", "say", "{room:s, text:'x'}", room);
    REFUSED(eve, "no_such_room", "invite", "{room:s, user:'<Eve>'}", room);
    ASKED(eve, "{ok:true, rooms:[], more:false}", "rooms", "{}");
    REFUSED(ann, "no_such_user", "invite", "{room:s, user:'<Zoe>'}", room);

    ASKED(ann, "{ok:true}", "invite", "{room:s, user:'@bob'}", room);
    testkit_expect(bob, "invited",
                   "{room:s, name:'Plans', by:{id:'<Ann>', name:'Ann'}}", room);
    struct testkit_client *late = connect_as("Bob");
    testkit_expect_ack(late, ASK(late, "hello", "{}"),
                       "{rooms:[], invites:[{room:s, name:'Plans', "
                       "by:{id:'<Ann>', name:'Ann'}}], '<more>':true}",
                       room);
    ASKED(late, "{ok:true}", "leave", "{room:s}", room); /* no, thanks */
    REFUSED(bob, "no_such_room", "join", "{room:s}", room);
    testkit_expect(ann, "room", "{'<more>':true}");
    testkit_expect_nothing(ann);
    ASKED(ann, "{ok:true}", "invite", "{room:s, user:'<Bob>'}", room);
    ASKED(bob, OK, "join", "{room:s}", room);
    /* A member invites nobody, and an invitation is good once. */
    REFUSED(bob, "not_allowed", "invite", "{room:s, user:'<Eve>'}", room);
    ASKED(bob, OK, "leave", "{room:s}", room);
    REFUSED(bob, "no_such_room", "join", "{room:s}", room);
    finish();
}
END_TEST

START_TEST(opens_a_room_of_two)
{
    char room[32];
    start();
    struct testkit_client *ann = connect_as("Ann"), *bob = connect_as("Bob");

    REFUSED(ann, "no_such_user", "direct", "{user:'<Bob>'}");
    ASKED(bob, OK, "hello", "{}");
    REFUSED(bob, "yourself", "direct", "{user:'<Bob>'}");
    ASKED(ann,
          "{ok:true, room:'<string>', info:{kind:'direct', members:2, "
          "with:{id:'<Bob>', name:'Bob', online:true}, '<more>':true}}",
          "direct", "{user:'<Bob>'}");
    snprintf(room, sizeof(room), "%s", testkit_got_text(ann, "0.room"));
    testkit_expect(bob, "room",
                   "{room:s, with:{id:'<Ann>', '<more>':true}, "
                   "'<more>':true}",
                   room);
    say(ann, room, "Psst");
    testkit_expect(bob, "said", "{room:s, text:'Psst', '<more>':true}", room);
    /* There is only one, from whichever side. */
    int asked = ASK(bob, "direct", "{user:'@Ann'}");
    testkit_expect_ack(bob, asked, "{room:s, '<more>':true}", room);
    REFUSED(bob, "direct", "leave", "{room:s}", room);
    REFUSED(bob, "not_allowed", "topic", "{room:s, topic:'x'}", room);
    finish();
}
END_TEST

START_TEST(has_roles)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    struct testkit_client *mod = connect_with("Mo", "chat.moderate");

    ASKED(mod, OK, "join", "{room:'wood'}");
    testkit_skip(ann);
    testkit_skip(bob);
    REFUSED(bob, "not_allowed", "topic", "{room:'wood', topic:'Trees'}");
    REFUSED(bob, "not_allowed", "role",
            "{room:'wood', user:'<Bob>', role:'owner'}");
    ASKED(ann, "{ok:true}", "role",
          "{room:'wood', user:'<Bob>', role:'moderator'}");
    testkit_expect(bob, "role", "{room:'wood', id:'<Bob>', role:'moderator'}");
    ASKED(bob, "{ok:true}", "topic", "{room:'wood', topic:'Trees'}");
    testkit_expect(ann, "role", "{'<more>':true}");
    testkit_expect(ann, "topic", "{room:'wood', topic:'Trees', by:'<Bob>'}");
    /* The last owner stays one, and nobody else makes owners. */
    REFUSED(ann, "not_allowed", "role",
            "{room:'wood', user:'<Ann>', role:'member'}");
    REFUSED(bob, "not_allowed", "role",
            "{room:'wood', user:'<Bob>', role:'owner'}");
    ASKED(mod, "{ok:true}", "role",
          "{room:'wood', user:'<Bob>', role:'owner'}");
    ASKED(ann, "{ok:true}", "role",
          "{room:'wood', user:'<Ann>', role:'member'}");
    REFUSED(mod, "no_such_user", "role",
            "{room:'wood', user:'<Zoe>', role:'member'}");
    finish();
}
END_TEST

START_TEST(lists_public_rooms)
{
    char name[16];
    start();
    struct testkit_client *mod = connect_as("Ann");

    for (int i = 0; i < 51; i++) {
        snprintf(name, sizeof(name), "room %02d", i);
        ASKED(mod, OK, "join", "{room:s}", name);
        testkit_advance(kit, 1000);
    }
    ASKED(mod,
          "{ok:true, more:true, rooms:[{room:'room 00', topic:'', "
          "members:1}, '<more>']}",
          "rooms", "{}");
    ck_assert_str_eq(testkit_got_text(mod, "0.rooms.49.room"), "room 49");
    ASKED(mod, "{ok:true, more:false, rooms:[{room:'room 50', '<more>':true}]}",
          "rooms", "{after:'room 49'}");
    finish();
}
END_TEST

START_TEST(has_bounds)
{
    start_with(", roomsMax:3, roomsPerUser:2, membersPerRoom:2, "
               "createRooms:false");
    struct testkit_client *mod = connect_with("Mo", "chat.moderate");
    struct testkit_client *ann = connect_as("Ann"), *bob = connect_as("Bob");

    REFUSED(ann, "no_new_rooms", "join", "{room:'a'}");
    REFUSED(ann, "no_new_rooms", "create", "{name:'a'}");
    ASKED(mod, OK, "join", "{room:'a'}");
    ASKED(mod, OK, "join", "{room:'b'}");
    REFUSED(mod, "too_many_rooms", "join", "{room:'c'}");
    struct testkit_client *second = connect_with("Max", "chat.moderate");
    ASKED(second, OK, "join", "{room:'c'}");
    REFUSED(second, "no_new_rooms", "join", "{room:'d'}");
    ASKED(ann, OK, "join", "{room:'a'}");
    REFUSED(bob, "room_full", "join", "{room:'a'}");
    /* What was refused has left nothing behind. */
    ck_assert_str_eq(select_text("SELECT count(*) FROM rooms"), "3");
    REFUSED(ann, "bad_room", "join", "{room:' '}");
    REFUSED(ann, "bad_room", "join", "{room:s}",
            "a\xe2\x80\xae"
            "b");
    REFUSED(ann, "no_such_room", "join", "{room:'@7'}");
    finish();
}
END_TEST

START_TEST(passes_on)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    struct testkit_client *bob = enter("Bob", "wood");
    struct testkit_client *eve = enter("Eve", "wood");

    ASKED(ann, OK, "role", "{room:'wood', user:'<Eve>', role:'moderator'}");
    testkit_skip(bob);
    ASKED(ann, "{ok:true}", "leave", "{room:'wood'}");
    testkit_expect(bob, "left", "{id:'<Ann>', '<more>':true}");
    testkit_expect(bob, "role", "{room:'wood', id:'<Eve>', role:'owner'}");
    ASKED(eve, "{ok:true}", "leave", "{room:'wood'}");
    testkit_expect(bob, "left", "{'<more>':true}");
    testkit_expect(bob, "role", "{room:'wood', id:'<Bob>', role:'owner'}");
    /* The last one turns off the light, and nobody owns it then. */
    ASKED(bob, "{ok:true}", "leave", "{room:'wood'}");
    finish();
}
END_TEST

/* Members, roles and topics outlast the server. */
START_TEST(outlasts_the_server)
{
    start();
    struct testkit_client *ann = enter("Ann", "wood");
    enter("Bob", "wood");
    ASKED(ann, OK, "topic", "{room:'wood', topic:'Trees'}");
    int64_t id = say(ann, "wood", "Hello");
    restart("");
    struct testkit_client *bob = connect_as("Bob");
    int asked = ASK(bob, "hello", "{}");
    testkit_expect_ack(bob, asked,
                       "{rooms:[{room:'wood', topic:'Trees', role:'member', "
                       "last:I, unread:1, '<more>':true}], '<more>':true}",
                       id);
    finish();
}
END_TEST

START_TEST(wants_a_login)
{
    start();
    struct testkit_client *eve = testkit_connect(kit, "/chat");
    REFUSED(eve, "login_required", "hello", "{}");
    REFUSED(eve, "login_required", "join", "{room:'wood'}");
    ASKED(eve, OK, "sign-in", "{user:'<Eve>'}");
    ASKED(eve, "{you:'<Eve>', '<more>':true}", "join", "{room:'wood'}");
    /* As somebody else it is in none of those rooms. */
    struct testkit_client *ann = enter("Ann", "wood");
    ASKED(eve, OK, "sign-in", "{user:'<Zoe>'}");
    REFUSED(eve, "not_in_room", "say", "{room:'wood', text:'x'}");
    testkit_skip(eve);
    say(ann, "wood", "Who hears me?");
    testkit_expect_nothing(eve);
    finish();
}
END_TEST

START_TEST(finds_rooms_and_people)
{
    start();
    struct testkit_client *ann = enter("Ann", "The Wood");
    struct testkit_client *bob = enter("Bob", "Sea");

    ASKED(ann, OK, "join", "{room:'Sea'}");
    ASKED(bob, OK, "topic", "{room:'Sea', topic:'Where no trees are'}");
    ASKED(ann,
          "{ok:true, rooms:[{room:'The Wood', topic:'', members:1}], "
          "more:false}",
          "rooms", "{find:'wood'}");
    ASKED(ann, "{rooms:[{room:'Sea', '<more>':true}], '<more>':true}", "rooms",
          "{find:'TREE'}");
    ASKED(ann, "{rooms:[], '<more>':true}", "rooms", "{find:'100%'}");
    ASKED(ann,
          "{room:'Sea', people:[{id:'<Bob>', '<more>':true}], '<more>':true}",
          "who", "{room:'Sea', name:'bO'}");
    ASKED(ann, "{people:[], '<more>':true}", "who", "{room:'Sea', name:'ob'}");
    finish();
}
END_TEST

/* Rooms of matches are in nobody's way, and last no longer than these. */
START_TEST(lets_rooms_pass_by)
{
    enum { HOUR = 3600 * 1000 };
    start_with(", unlisted:'match:'");
    struct testkit_client *ann = enter("Ann", "match:1");

    enter("Bob", "matchless");
    ASKED(ann,
          "{info:{room:'match:1', unlisted:true, '<more>':true}, "
          "'<more>':true}",
          "join", "{room:'match:1'}");
    ASKED(ann,
          "{rooms:[{room:'matchless', '<more>':true}], more:false, "
          "'<more>':true}",
          "rooms", "{}");
    say(ann, "match:1", "Good luck");
    ASKED(ann, OK, "leave", "{room:'match:1'}");
    testkit_advance(kit, HOUR);
    ck_assert_str_eq(select_text("SELECT group_concat(address) FROM rooms"),
                     "matchless");
    ck_assert_str_eq(select_text("SELECT count(*) FROM messages"), "0");
    /* Who has not left it does so in a day. */
    ASKED(ann, OK, "join", "{room:'match:2'}");
    testkit_advance(kit, 20 * HOUR);
    say(ann, "match:2", "Good game");
    testkit_advance(kit, 20 * HOUR);
    say(ann, "match:2", "Once more?");
    testkit_advance(kit, 25 * HOUR);
    REFUSED(ann, "no_such_room", "say", "{room:'match:2', text:'x'}");
    ASKED(ann, "{rooms:[], '<more>':true}", "hello", "{}");
    finish();
}
END_TEST

TESTKIT_MAIN("chat/rooms", joins_and_leaves, is_one_user_on_many_devices,
             keeps_private_rooms_private, opens_a_room_of_two, has_roles,
             lists_public_rooms, has_bounds, passes_on, outlasts_the_server,
             wants_a_login, finds_rooms_and_people, lets_rooms_pass_by)
