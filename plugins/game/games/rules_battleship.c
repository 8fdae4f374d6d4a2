/* SPDX-License-Identifier: MIT */
/*
 * Battleship: first both place their fleets, at the same time and in secret;
 * then they shoot in turns. In the variant "streak" whoever hits shoots again.
 *
 * Moves:
 *     place a1h c3v e5h a9h j1v   the ships of 5, 4, 3, 3, 2 cells: the cell
 *                                 at the top or left, and to the right or down
 *     b7                          a shot
 *
 * The view:
 *     phase   "placing", "shooting" or "over"
 *     seas    the sea of each seat, 100 marks (battleship.h): ships show to
 *             their owner, and to everybody when it is over
 *     placed  of each seat: 1 when its fleet is placed
 *     sunk    of each seat: how many of its ships have sunk
 *     last    the cell that was shot at last; ""
 *     hit     of the last shot: 0 it missed, 1 it hit, 2 it has sunk a ship
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "games/battleship.h"
#include "games/bots.h"
#include "games/random.h"
#include "games/rules.h"

static const char *const variants[] = {"standard", "streak", NULL};

struct sea {
    uint8_t ships[CELLS]; /* 0: water, else a ship's number from 1 */
    uint8_t shot[CELLS];  /* 1: somebody has shot there */
    uint8_t left[SHIPS];  /* cells that were not hit */
    uint8_t placed;
};

struct state {
    struct sea seas[SEATS];
    uint8_t variant;
    uint8_t turn;
    int8_t winner;
    uint8_t last; /* cell + 1; 0: none */
    uint8_t hit;
};

static_assert(sizeof(struct state) <= RULES_STATE_SIZE, "it has to fit");

/* Reads the fleet of a move into a sea that is empty. Why not, or NULL. */
static const char *place(const char *move, uint8_t ships[CELLS])
{
    for (int ship = 0; ship < SHIPS; ship++) {
        int cell = *move == ' ' ? battleship_cell(move + 1, &move) : -1;
        if (cell < 0 || (*move != 'h' && *move != 'v'))
            return "Five ships have to be placed, as in \"place a1h c3v e5h "
                   "a9h j1v\".";
        bool down = *move++ == 'v';
        for (int i = 0; i < battleship_lengths[ship]; i++) {
            int part = battleship_part(cell, down, i);
            if (part < 0)
                return "A ship is outside of the sea.";
            if (ships[part] != 0)
                return "Two ships are in the same place.";
            ships[part] = (uint8_t)(ship + 1);
        }
    }
    return *move == '\0' ? NULL : "There are no more than five ships.";
}

static bool is_placing(const struct state *state)
{
    return !state->seas[0].placed || !state->seas[1].placed;
}

static void setup(void *to, int variant, uint64_t seed)
{
    struct state *state = to;

    state->variant = (uint8_t)variant;
    state->turn = (uint8_t)random_below(&seed, SEATS);
    state->winner = UNDECIDED;
    for (int seat = 0; seat < SEATS; seat++)
        for (int ship = 0; ship < SHIPS; ship++)
            state->seas[seat].left[ship] = (uint8_t)battleship_lengths[ship];
}

static unsigned turns(const void *of)
{
    const struct state *state = of;

    if (state->winner != UNDECIDED)
        return 0;
    if (is_placing(state))
        return (state->seas[0].placed ? 0u : 1u) |
               (state->seas[1].placed ? 0u : 2u);
    return 1u << state->turn;
}

static const char *check(const void *of, int seat, const char *move)
{
    const struct state *state = of;
    const char *end = move;

    if (is_placing(state)) {
        uint8_t ships[CELLS] = {0};
        if (state->seas[seat].placed)
            return "Your fleet is placed; wait for the other one.";
        if (strncmp(move, "place", 5) != 0)
            return "Place your fleet first.";
        return place(move + 5, ships);
    }
    if (!(turns(of) & 1u << seat))
        return "It is not your turn.";
    int cell = battleship_cell(move, &end);
    if (cell < 0 || *end != '\0')
        return "There is no such cell.";
    if (state->seas[1 - seat].shot[cell])
        return "You have shot there before.";
    return NULL;
}

static bool all_sunk(const struct sea *sea)
{
    static const uint8_t none[SHIPS];

    return memcmp(sea->left, none, sizeof(none)) == 0;
}

static void apply(void *to, int seat, const char *move)
{
    struct state *state = to;
    struct sea *sea = &state->seas[1 - seat];
    const char *end;

    if (is_placing(state)) {
        place(move + 5, state->seas[seat].ships);
        state->seas[seat].placed = 1;
        return;
    }
    int cell = battleship_cell(move, &end), ship = sea->ships[cell];
    sea->shot[cell] = 1;
    state->last = (uint8_t)(cell + 1);
    state->hit = 0;
    if (ship != 0)
        state->hit = --sea->left[ship - 1] == 0 ? 2 : 1;
    if (all_sunk(sea))
        state->winner = (int8_t)seat;
    else if (state->hit == 0 || state->variant == 0)
        state->turn = (uint8_t)(1 - seat);
}

static int result(const void *of)
{
    return ((const struct state *)of)->winner;
}

static bool secret(const void *of, int seat, const char *move)
{
    return strncmp(move, "place", 5) == 0;
}

static void draw(const struct sea *sea, bool open, char ret[CELLS + 1])
{
    for (int cell = 0; cell < CELLS; cell++) {
        int ship = sea->ships[cell];
        if (sea->shot[cell])
            ret[cell] = ship == 0 ? MARK_MISS
                        : sea->left[ship - 1] == 0
                            ? (char)(MARK_SUNK + ship - 1)
                            : MARK_HIT;
        else
            ret[cell] =
                ship != 0 && open ? (char)(MARK_SHIP + ship - 1) : MARK_WATER;
    }
    ret[CELLS] = '\0';
}

static int sunk(const struct sea *sea)
{
    int n = 0;

    for (int ship = 0; ship < SHIPS; ship++)
        n += sea->left[ship] == 0;
    return n;
}

static void view(const void *of, int viewer, bool over, struct view *ret)
{
    const struct state *state = of;
    const struct sea *seas = state->seas;
    char last[4] = "";

    ret->count = 0;
    over = over || state->winner != UNDECIDED;
    view_text(ret, "phase",
              state->winner != UNDECIDED ? "over"
              : is_placing(state)        ? "placing"
                                         : "shooting");
    struct view_member *drawn = view_texts(ret, "seas");
    for (int seat = 0; seat < SEATS; seat++)
        draw(&seas[seat], over || viewer == seat, drawn->text[seat]);
    view_numbers(ret, "placed", seas[0].placed, seas[1].placed);
    view_numbers(ret, "sunk", sunk(&seas[0]), sunk(&seas[1]));
    if (state->last != 0)
        battleship_name(state->last - 1, last);
    view_text(ret, "last", last);
    view_number(ret, "hit", state->hit);
}

const struct rules rules_battleship = {
    .name = "battleship",
    .variants = variants,
    .draws = false,
    .size = sizeof(struct state),
    .setup = setup,
    .check = check,
    .apply = apply,
    .turns = turns,
    .result = result,
    .secret = secret,
    .view = view,
    .bot = bot_battleship,
};
