/* SPDX-License-Identifier: MIT */
/* A match from its beginning to its end. */
#include "test_game.h"

START_TEST(two_play_to_the_end)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'connect-four'");
    for (int i = 0; i < 3; i++) {
        move(ann, "4");
        expect_kind(ann, "move");
        testkit_expect(bob, "match:delta",
                       "{match:s, kind:'move', seat:0, move:'4', turns:[1], "
                       "view:{board:'<string>', '<more>':true}, '<more>':true}",
                       match_id);
        move(bob, "5");
        testkit_skip(ann);
        testkit_skip(bob);
    }
    move(ann, "4");
    testkit_expect(bob, "match:delta",
                   "{kind:'move', status:'over', turns:[], "
                   "result:{winner:0, drawn:false, why:'played'}, "
                   "'<more>':true}");
    expect_error(bob, "over", "match:move", "{match:s, move:'1'}", match_id);
    finish();
}
END_TEST

START_TEST(illegal_moves_change_nothing)
{
    static const struct {
        const char *move, *code;
    } cases[] = {{"9", "illegal_move"},
                 {"0", "illegal_move"},
                 {"44", "illegal_move"},
                 {"x", "illegal_move"}};
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    begin(ann, bob, "game:'connect-four'");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        testkit_expect_ack(ann,
                           testkit_call(ann, "match:move", "{match:s, move:s}",
                                        match_id, cases[i].move),
                           "{error:{code:s, message:'<string>'}}",
                           cases[i].code);
    expect_error(bob, "not_your_turn", "match:move", "{match:s, move:'1'}",
                 match_id);
    expect_error(eve, "not_seated", "match:move", "{match:s, move:'1'}",
                 match_id);
    expect_error(ann, "stale", "match:move", "{match:s, move:'1', after:1}",
                 match_id);
    expect_error(ann, "no_such_match", "match:move",
                 "{match:'nowhere', move:'1'}");
    testkit_expect_nothing(ann);
    testkit_expect_nothing(bob);
    finish();
}
END_TEST

TESTKIT_MAIN("game: play", two_play_to_the_end, illegal_moves_change_nothing)
