/* SPDX-License-Identifier: MIT */
/* What the chat promises. */
#include <stdio.h>
#include <string.h>

#include <mortise/testkit.h>

static struct testkit *kit;

static void start(void)
{
    kit = testkit_start("{plugins:[{name:'chat', path:s, namespace:'/chat'}]}",
                        PLUGIN);
}

/* Somebody who has joined the room "wood" under this name. */
static struct testkit_client *enter(const char *name)
{
    struct testkit_client *client = testkit_connect(kit, "/chat");
    int asked = testkit_call(client, "join", "{room:'wood', name:s}", name);

    testkit_expect_ack(client, asked,
                       "{ok:true, room:'wood', you:s, people:'<array>'}",
                       testkit_sid(client));
    return client;
}

static void expect_error(struct testkit_client *client, int asked,
                         const char *error)
{
    testkit_expect_ack(client, asked, "{error:{code:s, message:'<string>'}}",
                       error);
}

/* What the host answers. */
static void expect_breach(struct testkit_client *client, int asked,
                          const char *code, const char *field)
{
    testkit_expect_ack(client, asked,
                       "{error:{code:s, data:{field:s, '<more>':true}, "
                       "'<more>':true}}",
                       code, field);
}

START_TEST(tells_who_is_there)
{
    start();
    struct testkit_client *ann = enter("Ann");
    struct testkit_client *bob = testkit_connect(kit, "/chat");
    int asked = testkit_call(bob, "join", "{room:'wood', name:'Bob'}");

    testkit_expect_ack(bob, asked,
                       "{ok:true, room:'wood', you:s, people:["
                       "{id:s, name:'Ann'}, {id:s, name:'Bob'}]}",
                       testkit_sid(bob), testkit_sid(ann), testkit_sid(bob));
    testkit_expect(ann, "joined", "{room:'wood', id:s, name:'Bob'}",
                   testkit_sid(bob));
    testkit_expect_nothing(bob);

    asked = testkit_call(ann, "who", "{room:'wood'}");
    testkit_expect_ack(ann, asked,
                       "{ok:true, room:'wood', people:["
                       "{id:s, name:'Ann'}, {id:s, name:'Bob'}]}",
                       testkit_sid(ann), testkit_sid(bob));
    testkit_free(kit);
}
END_TEST

START_TEST(says_to_all_in_the_room)
{
    start();
    struct testkit_client *ann = enter("Ann");
    struct testkit_client *bob = enter("Bob");
    struct testkit_client *eve = testkit_connect(kit, "/chat");

    testkit_skip(ann);
    testkit_advance(kit, 1500);
    int asked = testkit_call(ann, "say", "{room:'wood', text:'Hello'}");
    testkit_expect_ack(ann, asked, "{ok:true, id:'<number>'}");
    int64_t id = testkit_got_int(ann, "0.id");
    testkit_expect(bob, "said",
                   "{room:'wood', id:I, from:s, name:'Ann', text:'Hello', "
                   "time:I}",
                   id, testkit_sid(ann), testkit_now(kit));
    testkit_expect(ann, "said", "{id:I, text:'Hello', '<more>':true}", id);
    testkit_expect_nothing(eve);

    /* Every message has a number of its own. */
    testkit_call(bob, "say", "{room:'wood', text:'Again'}");
    testkit_expect(ann, "said", "{text:'Again', '<more>':true}");
    ck_assert_int_gt(testkit_got_int(ann, "0.id"), id);
    testkit_free(kit);
}
END_TEST

START_TEST(refuses_what_makes_no_sense)
{
    start();
    struct testkit_client *ann = enter("Ann");
    struct testkit_client *bob = testkit_connect(kit, "/chat");
    static const struct {
        const char *event, *text, *error;
    } cases[] = {
        {"join", "{room:'wood', name:'Ann'}", "name_taken"},
        {"say", "{room:'wood', text:'I am not in there'}", "not_in_room"},
        {"who", "{room:'wood'}", "not_in_room"},
        {"leave", "{room:'wood'}", "not_in_room"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_error(bob, testkit_call(bob, cases[i].event, cases[i].text),
                     cases[i].error);
    expect_error(ann, testkit_call(ann, "join", "{room:'wood', name:'A'}"),
                 "joined");
    testkit_expect_nothing(ann);
    testkit_free(kit);
}
END_TEST

START_TEST(keeps_its_contracts)
{
    char most[64 * 2 + 1], more[65 * 2 + 1];
    start();
    struct testkit_client *bob = testkit_connect(kit, "/chat");
    static const struct {
        const char *event, *text, *code, *field;
    } cases[] = {
        {"join", "", "missing_argument", "room"},
        {"join", "{room:'', name:'B'}", "bad_argument", "room"},
        {"join", "{room:1, name:'B'}", "bad_argument", "room"},
        {"join", "{room:'wood'}", "missing_argument", "name"},
        {"join", "{room:'wood', name:''}", "bad_argument", "name"},
        {"join", "{room:'wood', name:'123456789012345678901234567890123'}",
         "bad_argument", "name"},
        {"say", "{room:'wood', text:''}", "bad_argument", "text"},
        {"who", "{}", "missing_argument", "room"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_breach(bob, testkit_call(bob, cases[i].event, cases[i].text),
                      cases[i].code, cases[i].field);
    testkit_expect_nothing(bob);
    testkit_emit(bob, "who", "{room:'wood'}");
    testkit_expect(bob, "error",
                   "{code:'ack_required', event:'who', '<more>':true}");

    /* Characters count, not bytes. */
    for (size_t i = 0; i < sizeof(more) - 1; i++)
        more[i] = i % 2 == 0 ? '\xc3' : '\xa9';
    more[sizeof(more) - 1] = '\0';
    memcpy(most, more, sizeof(most) - 1);
    most[sizeof(most) - 1] = '\0';
    testkit_expect_ack(bob,
                       testkit_call(bob, "join", "{room:s, name:'B'}", most),
                       "{ok:true, '<more>':true}");
    expect_breach(bob, testkit_call(bob, "join", "{room:s, name:'B'}", more),
                  "bad_argument", "room");
    testkit_free(kit);
}
END_TEST

START_TEST(limits_rooms)
{
    start();
    struct testkit_client *ann = testkit_connect(kit, "/chat");

    for (int i = 0; i < 20; i++) {
        char room[16];
        snprintf(room, sizeof(room), "room %d", i);
        testkit_expect_ack(
            ann, testkit_call(ann, "join", "{room:s, name:'Ann'}", room),
            "{ok:true, '<more>':true}");
    }
    expect_error(ann, testkit_call(ann, "join", "{room:'x', name:'Ann'}"),
                 "too_many_rooms");
    testkit_free(kit);
}
END_TEST

START_TEST(tells_who_leaves)
{
    start();
    struct testkit_client *ann = enter("Ann");
    struct testkit_client *bob = enter("Bob");
    struct testkit_client *eve = enter("Eve");

    testkit_skip(ann);
    testkit_expect_ack(bob, testkit_call(bob, "leave", "{room:'wood'}"),
                       "{ok:true}");
    testkit_expect(ann, "left", "{room:'wood', id:s, name:'Bob'}",
                   testkit_sid(bob));
    testkit_vanish(eve);
    testkit_expect(ann, "left", "{room:'wood', id:s, name:'Eve'}",
                   testkit_sid(eve));
    /* A name that is free again can be taken. */
    testkit_expect_ack(bob,
                       testkit_call(bob, "join", "{room:'wood', name:'Eve'}"),
                       "{ok:true, '<more>':true}");
    testkit_disconnect(bob);
    testkit_expect(ann, "joined", "{name:'Eve', '<more>':true}");
    testkit_expect(ann, "left", "{name:'Eve', '<more>':true}");
    testkit_expect_ack(ann, testkit_call(ann, "who", "{room:'wood'}"),
                       "{ok:true, room:'wood', people:[{id:s, name:'Ann'}]}",
                       testkit_sid(ann));
    testkit_free(kit);
}
END_TEST

/* A newer build knows who is where, and goes on counting. */
START_TEST(goes_on_after_a_reload)
{
    start();
    struct testkit_client *ann = enter("Ann");
    struct testkit_client *bob = enter("Bob");

    int asked = testkit_call(bob, "say", "{room:'wood', text:'Hello'}");
    testkit_expect_ack(bob, asked, "{ok:true, id:'<number>'}");
    int64_t id = testkit_got_int(bob, "0.id");
    testkit_skip(ann);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, testkit_call(ann, "who", "{room:'wood'}"),
                       "{ok:true, room:'wood', people:["
                       "{id:s, name:'Ann'}, {id:s, name:'Bob'}]}",
                       testkit_sid(ann), testkit_sid(bob));
    asked = testkit_call(bob, "say", "{room:'wood', text:'Again'}");
    testkit_expect_ack(bob, asked, "{ok:true, id:I}", id + 1);
    testkit_expect(ann, "said", "{id:I, text:'Again', '<more>':true}", id + 1);
    testkit_vanish(bob);
    testkit_expect(ann, "left", "{room:'wood', id:s, name:'Bob'}",
                   testkit_sid(bob));
    testkit_free(kit);
}
END_TEST

TESTKIT_MAIN("chat", tells_who_is_there, says_to_all_in_the_room,
             refuses_what_makes_no_sense, keeps_its_contracts, limits_rooms,
             tells_who_leaves, goes_on_after_a_reload)
