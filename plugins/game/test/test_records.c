/* SPDX-License-Identifier: MIT */
/* What is left of matches: ratings, the leaderboard, history, replays. */
#include "test/test_game.h"

/* The first wins a rated match against the second. */
static void win(struct testkit_client *winner, struct testkit_client *loser)
{
    testkit_advance(kit, 20000); /* there is a rate */
    begin(winner, loser, "game:'connect-four', rated:true");
    move(winner, "1");
    move(loser, "2");
    expect_ok(loser, "match:resign", "{match:s}", match_id);
    expect_ok(winner, "match:leave", "{match:s}", match_id);
    expect_ok(loser, "match:leave", "{match:s}", match_id);
}

START_TEST(ratings_follow_from_matches)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'connect-four', rated:true");
    move(ann, "1");
    move(bob, "2");
    testkit_skip(ann);
    expect_ok(bob, "match:resign", "{match:s}", match_id);
    expect_kind(ann, "resign");
    testkit_expect(ann, "match:rated",
                   "{match:s, ratings:[{seat:0, user:'ann', before:1500, "
                   "rating:1662, deviation:290, games:1}, {seat:1, user:'bob', "
                   "before:1500, rating:1338, deviation:290, games:1}]}",
                   match_id);
    testkit_advance(kit, 2000);
    expect_answer(ann,
                  "{ok:true, game:'connect-four', total:2, rank:null, "
                  "players:[{rank:1, user:'ann', name:'ann', rating:1662, "
                  "provisional:true, games:1, won:1, lost:0, drawn:0, "
                  "'<more>':true}, {rank:2, user:'bob', rating:1338, won:0, "
                  "lost:1, '<more>':true}]}",
                  "leaderboard", "{game:'connect-four'}");
    expect_answer(ann, "{ok:true, total:0, players:[], '<more>':true}",
                  "leaderboard", "{game:'battleship'}");
    /* They are known to who comes again. */
    testkit_vanish(ann);
    ann = enter("ann");
    testkit_advance(kit, 2000);
    create(ann, "{game:'connect-four', seat:0}");
    expect_view(ann, match_id,
                "{seats:[{rating:1662, '<more>':true}, null], '<more>':true}");
    finish();
}
END_TEST

START_TEST(the_leaderboard_knows_a_new_name)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    win(ann, bob);
    testkit_advance(kit, 2000);
    expect_answer(ann, "true", "named", "s", "Ann Other");
    /* A new name comes with a new session, and that with new sockets. */
    testkit_vanish(ann);
    ann = enter("ann");
    testkit_advance(kit, 2000);
    expect_answer(bob,
                  "{ok:true, players:[{rank:1, user:'ann', name:'Ann Other', "
                  "'<more>':true}, {rank:2, user:'bob', name:'bob', "
                  "'<more>':true}], '<more>':true}",
                  "leaderboard", "{game:'connect-four'}");
    finish();
}
END_TEST

START_TEST(who_only_tries_is_not_rated)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'connect-four'");
    move(ann, "1");
    move(bob, "2");
    expect_ok(bob, "match:resign", "{match:s}", match_id);
    expect_answer(ann, "{ok:true, total:0, players:[], '<more>':true}",
                  "leaderboard", "{game:'connect-four'}");
    finish();
}
END_TEST

START_TEST(the_leaderboard_has_pages)
{
    struct testkit_client *all[6];
    start("");

    for (int i = 0; i < 6; i++) {
        char user[8];
        snprintf(user, sizeof(user), "p%d", i);
        all[i] = enter(user);
    }
    for (int i = 0; i < 5; i++) /* each beats all behind */
        for (int j = i + 1; j < 6; j++)
            win(all[i], all[j]);
    testkit_advance(kit, 20000);
    expect_answer(all[0],
                  "{ok:true, total:6, players:[{rank:1, user:'p0', "
                  "'<more>':true}, {rank:2, user:'p1', '<more>':true}], "
                  "'<more>':true}",
                  "leaderboard", "{game:'connect-four', limit:2}");
    expect_answer(all[0],
                  "{ok:true, total:6, players:[{rank:5, user:'p4', "
                  "'<more>':true}, {rank:6, user:'p5', '<more>':true}], "
                  "'<more>':true}",
                  "leaderboard", "{game:'connect-four', limit:10, from:5}");
    expect_answer(all[3],
                  "{ok:true, total:6, rank:4, players:[{rank:3, user:'p2', "
                  "'<more>':true}, {rank:4, user:'p3', '<more>':true}, "
                  "{rank:5, user:'p4', '<more>':true}], '<more>':true}",
                  "leaderboard:around", "{game:'connect-four', limit:3}");
    expect_answer(all[0],
                  "{ok:true, rank:1, players:[{rank:1, '<more>':true}, "
                  "'<more>'], '<more>':true}",
                  "leaderboard:around", "{game:'connect-four', limit:3}");
    finish();
}
END_TEST

START_TEST(what_was_played_can_be_seen_again)
{
    static const char fleet[] = "place a1h a2h a3h a4h a5h";
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, "game:'battleship', clock:{seconds:60}");
    expect_error(bob, "no_such_match", "match:replay", "{match:s}", match_id);
    move(ann, fleet);
    move(bob, fleet);
    expect_ok(ann, "match:resign", "{match:s}", match_id);
    testkit_advance(kit, 5000);
    int asked = testkit_call(bob, "match:replay", "{match:s}", match_id);
    testkit_advance(kit, 0);
    testkit_expect_ack(
        bob, asked,
        "{ok:true, match:s, game:'battleship', moves:2, "
        "result:{winner:1, drawn:false, why:'resigned'}, "
        "players:[{user:'ann', name:'ann'}, {user:'bob', "
        "name:'bob'}], entries:[{n:1, kind:'sit', seat:0, "
        "'<more>':true}, {n:2, kind:'sit', '<more>':true}, "
        "{kind:'ready', '<more>':true}, {kind:'ready', "
        "'<more>':true}, {kind:'start', seat:null, '<more>':true}, "
        "{kind:'move', text:s, left:[60000, 60000], "
        "view:{placed:[1, 0], seas:'<array>'}, '<more>':true}, "
        "{kind:'move', '<more>':true}, {kind:'resign', "
        "'<more>':true}], '<more>':true}",
        match_id, fleet);
    expect_answer(bob,
                  "{ok:true, matches:[{match:'<string>', you:1, "
                  "result:{winner:1, '<more>':true}, '<more>':true}]}",
                  "match:history", "{}");
    ck_assert_str_eq(testkit_got_text(bob, "0.matches.0.match"), match_id);
    int64_t ended = testkit_got_int(bob, "0.matches.0.ended");
    asked = testkit_call(bob, "match:history", "{before:I}", ended);
    testkit_advance(kit, 0);
    testkit_expect_ack(bob, asked, "{ok:true, matches:[]}");
    finish();
}
END_TEST

#define SECRET_ENTRIES                                                         \
    "{ok:true, match:s, n:7, entries:[{kind:'sit', '<more>':true}, "           \
    "{kind:'sit', '<more>':true}, {kind:'ready', '<more>':true}, "             \
    "{kind:'ready', '<more>':true}, {kind:'start', text:'', '<more>':true}, "

START_TEST(what_has_been_played_so_far_hides_what_is_secret)
{
    static const char fleet[] = "place a1h a2h a3h a4h a5h";
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    begin(ann, bob, "game:'battleship', delay:10");
    move(ann, fleet);
    move(bob, "place j1v i1v h1v g1v f1v");
    int asked = testkit_call(ann, "match:entries", "{match:s}", match_id);
    testkit_expect_ack(ann, asked,
                       SECRET_ENTRIES
                       "{kind:'move', seat:0, text:s, view:{placed:[1, 0], "
                       "seas:'<array>'}, '<more>':true}, {kind:'move', seat:1, "
                       "text:'', view:{phase:'shooting', placed:[1, 1]}, "
                       "'<more>':true}]}",
                       match_id, fleet);
    asked = testkit_call(eve, "match:entries", "{match:s}", match_id);
    testkit_expect_ack(eve, asked, "{ok:true, match:s, n:0, entries:[]}",
                       match_id);
    testkit_advance(kit, 10000);
    asked = testkit_call(eve, "match:entries", "{match:s}", match_id);
    testkit_expect_ack(eve, asked,
                       SECRET_ENTRIES
                       "{kind:'move', seat:0, text:'', view:{placed:[1, 0]}, "
                       "'<more>':true}, {kind:'move', seat:1, text:'', "
                       "view:{phase:'shooting', placed:[1, 1]}, "
                       "'<more>':true}]}",
                       match_id);
    finish();
}
END_TEST

START_TEST(who_is_forgotten_is_nobody)
{
    start("keepSeconds:1");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    win(ann, bob);
    testkit_advance(kit, 20000);
    int order = testkit_command(kit, "game forget bob");
    testkit_advance(kit, 0);
    testkit_expect_value(kit, order, "{matches:1}");
    expect_answer(ann,
                  "{ok:true, total:1, players:[{user:'ann', '<more>':true}], "
                  "'<more>':true}",
                  "leaderboard", "{game:'connect-four'}");
    int asked = testkit_call(ann, "match:replay", "{match:s}", match_id);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, asked,
                       "{ok:true, players:[{user:'ann', name:'ann'}, "
                       "{user:'deleted:1', name:'Deleted'}], "
                       "entries:'<array>', moves:2, '<more>':true}");
    ck_assert_str_eq(testkit_got_text(ann, "0.entries.1.text"),
                     "deleted:1\nDeleted\n0 0");
    ck_assert_str_eq(testkit_got_text(ann, "0.entries.7.kind"), "resign");
    expect_answer(bob, "{ok:true, matches:[]}", "match:history", "{}");
    finish();
}
END_TEST

TESTKIT_MAIN("game: records", ratings_follow_from_matches,
             the_leaderboard_knows_a_new_name, who_only_tries_is_not_rated,
             the_leaderboard_has_pages, what_was_played_can_be_seen_again,
             what_has_been_played_so_far_hides_what_is_secret,
             who_is_forgotten_is_nobody)
