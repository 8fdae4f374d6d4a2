/* SPDX-License-Identifier: MIT */
/* What players agree on, and who looks on: draws, rematches, spectators,
 * private matches, what is hidden. */
#include "test/test_game.h"

START_TEST(a_draw_is_offered_and_answered)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'connect-four'");
    expect_error(bob, "no_offer", "match:accept", "{match:s}", match_id);
    expect_ok(ann, "match:offer", "{match:s}", match_id);
    testkit_expect(bob, "match:delta",
                   "{kind:'offer', seat:0, seats:[{offers:true, '<more>':true},"
                   " {offers:false, '<more>':true}], '<more>':true}");
    expect_error(ann, "offered", "match:offer", "{match:s}", match_id);
    expect_ok(bob, "match:decline", "{match:s}", match_id);
    expect_error(ann, "offered", "match:offer", "{match:s}", match_id);
    move(ann, "1"); /* after a move it may be offered again */
    expect_ok(ann, "match:offer", "{match:s}", match_id);
    testkit_skip(bob);
    expect_ok(bob, "match:accept", "{match:s}", match_id);
    testkit_expect(bob, "match:delta",
                   "{kind:'accept', status:'over', result:{winner:null, "
                   "drawn:true, why:'agreed'}, '<more>':true}");
    finish();
}
END_TEST

START_TEST(who_plays_on_has_declined)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'connect-four'");
    move(ann, "1");
    expect_ok(ann, "match:offer", "{match:s}", match_id);
    move(bob, "2");
    expect_error(bob, "no_offer", "match:accept", "{match:s}", match_id);
    finish();
}
END_TEST

START_TEST(a_rematch_has_the_seats_changed)
{
    char first[16];
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'connect-four', clock:{seconds:60, increment:1}");
    snprintf(first, sizeof(first), "%s", match_id);
    expect_error(ann, "not_over", "match:rematch", "{match:s}", first);
    expect_ok(ann, "match:resign", "{match:s}", first);
    expect_ok(ann, "match:rematch", "{match:s}", first);
    expect_error(ann, "offered", "match:rematch", "{match:s}", first);
    testkit_skip(ann);
    testkit_skip(bob);
    expect_ok(bob, "match:rematch", "{match:s}", first);
    testkit_advance(kit, 1000);
    expect_kind(bob, "rematch");
    /* Both have their seats, and it begins. */
    testkit_expect(bob, "match:view",
                   "{you:0, status:'open', clock:{seconds:60, increment:1}, "
                   "'<more>':true}");
    snprintf(match_id, sizeof(match_id), "%s",
             testkit_got_text(bob, "0.match"));
    testkit_skip(ann);
    testkit_skip(bob);
    expect_view(ann, first, "{next:'<string>', '<more>':true}");
    move(bob, "4");
    expect_kind(ann, "move");
    finish();
}
END_TEST

START_TEST(battleships_are_hidden)
{
    static const char fleet[] = "place a1h a2h a3h a4h a5h";
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    begin(ann, bob, "game:'battleship'");
    expect_ok(eve, "match:watch", "{match:s}", match_id);
    testkit_skip(ann);
    testkit_skip(bob);
    testkit_skip(eve);
    move(ann, fleet);
    testkit_expect(ann, "match:delta",
                   "{kind:'move', seat:0, move:s, view:{placed:[1, 0], "
                   "seas:['<string>', '<string>']}, '<more>':true}",
                   fleet);
    ck_assert(strncmp(testkit_got_text(ann, "0.view.seas.0"), "AAAAA.....BBBB",
                      14) == 0);
    /* That it was made is known, and nothing else. */
    testkit_expect(bob, "match:delta",
                   "{kind:'move', seat:0, move:null, view:{placed:[1, 0]}, "
                   "'<more>':true}");
    testkit_expect(eve, "match:delta",
                   "{kind:'move', seat:0, move:null, view:{placed:[1, 0]}, "
                   "'<more>':true}");
    expect_error(ann, "not_your_turn", "match:move", "{match:s, move:'a1'}",
                 match_id);
    move(bob, fleet);
    expect_view(eve, match_id,
                "{you:null, view:{phase:'shooting', placed:[1, 1], "
                "'<more>':true}, '<more>':true}");
    ck_assert_ptr_null(
        strpbrk(testkit_got_text(eve, "0.view.seas.0"), "ABCDEabcde"));
    testkit_skip(ann);
    expect_ok(bob, "match:resign", "{match:s}", match_id);
    testkit_expect(ann, "match:delta",
                   "{kind:'resign', status:'over', view:{seas:['<string>', "
                   "'<string>']}, '<more>':true}");
    ck_assert_int_eq(testkit_got_text(ann, "0.view.seas.1")[0], 'A');
    finish();
}
END_TEST

START_TEST(spectators_are_behind)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    begin(ann, bob, "game:'connect-four', delay:30");
    testkit_advance(kit, 60000);
    move(ann, "4");
    testkit_skip(ann);
    expect_view(eve, match_id,
                "{you:null, moves:0, delay:30, spectators:1, '<more>':true}");
    testkit_skip(ann);
    testkit_advance(kit, 0);
    testkit_expect_nothing(eve);
    testkit_skip(ann);
    testkit_advance(kit, 20000);
    move(bob, "5");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 9999);
    testkit_expect_nothing(eve);
    testkit_advance(kit, 1);
    testkit_expect(eve, "match:delta",
                   "{kind:'move', move:'4', moves:1, '<more>':true}");
    testkit_expect_nothing(eve);
    testkit_advance(kit, 20000);
    testkit_expect(eve, "match:delta",
                   "{kind:'move', move:'5', moves:2, '<more>':true}");
    finish();
}
END_TEST

START_TEST(private_ones_need_their_code)
{
    char code[16];
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    create(ann, "{game:'connect-four', private:true}");
    expect_view(ann, match_id, "{code:'<string>', '<more>':true}");
    snprintf(code, sizeof(code), "%s", testkit_got_text(ann, "0.code"));
    expect_answer(bob, "{ok:true, total:0, matches:[]}", "lobby:enter", "{}");
    expect_error(bob, "no_such_match", "match:watch", "{match:s}", match_id);
    expect_error(bob, "no_such_match", "match:join", "{match:s, code:'x'}",
                 match_id);
    testkit_skip(ann);
    expect_ok(bob, "match:join", "{match:s, code:s}", match_id, code);
    testkit_expect(bob, "match:view",
                   "{code:s, private:true, you:'<number>', '<more>':true}",
                   code);
    finish();
}
END_TEST

START_TEST(there_is_an_end_to_watching)
{
    char ids[9][16];
    start("spectatorsMax:1, perUser:20");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve"), *max = enter("max");

    for (int i = 0; i < 9; i++) {
        struct testkit_client *who = i < 5 ? ann : bob;
        create(who, "{game:'connect-four'}");
        snprintf(ids[i], sizeof(ids[i]), "%s", match_id);
    }
    for (int i = 0; i < 8; i++)
        expect_ok(eve, "match:watch", "{match:s}", ids[i]);
    expect_ok(eve, "match:watch", "{match:s}", ids[0]); /* again */
    expect_error(eve, "too_many_matches", "match:watch", "{match:s}", ids[8]);
    expect_error(max, "too_many_spectators", "match:watch", "{match:s}",
                 ids[0]);
    expect_ok(eve, "match:leave", "{match:s}", ids[0]);
    testkit_skip(ann);
    expect_ok(max, "match:watch", "{match:s}", ids[0]);
    testkit_expect(ann, "match:audience", "{match:s, spectators:1}", ids[0]);
    finish();
}
END_TEST

START_TEST(who_sits_down_watches_no_more)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    create(ann, "{game:'connect-four'}");
    expect_ok(bob, "match:watch", "{match:s}", match_id);
    testkit_skip(ann);
    expect_ok(bob, "match:join", "{match:s}", match_id);
    expect_kind(ann, "sit");
    testkit_expect(ann, "match:audience", "{match:s, spectators:0}", match_id);
    finish();
}
END_TEST

TESTKIT_MAIN("game: people", a_draw_is_offered_and_answered,
             who_plays_on_has_declined, a_rematch_has_the_seats_changed,
             battleships_are_hidden, spectators_are_behind,
             private_ones_need_their_code, there_is_an_end_to_watching,
             who_sits_down_watches_no_more)
