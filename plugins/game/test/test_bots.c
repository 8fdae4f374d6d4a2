/* SPDX-License-Identifier: MIT */
/* The bots of each game: what they play is legal, and higher levels are
 * better. */
#include <stdio.h>
#include <string.h>

#include <mortise/testkit.h>

#include "games/battleship.h"
#include "games/random.h"
#include "games/rules.h"

struct game {
    const struct rules *rules;
    int moves;
    _Alignas(8) unsigned char state[RULES_STATE_SIZE];
};

static void begin(struct game *game, const char *name, int variant,
                  uint64_t seed)
{
    memset(game, 0, sizeof(*game));
    game->rules = rules_at(rules_find(name));
    game->rules->setup(game->state, variant, seed);
}

static int think(const struct game *game, int seat, int level, uint64_t seed,
                 char move[MOVE_SIZE])
{
    struct view view;

    game->rules->view(game->state, seat, false, &view);
    return game->rules->bot(&view, seat, level, seed, move);
}

/* The result of a game between two levels. */
static int play(const char *name, int variant, const int levels[SEATS],
                uint64_t seed)
{
    struct game game;

    begin(&game, name, variant, seed);
    while (game.rules->result(game.state) == UNDECIDED) {
        int seat = game.rules->turns(game.state) & 1 ? 0 : 1;
        char move[MOVE_SIZE];
        ck_assert_int_eq(think(&game, seat, levels[seat], seed, move), 0);
        ck_assert_ptr_null(game.rules->check(game.state, seat, move));
        game.rules->apply(game.state, seat, move);
        ck_assert_int_lt(++game.moves, 250);
    }
    return game.rules->result(game.state);
}

/* How many of the games, from both seats, the first level wins, less those that
 * it loses. */
static int ahead(const char *name, int level, int other, int games)
{
    int won = 0;

    for (int i = 0; i < games; i++) {
        int seat = i % SEATS, levels[SEATS];
        levels[seat] = level;
        levels[1 - seat] = other;
        int result = play(name, i % 4 / 2, levels, (uint64_t)i + 1);
        won += result == seat ? 1 : result == DRAWN ? 0 : -1;
    }
    return won;
}

START_TEST(higher_levels_win)
{
    ck_assert_int_gt(ahead("battleship", 5, 1, 40), 20);
    ck_assert_int_gt(ahead("battleship", 3, 1, 40), 10);
    ck_assert_int_gt(ahead("connect-four", 3, 1, 20), 10);
    ck_assert_int_gt(ahead("connect-four", 4, 2, 8), 2);
}
END_TEST

static void put(struct game *game, const char *moves)
{
    for (; *moves; moves++) {
        char move[2] = {*moves, '\0'};
        ck_assert_ptr_null(
            game->rules->check(game->state, game->moves % 2, move));
        game->rules->apply(game->state, game->moves++ % 2, move);
    }
}

START_TEST(connect_four_sees_what_is_near)
{
    static const struct {
        const char *moves, *best;
    } cases[] = {
        {"112233", "4"}, /* four in a row at once */
        {"11223", "4"},  /* the other one has to be stopped */
    };
    char move[MOVE_SIZE];
    struct game game;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int level = 4; level <= LEVELS; level++) {
            begin(&game, "connect-four", 0, 1);
            put(&game, cases[i].moves);
            ck_assert_int_eq(think(&game, game.moves % 2, level, 1, move), 0);
            ck_assert_str_eq(move, cases[i].best);
        }
    }
}
END_TEST

START_TEST(the_same_position_gives_the_same_move)
{
    char one[MOVE_SIZE], two[MOVE_SIZE];
    struct game game;

    begin(&game, "connect-four", 1, 3);
    put(&game, "4455");
    for (int level = 1; level <= 4; level++) {
        think(&game, 0, level, 42, one);
        think(&game, 0, level, 42, two);
        ck_assert_str_eq(one, two);
    }
}
END_TEST

/* A bot is given what its seat may see: nothing of the other's ships. */
START_TEST(battleship_does_not_peep)
{
    struct game a, b;
    char one[MOVE_SIZE], two[MOVE_SIZE];

    begin(&a, "battleship", 0, 1);
    begin(&b, "battleship", 0, 1);
    a.rules->apply(a.state, 0, "place a1h a2h a3h a4h a5h");
    b.rules->apply(b.state, 0, "place a1h a2h a3h a4h a5h");
    a.rules->apply(a.state, 1, "place a1h a2h a3h a4h a5h");
    b.rules->apply(b.state, 1, "place f6h f7h f8h f9h f10h");
    for (uint64_t seed = 0; seed < 50; seed++) {
        think(&a, 0, 5, seed, one);
        think(&b, 0, 5, seed, two);
        ck_assert_str_eq(one, two);
    }
}
END_TEST

TESTKIT_MAIN("game: bots", higher_levels_win, connect_four_sees_what_is_near,
             the_same_position_gives_the_same_move, battleship_does_not_peep)
