/* SPDX-License-Identifier: MIT */
/* Finding a match: the lobby and its filters, the queue and its window. */
#include "test/test_game.h"

START_TEST(the_lobby_is_live)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve"), *max = enter("max");

    expect_answer(eve, "{ok:true, total:0, matches:[]}", "lobby:enter", "{}");
    expect_answer(max, "{ok:true, total:0, matches:[]}", "lobby:enter",
                  "{game:'battleship', status:'any'}");
    create(ann, "{game:'connect-four'}");
    testkit_advance(kit, 250);
    testkit_expect(eve, "lobby:changes",
                   "{again:false, changed:[{match:s, status:'open', "
                   "'<more>':true}], gone:[]}",
                   match_id);
    testkit_skip(max);
    expect_ok(bob, "match:join", "{match:s}", match_id);
    testkit_advance(kit, 250);
    testkit_expect(eve, "lobby:changes", "{again:false, changed:[], gone:[s]}",
                   match_id);
    expect_ok(eve, "lobby:leave", "");
    create(max, "{game:'battleship'}");
    testkit_advance(kit, 1000);
    testkit_expect_nothing(eve);
    finish();
}
END_TEST

START_TEST(filters_let_pass_what_fits)
{
    static const struct {
        const char *filter;
        int total;
    } cases[] = {
        {"{}", 3},
        {"{status:'any'}", 4},
        {"{status:'running'}", 1},
        {"{game:'connect-four'}", 2},
        {"{game:'battleship'}", 1},
        {"{rated:true}", 1},
        {"{rated:false}", 2},
        {"{timed:true}", 1},
        {"{timed:false, game:'connect-four'}", 1},
        {"{ratingMin:1400, ratingMax:1600}", 3},
        {"{ratingMin:1600}", 0},
        {"{ratingMax:1400}", 0},
    };
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    create(ann, "{game:'connect-four', rated:true}");
    create(ann, "{game:'connect-four', clock:{seconds:60}}");
    create(bob, "{game:'battleship'}");
    create(bob, "{game:'battleship', private:true}");
    create(bob, "{game:'battleship', bot:1}");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        testkit_advance(kit, 2000); /* there is a rate */
        int asked = testkit_call(ann, "lobby:enter", cases[i].filter);
        testkit_expect_ack(ann, asked, "{ok:true, total:i, matches:'<array>'}",
                           cases[i].total);
    }
    expect_error(ann, "no_such_game", "lobby:enter", "{game:'chess'}");
    expect_answer(ann,
                  "{ok:true, total:3, matches:[{game:'battleship', "
                  "'<more>':true}]}",
                  "lobby:enter", "{limit:1}");
    finish();
}
END_TEST

START_TEST(the_queue_pairs_two)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    expect_ok(ann, "quick:join", "{game:'connect-four'}");
    expect_ok(eve, "quick:join", "{game:'battleship'}");
    testkit_advance(kit, 3000);
    expect_ok(bob, "quick:join", "{game:'connect-four'}");
    testkit_skip(ann);
    testkit_skip(eve);
    testkit_expect(bob, "match:view",
                   "{game:'connect-four', quick:true, rated:true, "
                   "'<more>':true}");
    snprintf(match_id, sizeof(match_id), "%s",
             testkit_got_text(bob, "0.match"));
    expect_ok(ann, "match:ready", "{match:s}", match_id);
    expect_ok(bob, "match:ready", "{match:s}", match_id);
    expect_view(ann, match_id, "{status:'running', '<more>':true}");
    testkit_advance(kit, 1000);
    expect_answer(eve, "{ok:true, left:true}", "quick:leave", "");
    expect_answer(eve, "{ok:true, left:false}", "quick:leave", "");
    finish();
}
END_TEST

START_TEST(who_is_not_ready_makes_way)
{
    start("readySeconds:10");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    expect_ok(ann, "quick:join", "{game:'connect-four'}");
    expect_ok(bob, "quick:join", "{game:'connect-four'}");
    testkit_expect(ann, "match:view", "{'<more>':true}");
    snprintf(match_id, sizeof(match_id), "%s",
             testkit_got_text(ann, "0.match"));
    expect_ok(ann, "match:ready", "{match:s}", match_id);
    testkit_advance(kit, 10000);
    testkit_skip(ann);
    /* Bob waits no more, ann does. */
    expect_ok(eve, "quick:join", "{game:'connect-four'}");
    testkit_expect(ann, "match:view", "{quick:true, '<more>':true}");
    finish();
}
END_TEST

START_TEST(who_goes_does_not_wait)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    expect_ok(ann, "quick:join", "{game:'connect-four'}");
    testkit_vanish(ann);
    expect_ok(bob, "quick:join", "{game:'connect-four'}");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_skip(bob);
    ann = enter("ann");
    expect_ok(ann, "quick:join", "{game:'connect-four'}");
    testkit_expect(bob, "match:view", "{quick:true, '<more>':true}");
    finish();
}
END_TEST

START_TEST(there_is_an_end_to_matches)
{
    char first[16];
    start("matchesMax:2, perUser:2");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    begin(ann, bob, "game:'connect-four'");
    snprintf(first, sizeof(first), "%s", match_id);
    create(ann, "{game:'connect-four'}");
    expect_error(ann, "too_many_matches", "match:create",
                 "{game:'connect-four'}");
    expect_error(eve, "busy", "match:create", "{game:'connect-four'}");
    expect_ok(bob, "match:resign", "{match:s}", first);
    testkit_skip(bob);
    create(eve, "{game:'connect-four'}"); /* what is over makes room */
    testkit_expect(bob, "match:closed", "{match:s}", first);
    finish();
}
END_TEST

START_TEST(a_bot_comes_if_nobody_does)
{
    start("");
    struct testkit_client *ann = enter("ann");

    expect_ok(ann, "quick:join", "{game:'battleship', bot:3}");
    testkit_advance(kit, 19000);
    testkit_skip(ann);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 2000);
    testkit_expect(ann, "match:view",
                   "{quick:true, rated:false, '<more>':true}");
    snprintf(match_id, sizeof(match_id), "%s",
             testkit_got_text(ann, "0.match"));
    expect_ok(ann, "match:ready", "{match:s}", match_id);
    testkit_advance(kit, 100);
    expect_view(ann, match_id, "{status:'running', '<more>':true}");
    finish();
}
END_TEST

TESTKIT_MAIN("game: lobby", the_lobby_is_live, filters_let_pass_what_fits,
             the_queue_pairs_two, who_is_not_ready_makes_way,
             who_goes_does_not_wait, there_is_an_end_to_matches,
             a_bot_comes_if_nobody_does)
