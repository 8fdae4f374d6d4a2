/* SPDX-License-Identifier: MIT */
/*
 * The rules of each game against a second opinion that is slow and plain; and
 * logs of before, which have to mean what they have meant.
 */
#include <stdio.h>
#include <string.h>

#include <mortise/testkit.h>

#include "games/random.h"
#include "match/match.h"

/* --- Connect Four */

/* Four of one mark in a row, looked for from each cell in each direction. */
static bool has_line(const char *board, int columns, int rows, char mark)
{
    static const int steps[][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};

    for (int i = 0; i < columns * rows * 4; i++) {
        int x = i / 4 % columns, y = i / 4 / columns, n = 0;
        int dx = steps[i % 4][0], dy = steps[i % 4][1];
        while (n < 4 && x >= 0 && x < columns && y >= 0 && y < rows &&
               board[y * columns + x] == mark) {
            x += dx;
            y += dy;
            n++;
        }
        if (n == 4)
            return true;
    }
    return false;
}

START_TEST(connect_four_ends_when_there_are_four)
{
    const struct rules *rules = rules_at(rules_find("connect-four"));
    int drawn = 0;

    for (uint64_t seed = 1; seed <= 2000; seed++) {
        _Alignas(8) unsigned char state[RULES_STATE_SIZE] = {0};
        uint64_t dice = seed;
        int moves = 0;
        struct view view;
        rules->setup(state, (int)(seed % 2), seed);
        while (rules->result(state) == UNDECIDED) {
            char move[2] = {(char)('1' + random_below(&dice, 8)), '\0'};
            int seat = moves % 2;
            ck_assert_uint_eq(rules->turns(state), 1u << seat);
            if (rules->check(state, seat, move))
                continue;
            rules->apply(state, seat, move);
            moves++;
            rules->view(state, NOBODY, false, &view);
            const char *board = view_get(&view, "board")->text[0];
            int columns = (int)view_get(&view, "columns")->number[0];
            int rows = (int)view_get(&view, "rows")->number[0];
            bool line = has_line(board, columns, rows, (char)('0' + seat));
            ck_assert_int_eq(rules->result(state) == seat, line);
            ck_assert_int_eq(rules->result(state) == DRAWN,
                             !line && moves == columns * rows);
            ck_assert_int_eq(
                has_line(view_get(&view, "line")->text[0], columns, rows, 'x'),
                line);
        }
        drawn += rules->result(state) == DRAWN;
    }
    ck_assert_int_gt(drawn, 0);
}
END_TEST

/* --- Battleship */

START_TEST(fleets_are_placed_or_refused)
{
    static const struct {
        const char *move, *why; /* NULL: it may be */
    } cases[] = {
        {"place a1h a2h a3h a4h a5h", NULL},
        {"place a1v b1v c1v d1v e1v", NULL},
        {"place f10h a10h a9h a8h a7h", NULL},
        {"place g10h a10h a9h a8h a7h", "outside"},
        {"place a7v b1v c1v d1v e1v", "outside"},
        {"place a1h a1v c3h d4h e5h", "same place"},
        {"place a1h a2h a3h a4h", "Five ships"},
        {"place a1h a2h a3h a4h a5h a6h", "no more than five"},
        {"place a1x a2h a3h a4h a5h", "Five ships"},
        {"place a0h a2h a3h a4h a5h", "Five ships"},
        {"place a11h a2h a3h a4h a5h", "Five ships"},
        {"place k1h a2h a3h a4h a5h", "Five ships"},
        {"place", "Five ships"},
        {"place ", "Five ships"},
        {"placea1h a2h a3h a4h a5h", "Five ships"},
        {"a1", "Place your fleet first"},
        {"", "Place your fleet first"},
    };
    const struct rules *rules = rules_at(rules_find("battleship"));
    _Alignas(8) unsigned char state[RULES_STATE_SIZE] = {0};

    rules->setup(state, 0, 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *why = rules->check(state, 0, cases[i].move);
        ck_assert_msg(cases[i].why ? why && strstr(why, cases[i].why) : !why,
                      "%s: %s", cases[i].move, why ? why : "it may be");
    }
}
END_TEST

START_TEST(shots_hit_what_is_there)
{
    static const struct {
        const char *shot;
        int hit, turns[2];
    } cases[] = {
        {"j10", 0, {1, 1}}, /* a miss: the other's turn */
        {"e5", 1, {1, 0}},  /* a hit: in "streak" the same again */
        {"e6", 2, {1, 0}},  /* and the ship of two has sunk */
    };
    const struct rules *rules = rules_at(rules_find("battleship"));

    for (int variant = 0; variant < 2; variant++) {
        for (size_t i = 0; i < 3; i++) {
            _Alignas(8) unsigned char state[RULES_STATE_SIZE] = {0};
            struct view view;
            rules->setup(state, variant, 1);
            rules->apply(state, 0, "place a1h a2h a3h a4h e5v");
            rules->apply(state, 1, "place a1h a2h a3h a4h e5v");
            int seat = rules->turns(state) == 1 ? 0 : 1;
            if (i == 2) {
                rules->apply(state, seat, "e5");
                if (variant == 0)
                    rules->apply(state, 1 - seat, "j1");
            }
            ck_assert_ptr_null(rules->check(state, seat, cases[i].shot));
            ck_assert_ptr_nonnull(rules->check(state, seat, "e11"));
            ck_assert_ptr_nonnull(rules->check(state, 1 - seat, "a1"));
            rules->apply(state, seat, cases[i].shot);
            rules->view(state, NOBODY, false, &view);
            ck_assert_int_eq(view_get(&view, "hit")->number[0], cases[i].hit);
            int next = cases[i].turns[variant] ? 1 - seat : seat;
            ck_assert_uint_eq(rules->turns(state), 1u << next);
            if (next == seat)
                ck_assert_ptr_nonnull(rules->check(state, seat, cases[i].shot));
        }
    }
}
END_TEST

/* --- logs of before */

struct line {
    int64_t at;
    int kind, seat;
    const char *text;
};

static void replay(struct match *match, const char *game,
                   const struct line *lines, size_t count)
{
    struct match_options options;

    memset(&options, 0, sizeof(options));
    options.rules = rules_find(game);
    options.created = 1000;
    options.initial = 60000;
    options.increment = 2000;
    options.grace = 30000;
    options.ready = 20000;
    options.idle = 600000;
    match_init(match, &options);
    for (size_t i = 0; i < count; i++) {
        struct entry entry;
        memset(&entry, 0, sizeof(entry));
        entry.at = lines[i].at;
        entry.kind = (int8_t)lines[i].kind;
        entry.seat = (int8_t)lines[i].seat;
        snprintf(entry.text, sizeof(entry.text), "%s", lines[i].text);
        ck_assert_ptr_null(match_check(match, &entry).code);
        match_apply(match, &entry);
    }
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The numbers are those in databases: this never changes. */
START_TEST(a_log_of_connect_four_means_the_same)
{
    static const struct line log[] = {
        {1000, 1, 0, "ann\nAnn\n1500 350"},
        {2000, 1, 1, "bob\nBob\n0 0"},
        {3000, 3, 0, ""},
        {4000, 3, 1, ""},
        {4000, 4, -1, "5eed"},
        {5000, 5, 0, "4"},
        {6000, 10, 1, ""},
        {16000, 11, 1, ""},
        {17000, 5, 1, "4"},
        {18000, 6, 0, ""},
        {19000, 7, 1, ""},
        {50000, 15, -1, ""},
        {51000, 11, 0, ""},
        {52000, 11, 1, ""},
        {53000, 5, 0, "3"},
        {54000, 9, 1, ""},
    };
    struct match match;
    struct view view;

    replay(&match, "connect-four", log, COUNT(log));
    match_view(&match, NOBODY, &view);
    ck_assert_str_eq(view_get(&view, "board")->text[0],
                     "...............................1.....00...");
    ck_assert_int_eq(match.status, MATCH_OVER);
    ck_assert_int_eq(match.winner, 0);
    ck_assert_str_eq(match.why, "resigned");
    ck_assert_int_eq(match.clock.left[0], 59000);
    ck_assert_int_eq(match.clock.left[1], 59000);
    ck_assert_int_eq(match.grace.left[0], 29000);
    ck_assert_int_eq(match.grace.left[1], 28000);
}
END_TEST

START_TEST(a_log_of_battleship_means_the_same)
{
    static const struct line log[] = {
        {1000, 1, 0, "ann\nAnn\n1500 350"},
        {2000, 1, 1, "bot:3\nBot, level 3\n0 0"},
        {3000, 3, 0, ""},
        {3000, 4, -1, "5eed"},
        {4000, 5, 1, "place j1v i1v h1v g1v f1v"},
        {5000, 5, 0, "place a1h a2h a3h a4h a5h"},
    };
    struct match match;

    replay(&match, "battleship", log, COUNT(log));
    ck_assert_uint_eq(match_turns(&match), 1);
    ck_assert_int_eq(match.clock.left[0], 60000);
    ck_assert_int_eq(match.clock.left[1], 61000);
}
END_TEST

TESTKIT_MAIN("game: rules", connect_four_ends_when_there_are_four,
             fleets_are_placed_or_refused, shots_hit_what_is_there,
             a_log_of_connect_four_means_the_same,
             a_log_of_battleship_means_the_same)
