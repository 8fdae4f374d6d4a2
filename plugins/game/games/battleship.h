/* SPDX-License-Identifier: MIT */
/*
 * What the rules of Battleship and its bot both know: the fleet, the names of
 * cells, and the marks in a view.
 *
 * A sea is ten by ten. Cell x, y is the letter "a" + x and the number y + 1:
 * "a1" is the top left, "j10" the bottom right; its place in a text of 100
 * marks is y * 10 + x.
 */
#ifndef GAME_BATTLESHIP_H
#define GAME_BATTLESHIP_H

#include <stdbool.h>

enum {
    SEA = 10, /* cells on a side */
    CELLS = SEA * SEA,
    SHIPS = 5
};

/* Marks of a sea. */
#define MARK_WATER '.' /* nobody has shot there, or has seen a ship */
#define MARK_MISS  'o'
#define MARK_HIT   'x' /* a ship that floats still */
#define MARK_SHIP  'A' /* to 'E': a ship that is seen */
#define MARK_SUNK  'a' /* to 'e': of a ship that has sunk */

extern const int battleship_lengths[SHIPS];

/* The cell at the beginning of a text; where it ends in *end. -1: none. */
int battleship_cell(const char *text, const char **end);
/* Writes its name. */
void battleship_name(int cell, char ret[4]);
/* The i-th cell of a ship that begins there; -1: outside. */
int battleship_part(int cell, bool down, int i);

#endif
