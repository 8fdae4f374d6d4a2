/* SPDX-License-Identifier: MIT */
/*
 * Connect Four. A move is the number of a column, from "1". The view:
 *
 *     board    rows from the top, columns from the left, without anything
 *              between them: '.', '0' or '1', the seat whose disc it is
 *     columns, rows
 *     last     the column that was played last, from 1; 0: none
 *     line     as board, with 'x' on the discs of a line; "" while there is
 * none
 */
#include <assert.h>
#include <string.h>

#include "games/bots.h"
#include "games/connect_four.h"
#include "games/rules.h"

static const char *const variants[] = {"standard", "large", NULL};

struct state {
    struct connect_four board;
    int32_t last; /* column, from 1 */
};

static_assert(sizeof(struct state) <= RULES_STATE_SIZE, "it has to fit");

static void setup(void *to, int variant, uint64_t seed)
{
    struct state *state = to;

    (void)seed; /* nothing is left to chance */
    state->board.columns = variant == 0 ? 7 : 8;
    state->board.rows = variant == 0 ? 6 : 7;
    state->board.winner = UNDECIDED;
}

/* From 0; -1 when the move is no column. */
static int column_of(const struct connect_four *board, const char *move)
{
    int column = move[0] - '1';

    return move[0] != '\0' && move[1] == '\0' && column >= 0 &&
                   column < board->columns
               ? column
               : -1;
}

static unsigned turns(const void *of)
{
    const struct connect_four *board = &((const struct state *)of)->board;

    return board->winner == UNDECIDED ? 1u << board->moves % 2 : 0;
}

static const char *check(const void *of, int seat, const char *move)
{
    const struct connect_four *board = &((const struct state *)of)->board;
    int column = column_of(board, move);

    if (!(turns(of) & 1u << seat))
        return "It is not your turn.";
    if (column < 0)
        return "There is no such column.";
    if (connect_four_height(board->discs[0] | board->discs[1], board->rows,
                            column) == board->rows)
        return "This column is full.";
    return NULL;
}

static void apply(void *to, int seat, const char *move)
{
    struct state *state = to;
    struct connect_four *board = &state->board;
    int column = column_of(board, move);
    int row = connect_four_height(board->discs[0] | board->discs[1],
                                  board->rows, column);

    board->discs[seat] |= connect_four_bit(board->rows, column, row);
    board->moves++;
    state->last = column + 1;
    if (connect_four_line(board->discs[seat], board->rows))
        board->winner = seat;
    else if (board->moves == board->columns * board->rows)
        board->winner = DRAWN;
}

static int result(const void *of)
{
    return ((const struct state *)of)->board.winner;
}

static bool secret(const void *of, int seat, const char *move)
{
    return false; /* everything lies open */
}

/* The discs that are part of a line. */
static uint64_t line_of(uint64_t discs, int rows)
{
    const int steps[] = {1, rows, rows + 1, rows + 2};
    uint64_t line = 0;

    for (int i = 0; i < 4; i++) {
        int s = steps[i];
        uint64_t first = discs & discs >> s & discs >> 2 * s & discs >> 3 * s;
        line |= first | first << s | first << 2 * s | first << 3 * s;
    }
    return line;
}

static void draw(const struct connect_four *board, const uint64_t discs[2],
                 const char *marks, char *ret)
{
    for (int row = board->rows - 1; row >= 0; row--) {
        for (int column = 0; column < board->columns; column++) {
            uint64_t bit = connect_four_bit(board->rows, column, row);
            *ret++ = discs[0] & bit   ? marks[0]
                     : discs[1] & bit ? marks[1]
                                      : '.';
        }
    }
    *ret = '\0';
}

static void view(const void *of, int viewer, bool over, struct view *ret)
{
    const struct state *state = of;
    const struct connect_four *board = &state->board;
    char text[VIEW_TEXT_SIZE];

    ret->count = 0;
    draw(board, board->discs, "01", text);
    view_text(ret, "board", text);
    view_number(ret, "columns", board->columns);
    view_number(ret, "rows", board->rows);
    view_number(ret, "last", state->last);
    text[0] = '\0';
    if (board->winner == 0 || board->winner == 1) {
        uint64_t line[2] = {line_of(board->discs[board->winner], board->rows),
                            0};
        draw(board, line, "xx", text);
    }
    view_text(ret, "line", text);
}

const struct rules rules_connect_four = {
    .name = "connect-four",
    .variants = variants,
    .draws = true,
    .size = sizeof(struct state),
    .setup = setup,
    .check = check,
    .apply = apply,
    .turns = turns,
    .result = result,
    .secret = secret,
    .view = view,
    .bot = bot_connect_four,
};
