/* SPDX-License-Identifier: MIT */
/* One against a bot. */
#include "test/test_game.h"

START_TEST(one_can_play_at_once)
{
    start("");
    struct testkit_client *ann = enter("ann");

    create(ann, "{game:'connect-four', seat:1, bot:2}");
    testkit_advance(kit, 10);
    testkit_expect(ann, "match:view", "{you:1, '<more>':true}");
    testkit_expect(ann, "match:delta",
                   "{kind:'sit', seat:0, status:'full', seats:[{bot:2, "
                   "ready:true, rating:null, '<more>':true}, {'<more>':true}], "
                   "'<more>':true}");
    expect_kind(ann, "ready");
    testkit_expect(ann, "match:delta",
                   "{kind:'start', status:'running', turns:[0], "
                   "'<more>':true}");
    testkit_expect(ann, "match:delta",
                   "{kind:'move', seat:0, turns:[1], '<more>':true}");
    move(ann, "1");
    testkit_advance(kit, 10);
    expect_kind(ann, "move");
    testkit_expect(ann, "match:delta",
                   "{kind:'move', seat:0, turns:[1], '<more>':true}");
    finish();
}
END_TEST

START_TEST(it_waits_a_moment)
{
    start("botDelayMs:500");
    struct testkit_client *ann = enter("ann");

    create(ann, "{game:'connect-four', seat:0, bot:1}");
    testkit_advance(kit, 10);
    testkit_skip(ann);
    move(ann, "1");
    expect_kind(ann, "move");
    testkit_advance(kit, 499);
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1);
    expect_kind(ann, "move");
    finish();
}
END_TEST

/* A reload at each moment of its move. */
START_TEST(a_reload_does_not_stop_it)
{
    start("botDelayMs:500");
    struct testkit_client *ann = enter("ann");

    create(ann, "{game:'connect-four', seat:0, bot:1}");
    testkit_advance(kit, 10);
    for (int i = 0; i < 3; i++) {
        static const char *const moves[] = {"1", "2", "3"};
        testkit_skip(ann);
        int asked = testkit_call(ann, "match:move", "{match:s, move:s}",
                                 match_id, moves[i]);
        if (i == 0)
            testkit_reload(kit, PLUGIN, "");
        testkit_advance(kit, 0);
        testkit_expect_ack(ann, asked, "{ok:true, '<more>':true}");
        if (i == 1)
            testkit_reload(kit, PLUGIN, "");
        testkit_advance(kit, 500);
        if (i == 2)
            testkit_reload(kit, PLUGIN, "");
        testkit_advance(kit, 0);
        expect_kind(ann, "move");
        expect_kind(ann, "move");
    }
    finish();
}
END_TEST

/* They think one after the other; a reload comes in between. */
START_TEST(many_bots_take_turns)
{
    char ids[5][16];
    start("");
    struct testkit_client *ann = enter("ann");

    for (int i = 0; i < 5; i++) {
        create(ann, "{game:'connect-four', seat:1, bot:1}");
        snprintf(ids[i], sizeof(ids[i]), "%s", match_id);
        if (i % 2)
            testkit_reload(kit, PLUGIN, "");
    }
    testkit_advance(kit, 100);
    for (int i = 0; i < 5; i++)
        expect_view(ann, ids[i], "{moves:1, turns:[1], '<more>':true}");
    finish();
}
END_TEST

START_TEST(it_wants_another_one_and_no_draw)
{
    start("");
    struct testkit_client *ann = enter("ann");

    create(ann, "{game:'connect-four', seat:0, bot:1, rated:true}");
    testkit_advance(kit, 10);
    testkit_skip(ann);
    expect_ok(ann, "match:offer", "{match:s}", match_id);
    expect_kind(ann, "offer");
    expect_kind(ann, "decline");
    move(ann, "1");
    testkit_advance(kit, 10);
    expect_ok(ann, "match:resign", "{match:s}", match_id);
    testkit_skip(ann);
    expect_ok(ann, "match:rematch", "{match:s}", match_id);
    testkit_advance(kit, 10);
    expect_kind(ann, "rematch");
    testkit_expect(ann, "match:view", "{you:1, rated:false, '<more>':true}");
    expect_answer(ann, "{ok:true, total:0, players:[], '<more>':true}",
                  "leaderboard", "{game:'connect-four'}");
    finish();
}
END_TEST

START_TEST(who_is_not_signed_in_plays_where_that_is_allowed)
{
    start("anonymous:true");
    struct testkit_client *ann = testkit_connect(kit, "/game");

    testkit_advance(kit, 0);
    create(ann, "{game:'battleship', bot:1}");
    finish();
    start("");
    ann = testkit_connect(kit, "/game");
    testkit_expect_ack(ann,
                       testkit_call(ann, "match:create", "{game:'battleship'}"),
                       "{error:{code:'login_required', '<more>':true}}");
    finish();
}
END_TEST

TESTKIT_MAIN("game: alone", one_can_play_at_once, it_waits_a_moment,
             a_reload_does_not_stop_it, many_bots_take_turns,
             it_wants_another_one_and_no_draw,
             who_is_not_signed_in_plays_where_that_is_allowed)
