/* SPDX-License-Identifier: MIT */
/* A match from its beginning to its end. */
#include "test/test_game.h"

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

START_TEST(contracts_are_kept)
{
    static const struct {
        const char *event, *args, *code, *field;
    } cases[] = {
        {"match:create", "{}", "missing_argument", "game"},
        {"match:create", "{game:1}", "bad_argument", "game"},
        {"match:create", "{game:'connect-four', bot:0}", "bad_argument", "bot"},
        {"match:create", "{game:'connect-four', bot:6}", "bad_argument", "bot"},
        {"match:create", "{game:'connect-four', seat:2}", "bad_argument",
         "seat"},
        {"match:create", "{game:'connect-four', clock:{seconds:1}}",
         "bad_argument", "clock.seconds"},
        {"match:create", "{game:'connect-four', clock:{}}", "missing_argument",
         "clock.seconds"},
        {"match:move", "{match:'x'}", "missing_argument", "move"},
        {"match:move", "{match:'x', move:''}", "bad_argument", "move"},
        {"match:join", "{match:'1234567890123'}", "bad_argument", "match"},
        {"lobby:enter", "{status:'old'}", "bad_argument", "status"},
        {"leaderboard", "{game:'x', limit:101}", "bad_argument", "limit"},
        {"leaderboard", "{game:'x', from:0}", "bad_argument", "from"},
        {"quick:join", "{rated:1, game:'x'}", "bad_argument", "rated"},
    };
    start("");
    struct testkit_client *ann = enter("ann");

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        testkit_advance(kit, 2000); /* there is a rate */
        int asked = testkit_call(ann, cases[i].event, cases[i].args);
        testkit_expect_ack(ann, asked,
                           "{error:{code:s, data:{field:s, '<more>':true}, "
                           "'<more>':true}}",
                           cases[i].code, cases[i].field);
    }
    testkit_emit(ann, "match:create", "{game:'connect-four'}");
    testkit_expect(ann, "error", "{code:'ack_required', '<more>':true}");
    expect_error(ann, "no_such_game", "match:create", "{game:'chess'}");
    expect_error(ann, "no_such_variant", "match:create",
                 "{game:'battleship', variant:'large'}");
    expect_error(ann, "delay_too_long", "match:create",
                 "{game:'battleship', delay:601}");
    finish();
}
END_TEST

START_TEST(there_are_rates)
{
    start("");
    struct testkit_client *ann = enter("ann");

    for (int i = 0; i < 10; i++)
        expect_ok(ann, "quick:join", "{game:'connect-four'}");
    expect_error(ann, "rate_limited", "quick:join", "{game:'connect-four'}");
    testkit_advance(kit, 1000);
    expect_ok(ann, "quick:join", "{game:'connect-four'}");
    finish();
}
END_TEST

START_TEST(two_matches_do_not_mix)
{
    char first[16];
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    begin(ann, bob, "game:'connect-four'");
    snprintf(first, sizeof(first), "%s", match_id);
    begin(ann, eve, "game:'connect-four'");
    move(ann, "1");
    testkit_expect_nothing(bob);
    expect_kind(eve, "move");
    expect_error(eve, "not_seated", "match:move", "{match:s, move:'1'}", first);
    expect_view(ann, first, "{moves:0, '<more>':true}");
    finish();
}
END_TEST

TESTKIT_MAIN("game: play", two_play_to_the_end, illegal_moves_change_nothing,
             contracts_are_kept, there_are_rates, two_matches_do_not_mix)
