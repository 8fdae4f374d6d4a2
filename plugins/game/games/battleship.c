/* SPDX-License-Identifier: MIT */
#include "games/battleship.h"

const int battleship_lengths[SHIPS] = {5, 4, 3, 3, 2};

int battleship_cell(const char *text, const char **end)
{
    int x = text[0] - 'a', y;

    if (x < 0 || x >= SEA || text[1] < '1' || text[1] > '9')
        return -1;
    y = text[1] - '1';
    text += 2;
    if (y == 0 && *text == '0') {
        y = SEA - 1;
        text++;
    }
    *end = text;
    return y * SEA + x;
}

void battleship_name(int cell, char ret[4])
{
    int y = cell / SEA + 1;

    *ret++ = (char)('a' + cell % SEA);
    if (y == SEA) {
        *ret++ = '1';
        y = 0;
    }
    *ret++ = (char)('0' + y);
    *ret = '\0';
}

int battleship_part(int cell, bool down, int i)
{
    int x = cell % SEA + (down ? 0 : i), y = cell / SEA + (down ? i : 0);

    return x < SEA && y < SEA ? y * SEA + x : -1;
}
