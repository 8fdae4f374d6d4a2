/* SPDX-License-Identifier: MIT */
/* Time: the players' clocks, who is away, who is not ready, who does nothing.
 */
#include "test/test_game.h"

#define FIVE_MINUTES "game:'connect-four', clock:{seconds:300, increment:2}"

static void expect_over(struct testkit_client *client, const char *kind,
                        const char *result)
{
    char format[256];

    snprintf(format, sizeof(format),
             "{kind:'%s', status:'over', result:%s, '<more>':true}", kind,
             result);
    testkit_expect(client, "match:delta", format);
}

START_TEST(each_move_costs_its_time)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, FIVE_MINUTES);
    testkit_advance(kit, 10000);
    move(ann, "1");
    testkit_expect(bob, "match:delta",
                   "{kind:'move', time:{left:[292000, 300000], running:[1], "
                   "'<more>':true}, '<more>':true}");
    testkit_advance(kit, 20000);
    move(bob, "2");
    testkit_expect(bob, "match:delta",
                   "{kind:'move', time:{left:[292000, 282000], running:[0], "
                   "'<more>':true}, '<more>':true}");
    finish();
}
END_TEST

START_TEST(time_runs_out)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, FIVE_MINUTES);
    move(ann, "1");
    move(bob, "2");
    testkit_skip(ann);
    testkit_advance(kit, 301999);
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1);
    expect_over(ann, "flag", "{winner:1, drawn:false, why:'time'}");
    expect_error(ann, "over", "match:move", "{match:s, move:'1'}", match_id);
    finish();
}
END_TEST

START_TEST(who_drops_does_not_lose_the_time)
{
    start("graceSeconds:60");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, FIVE_MINUTES);
    testkit_advance(kit, 5000);
    testkit_vanish(ann);
    testkit_advance(kit, 0);
    testkit_expect(bob, "match:delta",
                   "{kind:'away', seat:0, time:{left:[295000, 300000], "
                   "running:[], away:[0], '<more>':true}, '<more>':true}");
    testkit_advance(kit, 30000);
    ann = enter("ann");
    expect_view(ann, match_id,
                "{you:0, turns:[0], time:{left:[295000, 300000], "
                "allowance:[60000, 60000], '<more>':true}, '<more>':true}");
    testkit_expect(bob, "match:delta",
                   "{kind:'back', seat:0, time:{left:[295000, 300000], "
                   "running:[0], allowance:[30000, 60000], '<more>':true}, "
                   "'<more>':true}");
    /* The allowance is one for the whole match. */
    testkit_vanish(ann);
    testkit_advance(kit, 29999);
    expect_kind(bob, "away");
    testkit_expect_nothing(bob);
    finish();
}
END_TEST

START_TEST(who_does_not_come_back_has_lost)
{
    start("graceSeconds:60");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, FIVE_MINUTES);
    move(ann, "1");
    move(bob, "2");
    testkit_skip(bob);
    testkit_vanish(ann);
    testkit_advance(kit, 60000);
    expect_kind(bob, "away");
    expect_over(bob, "forfeit", "{winner:1, drawn:false, why:'left'}");
    finish();
}
END_TEST

START_TEST(before_both_have_moved_nobody_loses)
{
    start("graceSeconds:60");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    begin(ann, bob, FIVE_MINUTES);
    move(ann, "1");
    testkit_skip(ann);
    testkit_vanish(bob);
    testkit_advance(kit, 60000);
    expect_kind(ann, "away");
    expect_over(ann, "forfeit", "{winner:null, drawn:false, why:'aborted'}");
    finish();
}
END_TEST

START_TEST(a_second_window_keeps_the_seat)
{
    start("");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");
    struct testkit_client *also = enter("ann");

    begin(ann, bob, FIVE_MINUTES);
    expect_view(also, match_id, "{you:0, '<more>':true}");
    testkit_vanish(ann);
    testkit_advance(kit, 1000);
    testkit_expect_nothing(bob);
    move(also, "3");
    expect_kind(bob, "move");
    finish();
}
END_TEST

START_TEST(both_have_to_be_ready)
{
    start("readySeconds:20");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    create(ann, "{game:'connect-four', seat:0}");
    expect_ok(bob, "match:join", "{match:s}", match_id);
    expect_ok(ann, "match:ready", "{match:s}", match_id);
    testkit_skip(ann);
    testkit_advance(kit, 19999);
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1);
    testkit_expect(ann, "match:delta",
                   "{kind:'stand', seat:1, status:'open', "
                   "seats:[{user:'ann', ready:false, '<more>':true}, null], "
                   "'<more>':true}");
    finish();
}
END_TEST

START_TEST(idle_matches_are_reaped)
{
    start("idleSeconds:100, keepSeconds:10");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    create(ann, "{game:'connect-four'}");
    testkit_skip(ann);
    testkit_advance(kit, 100000);
    expect_over(ann, "abort", "{winner:null, drawn:false, why:'cancelled'}");
    testkit_advance(kit, 11000);
    testkit_expect(ann, "match:closed", "{match:s}", match_id);
    expect_error(ann, "no_such_match", "match:watch", "{match:s}", match_id);

    begin(ann, bob, "game:'connect-four'");
    testkit_advance(kit, 100000);
    expect_over(ann, "abort", "{winner:null, drawn:false, why:'aborted'}");

    /* Not to move does not save what is lost. */
    begin(ann, bob, "game:'connect-four'");
    move(ann, "1");
    move(bob, "2");
    testkit_advance(kit, 50000);
    expect_ok(ann, "match:offer", "{match:s}", match_id);
    testkit_skip(ann);
    testkit_advance(kit, 50000);
    expect_over(ann, "abort", "{winner:1, drawn:false, why:'idle'}");
    finish();
}
END_TEST

START_TEST(who_opened_it_and_leaves_takes_it_along)
{
    start("graceSeconds:30, keepSeconds:10");
    struct testkit_client *ann = enter("ann"), *bob = enter("bob");

    create(ann, "{game:'connect-four'}");
    testkit_vanish(ann);
    testkit_advance(kit, 30000);
    expect_error(bob, "full", "match:join", "{match:s}", match_id);
    testkit_advance(kit, 11000);
    expect_error(bob, "no_such_match", "match:join", "{match:s}", match_id);
    finish();
}
END_TEST

TESTKIT_MAIN("game: clock", each_move_costs_its_time, time_runs_out,
             who_drops_does_not_lose_the_time, who_does_not_come_back_has_lost,
             before_both_have_moved_nobody_loses,
             a_second_window_keeps_the_seat, both_have_to_be_ready,
             idle_matches_are_reaped, who_opened_it_and_leaves_takes_it_along)
