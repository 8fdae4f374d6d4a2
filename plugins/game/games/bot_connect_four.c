/* SPDX-License-Identifier: MIT */
/*
 * Plays Connect Four: alpha-beta over bit boards, to a depth that the level
 * says, with a table of positions and at most so many nodes. It is counted and
 * not timed, so the same position and seed give the same move everywhere.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "games/bots.h"
#include "games/connect_four.h"
#include "games/random.h"

enum {
    WIN = 10000,     /* less the moves that it takes */
    SLOTS = 1 << 15, /* of the table: a power of two */
    COLUMNS_MAX = 8
};

static const struct level {
    int depth;
    int nodes;    /* then what has been found has to do */
    int careless; /* of 100 moves so many are made without thinking */
} levels[LEVELS] = {
    {1, 1000, 35},  {2, 10000, 12},  {5, 100000, 2},
    {8, 150000, 0}, {14, 400000, 0},
};

struct slot {
    uint64_t own, other;
    int16_t score;
    int8_t depth;
    int8_t bound; /* 0: none, 1: exact, 2: at least, 3: at most */
};

struct search {
    int columns, rows;
    int order[COLUMNS_MAX]; /* from the middle: there the best moves are */
    int nodes;
    uint64_t cells; /* all there are */
    struct slot *table;
};

static int count(uint64_t bits)
{
    return __builtin_popcountll(bits);
}

/* The cells of all ways to four in a row that the other has not spoilt, twice
 * where two cross: what is worth having. */
static int promise(const struct search *s, uint64_t own, uint64_t other)
{
    const int steps[] = {1, s->rows, s->rows + 1, s->rows + 2};
    uint64_t open = s->cells & ~other;
    int worth = 0;

    for (int i = 0; i < 4; i++) {
        int d = steps[i];
        uint64_t line = open & open >> d & open >> 2 * d & open >> 3 * d;
        worth += count(line & own) + count(line << d & own) +
                 count(line << 2 * d & own) + count(line << 3 * d & own);
    }
    return worth;
}

static struct slot *slot_of(const struct search *s, uint64_t own,
                            uint64_t other)
{
    uint64_t hash = own * 0x9e3779b97f4a7c15u ^ other * 0xc2b2ae3d27d4eb4fu;

    return &s->table[(hash >> 40) % SLOTS];
}

/* The score of `own`, whose turn it is and who has not lost yet. */
static int search(struct search *s, uint64_t own, uint64_t other, int depth,
                  int alpha, int beta)
{
    struct slot *slot = slot_of(s, own, other);
    int best = -WIN, lowest = alpha, legal = 0;

    if (slot->own == own && slot->other == other && slot->depth >= depth &&
        slot->bound != 0) {
        if (slot->bound == 1 || (slot->bound == 2 && slot->score >= beta) ||
            (slot->bound == 3 && slot->score <= alpha))
            return slot->score;
    }
    s->nodes--;
    for (int i = 0; i < s->columns; i++) {
        int column = s->order[i];
        int row = connect_four_height(own | other, s->rows, column);
        uint64_t next = own | connect_four_bit(s->rows, column, row);
        int score;
        if (row == s->rows)
            continue;
        legal++;
        if (connect_four_line(next, s->rows))
            score = WIN - count(own | other);
        else if (depth <= 1 || s->nodes <= 0)
            score = promise(s, next, other) - promise(s, other, next);
        else
            score = -search(s, other, next, depth - 1, -beta, -alpha);
        if (score > best)
            best = score;
        if (best > alpha)
            alpha = best;
        if (alpha >= beta)
            break;
    }
    if (legal == 0)
        return 0; /* the board is full */
    *slot = (struct slot){own, other, (int16_t)best, (int8_t)depth,
                          best >= beta     ? 2
                          : best <= lowest ? 3
                                           : 1};
    return best;
}

/* Reads the board; how many discs there are. */
static int read_board(const struct view *view, struct search *s,
                      uint64_t discs[SEATS])
{
    const char *board = view_get(view, "board")->text[0];
    int moves = 0;

    s->columns = (int)view_get(view, "columns")->number[0];
    s->rows = (int)view_get(view, "rows")->number[0];
    discs[0] = discs[1] = s->cells = 0;
    for (int i = 0; i < s->columns * s->rows; i++) {
        int row = s->rows - 1 - i / s->columns;
        uint64_t bit = connect_four_bit(s->rows, i % s->columns, row);
        s->cells |= bit;
        if (board[i] == '.')
            continue;
        discs[board[i] - '0'] |= bit;
        moves++;
    }
    for (int i = 0; i < s->columns; i++)
        s->order[i] = s->columns / 2 + (i % 2 ? -(i + 1) / 2 : i / 2);
    return moves;
}

int bot_connect_four(const struct view *view, int seat, int level,
                     uint64_t seed, char ret_move[MOVE_SIZE])
{
    const struct level *how = &levels[level - 1];
    uint64_t discs[SEATS], own, other;
    struct search s = {.nodes = how->nodes};
    int columns[COLUMNS_MAX], n = 0, best = -2 * WIN, moves, careless;

    moves = read_board(view, &s, discs);
    s.table = calloc(SLOTS, sizeof(*s.table));
    if (!s.table)
        return -1;
    own = discs[seat];
    other = discs[1 - seat];
    seed += (uint64_t)moves; /* another number in each position */
    careless = (int)random_below(&seed, 100) < how->careless;
    for (int i = 0; i < s.columns; i++) {
        int column = s.order[i];
        int row = connect_four_height(own | other, s.rows, column);
        uint64_t next = own | connect_four_bit(s.rows, column, row);
        int score = 0;
        if (row == s.rows)
            continue;
        /* A whole window each, for of equal ones the seed chooses. */
        if (connect_four_line(next, s.rows))
            score = WIN;
        else if (!careless)
            score = how->depth == 1
                        ? promise(&s, next, other) - promise(&s, other, next)
                        : -search(&s, other, next, how->depth - 1, -WIN, WIN);
        if (score > best)
            n = 0;
        if (score >= best) {
            best = score;
            columns[n++] = column;
        }
    }
    free(s.table);
    if (n == 0)
        return -1;
    snprintf(ret_move, MOVE_SIZE, "%d",
             columns[random_below(&seed, (uint32_t)n)] + 1);
    return 0;
}
