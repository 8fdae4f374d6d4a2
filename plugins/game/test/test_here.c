/* SPDX-License-Identifier: MIT */
/* Other players: who is here, invitations, codes, profiles. */
#include "test/test_game.h"

#define PEOPLE "players:changes"

START_TEST(who_is_here_is_live)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob;

    expect_answer(ann,
                  "{ok:true, total:1, players:[{user:'ann', name:'ann', "
                  "guest:false, playing:false, ratings:[]}]}",
                  "lobby:players", "{}");
    bob = enter("bob");
    testkit_advance(kit, 250);
    testkit_expect(ann, PEOPLE,
                   "{again:false, total:2, changed:[{user:'bob', "
                   "playing:false, '<more>':true}], gone:[]}");
    begin(ann, bob, "game:'connect-four', rated:true");
    testkit_advance(kit, 250);
    testkit_expect(ann, PEOPLE,
                   "{changed:[{user:'ann', playing:true, '<more>':true}, "
                   "{user:'bob', playing:true, '<more>':true}], "
                   "'<more>':true}");
    move(ann, "1");
    move(bob, "2");
    expect_ok(bob, "match:resign", "{match:s}", match_id);
    testkit_skip(ann);
    testkit_advance(kit, 250);
    testkit_expect(ann, PEOPLE,
                   "{changed:[{user:s, playing:false, ratings:["
                   "{game:'connect-four', rating:1662, provisional:true}], "
                   "'<more>':true}, {user:'bob', '<more>':true}], "
                   "'<more>':true}",
                   "ann");
    expect_ok(ann, "match:leave", "{match:s}", match_id);
    testkit_vanish(bob);
    testkit_skip(ann);
    testkit_advance(kit, 250);
    testkit_expect(ann, PEOPLE,
                   "{again:false, total:1, changed:[], gone:['bob']}");
    expect_ok(ann, "lobby:leave", "");
    enter("bob");
    testkit_advance(kit, 1000);
    testkit_expect_nothing(ann);
    finish();
}
END_TEST

START_TEST(who_is_here_stays_so_in_the_next_build)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    expect_ok(ann, "lobby:players", "{}");
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 1000);
    testkit_expect_nothing(ann);
    expect_answer(ann,
                  "{ok:true, total:2, players:[{user:'bob', '<more>':true}]}",
                  "lobby:players", "{after:'ann', limit:1}");
    testkit_vanish(bob);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 1000);
    testkit_expect(ann, PEOPLE, "{gone:['bob'], total:1, '<more>':true}");
    finish();
}
END_TEST

START_TEST(a_crowd_is_told_of_by_its_number)
{
    char name[16];
    start("");
    struct testkit_client *ann = enter("ann");

    expect_ok(ann, "lobby:players", "{}");
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "crowd%03d", i);
        testkit_connect(kit, "/game",
                        .auth = testkit_json(kit, "{user:s}", name));
    }
    testkit_advance(kit, 250);
    testkit_expect(ann, PEOPLE, "{again:true, total:301, changed:[], gone:[]}");
    expect_answer(ann,
                  "{ok:true, total:301, players:[{user:'crowd000', "
                  "'<more>':true}, {user:'crowd001', '<more>':true}]}",
                  "lobby:players", "{after:'ann', limit:2}");
    finish();
}
END_TEST

START_TEST(somebody_who_is_here_is_invited)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *eve = enter("eve");

    create(ann, "{game:'battleship', private:true, clock:{seconds:60}}");
    expect_error(eve, "no_such_match", "match:invite", "{match:s, user:'bob'}",
                 match_id);
    expect_error(ann, "yourself", "match:invite", "{match:s, user:'ann'}",
                 match_id);
    expect_error(ann, "not_here", "match:invite", "{match:s, user:'max'}",
                 match_id);
    expect_ok(ann, "match:invite", "{match:s, user:'bob'}", match_id);
    testkit_expect(bob, "match:invited",
                   "{match:s, by:{user:'ann', name:'ann'}, code:'<string>', "
                   "game:'battleship', clock:{seconds:60, increment:0}, "
                   "rated:false, status:'open', '<more>':true}",
                   match_id);
    expect_error(ann, "invited", "match:invite", "{match:s, user:'bob'}",
                 match_id);
    testkit_reload(kit, PLUGIN, "");
    expect_answer_with(bob,
                       "{ok:true, matches:[], invitations:[{match:s, "
                       "code:'<string>', '<more>':true}]}",
                       match_id, "match:mine", "");
    char code[16];
    snprintf(code, sizeof(code), "%s",
             testkit_got_text(bob, "0.invitations.0.code"));
    expect_ok(ann, "match:invite", "{match:s, user:'eve'}", match_id);
    testkit_skip(eve);
    expect_ok(bob, "match:join", "{match:s, code:s}", match_id, code);
    testkit_expect(eve, "match:uninvited", "{match:s}", match_id);
    expect_error(ann, "full", "match:invite", "{match:s, user:'eve'}",
                 match_id);
    expect_answer(eve, "{ok:true, matches:[], invitations:[]}", "match:mine",
                  "");
    finish();
}
END_TEST

START_TEST(who_refuses_is_left_alone)
{
    char first[16];
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    create(ann, "{game:'battleship'}");
    snprintf(first, sizeof(first), "%s", match_id);
    expect_ok(ann, "match:invite", "{match:s, user:'bob'}", first);
    expect_error(ann, "not_invited", "match:refuse", "{match:s}", first);
    testkit_skip(ann);
    testkit_skip(bob);
    expect_ok(bob, "match:refuse", "{match:s}", first);
    testkit_expect(ann, "match:refused", "{match:s, user:'bob', name:'bob'}",
                   first);
    testkit_expect(bob, "match:uninvited", "{match:s}", first);
    expect_error(bob, "not_invited", "match:refuse", "{match:s}", first);
    create(ann, "{game:'connect-four'}");
    expect_error(ann, "refused", "match:invite", "{match:s, user:'bob'}",
                 match_id);
    testkit_reload(kit, PLUGIN, "");
    expect_error(ann, "refused", "match:invite", "{match:s, user:'bob'}",
                 match_id);
    testkit_advance(kit, 5 * 60 * 1000);
    expect_ok(ann, "match:invite", "{match:s, user:'bob'}", match_id);
    testkit_expect(bob, "match:invited", "{match:s, code:null, '<more>':true}",
                   match_id);
    expect_ok(ann, "match:leave", "{match:s}", match_id);
    testkit_expect(bob, "match:uninvited", "{match:s}", match_id);
    finish();
}
END_TEST

START_TEST(invitations_have_an_end)
{
    char name[16];
    start("");
    struct testkit_client *ann = enter("ann");

    create(ann, "{game:'battleship'}");
    for (int i = 0; i < 9; i++) {
        snprintf(name, sizeof(name), "guest%d", i);
        enter(name);
        if (i < 8)
            expect_ok(ann, "match:invite", "{match:s, user:s}", match_id, name);
        else
            expect_error(ann, "too_many_invitations", "match:invite",
                         "{match:s, user:s}", match_id, name);
    }
    finish();
}
END_TEST

START_TEST(a_match_is_found_by_its_code)
{
    char code[16], typed[32];
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    create(ann, "{game:'battleship', private:true}");
    expect_view(ann, match_id, "{code:'<string>', '<more>':true}");
    snprintf(code, sizeof(code), "%s", testkit_got_text(ann, "0.code"));
    snprintf(typed, sizeof(typed), " %.4s-%s ", code, code + 4);
    for (char *p = typed; *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    expect_answer_with(bob,
                       "{ok:true, match:s, game:'battleship', "
                       "code:'<string>', status:'open', '<more>':true}",
                       match_id, "match:find", "{code:s}", typed);
    expect_error(bob, "no_such_match", "match:find", "{code:'--'}");
    expect_error(bob, "no_such_match", "match:find", "{code:'aaaaaaaa'}");
    snprintf(typed, sizeof(typed), "%sa", code);
    expect_error(bob, "no_such_match", "match:find", "{code:s}", typed);
    for (int i = 0; i < 6; i++) /* no more than guesses now and then */
        expect_error(bob, "no_such_match", "match:find", "{code:'aaaaaaaa'}");
    expect_error(bob, "rate_limited", "match:find", "{code:s}", code);
    finish();
}
END_TEST

#define PAST(private_one)                                                      \
    "{ok:true, user:'ann', name:'ann', here:true, guest:false, "               \
    "ratings:[{game:'connect-four', rank:1, rating:1662, deviation:290, "      \
    "provisional:true, games:1, won:1, lost:0, drawn:0}], "                    \
    "running:[], " private_one "}"

/* Ann wins one that is rated, and one that is private. */
static void play(struct testkit_client *ann, struct testkit_client *bob)
{
    char code[16];

    begin(ann, bob, "game:'connect-four', rated:true");
    move(ann, "1");
    move(bob, "2");
    expect_ok(bob, "match:resign", "{match:s}", match_id);
    testkit_advance(kit, 5000);
    create(ann, "{game:'battleship', private:true, seat:1}");
    expect_view(ann, match_id, "{code:'<string>', '<more>':true}");
    snprintf(code, sizeof(code), "%s", testkit_got_text(ann, "0.code"));
    expect_ok(bob, "match:join", "{match:s, code:s}", match_id, code);
    expect_ok(ann, "match:ready", "{match:s}", match_id);
    expect_ok(bob, "match:ready", "{match:s}", match_id);
    move(ann, "place a1h a2h a3h a4h a5h");
    move(bob, "place a1h a2h a3h a4h a5h");
    expect_ok(bob, "match:resign", "{match:s}", match_id);
    testkit_advance(kit, 5000);
    testkit_skip(ann);
    testkit_skip(bob);
}

START_TEST(anybody_has_a_profile)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    play(ann, bob);
    expect_answer(bob,
                  PAST("played:[{game:'connect-four', games:1, won:1, lost:0, "
                       "drawn:0}], matches:[{game:'connect-four', you:0, "
                       "'<more>':true}]"),
                  "player", "{user:'ann'}");
    expect_answer(ann,
                  PAST("played:[{game:'battleship', won:1, '<more>':true}, "
                       "{game:'connect-four', won:1, '<more>':true}], "
                       "matches:[{game:'battleship', you:1, '<more>':true}, "
                       "{game:'connect-four', '<more>':true}]"),
                  "player", "{user:'ann'}");
    expect_answer(ann,
                  "{ok:true, matches:[{game:'battleship', '<more>':true}], "
                  "'<more>':true}",
                  "player", "{user:'ann', limit:1}");
    testkit_vanish(bob);
    create(ann, "{game:'connect-four', bot:1}");
    testkit_advance(kit, 100);
    expect_answer_with(ann,
                       "{ok:true, here:true, running:[{match:s, "
                       "'<more>':true}], '<more>':true}",
                       match_id, "player", "{user:'ann', limit:1}");
    expect_answer(ann,
                  "{ok:true, user:'bob', here:false, ratings:[{rank:2, "
                  "'<more>':true}], '<more>':true}",
                  "player", "{user:'bob'}");
    expect_error(ann, "no_such_player", "player", "{user:'stranger'}");
    expect_error(ann, "no_such_player", "player", "{user:'deleted:0'}");
    enter("stranger");
    expect_answer(ann,
                  "{ok:true, here:true, guest:null, played:[], "
                  "matches:[], '<more>':true}",
                  "player", "{user:'stranger'}");
    finish();
}
END_TEST

TESTKIT_MAIN("game: here", who_is_here_is_live,
             who_is_here_stays_so_in_the_next_build,
             a_crowd_is_told_of_by_its_number, somebody_who_is_here_is_invited,
             who_refuses_is_left_alone, invitations_have_an_end,
             a_match_is_found_by_its_code, anybody_has_a_profile)
