/* SPDX-License-Identifier: MIT */
/*
 * The board of Connect Four, as bits: one word for the discs of each seat.
 * Column c has the bits from c * (rows + 1) on, the lowest row first, and one
 * bit above the highest row that stays empty: so neighbours in all directions
 * are a fixed number of bits apart and no line runs around an edge.
 */
#ifndef GAME_CONNECT_FOUR_H
#define GAME_CONNECT_FOUR_H

#include <stdbool.h>
#include <stdint.h>

struct connect_four {
    uint64_t discs[2]; /* of each seat */
    int32_t columns, rows;
    int32_t moves;  /* so far; seat 0 makes the first */
    int32_t winner; /* UNDECIDED, DRAWN or a seat */
};

static inline uint64_t connect_four_bit(int rows, int column, int row)
{
    return UINT64_C(1) << (column * (rows + 1) + row);
}

/* Whether there are four in a row. */
static inline bool connect_four_line(uint64_t discs, int rows)
{
    const int steps[] = {1, rows, rows + 1, rows + 2};

    for (int i = 0; i < 4; i++) {
        uint64_t pairs = discs & (discs >> steps[i]);
        if (pairs & (pairs >> 2 * steps[i]))
            return true;
    }
    return false;
}

/* The row on which a disc would come to lie; `rows` when the column is full. */
static inline int connect_four_height(uint64_t discs, int rows, int column)
{
    int row = 0;

    while (row < rows && (discs & connect_four_bit(rows, column, row)))
        row++;
    return row;
}

#endif
