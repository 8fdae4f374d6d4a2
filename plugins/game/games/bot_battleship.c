/* SPDX-License-Identifier: MIT */
/*
 * Plays Battleship: counts in how many ways the ships that float still could
 * lie over each cell, given what is known, and shoots where it is most. Ways
 * that would explain a hit count much more. Lower levels shoot at random, or
 * beside what they have hit, as often as the table says.
 */
#include <stdio.h>
#include <string.h>

#include "games/battleship.h"
#include "games/bots.h"
#include "games/random.h"

/* Of 100 shots so many are at random, and so many think of hits only. */
static const struct level {
    int random, hunting;
} levels[LEVELS] = {{60, 40}, {25, 75}, {5, 70}, {0, 25}, {0, 0}};

enum { HIT_WEIGHT = 50 };

static int place(uint64_t seed, char ret_move[MOVE_SIZE])
{
    bool taken[CELLS] = {false};
    int n = snprintf(ret_move, MOVE_SIZE, "place");

    for (int ship = 0; ship < SHIPS;) {
        int length = battleship_lengths[ship];
        bool down = random_below(&seed, 2), free_here = true;
        int cell = (int)random_below(&seed, CELLS);
        char name[4];
        for (int i = 0; i < length && free_here; i++) {
            int part = battleship_part(cell, down, i);
            free_here = part >= 0 && !taken[part];
        }
        if (!free_here)
            continue; /* there is always room: the fleet covers a sixth */
        for (int i = 0; i < length; i++)
            taken[battleship_part(cell, down, i)] = true;
        battleship_name(cell, name);
        n += snprintf(ret_move + n, MOVE_SIZE - (size_t)n, " %s%c", name,
                      down ? 'v' : 'h');
        ship++;
    }
    return 0;
}

/* In how many ways a ship can lie over each cell: not over misses and what has
 * sunk, and over a hit all the better. */
static void weigh_ship(const char *sea, int length, bool only_hits,
                       int weights[CELLS])
{
    for (int way = 0; way < 2 * CELLS; way++) {
        int cell = way / 2, hits = 0, i;
        bool down = way % 2;
        for (i = 0; i < length; i++) {
            int part = battleship_part(cell, down, i);
            if (part < 0 || (sea[part] != MARK_WATER && sea[part] != MARK_HIT))
                break;
            hits += sea[part] == MARK_HIT;
        }
        if (i < length || (only_hits && hits == 0))
            continue;
        for (i = 0; i < length; i++)
            weights[battleship_part(cell, down, i)] += 1 + hits * HIT_WEIGHT;
    }
}

/* Whether the ship is among those that have sunk. */
static bool has_sunk(const char *sea, int ship)
{
    return strchr(sea, MARK_SUNK + ship) != NULL;
}

static int shoot(const char *sea, int level, uint64_t *seed)
{
    const struct level *how = &levels[level - 1];
    int weights[CELLS] = {0}, best = -1, cells[CELLS], n = 0;
    int dice = (int)random_below(seed, 100);

    if (dice >= how->random)
        for (int ship = 0; ship < SHIPS; ship++)
            if (!has_sunk(sea, ship))
                weigh_ship(sea, battleship_lengths[ship],
                           dice < how->random + how->hunting, weights);
    for (int cell = 0; cell < CELLS; cell++) {
        if (sea[cell] != MARK_WATER)
            continue;
        if (weights[cell] > best)
            n = 0;
        if (weights[cell] >= best) {
            best = weights[cell];
            cells[n++] = cell;
        }
    }
    return n > 0 ? cells[random_below(seed, (uint32_t)n)] : -1;
}

int bot_battleship(const struct view *view, int seat, int level, uint64_t seed,
                   char ret_move[MOVE_SIZE])
{
    const char *sea = view_get(view, "seas")->text[1 - seat];
    char name[4];
    int cell;

    if (strcmp(view_get(view, "phase")->text[0], "placing") == 0)
        return place(seed + (uint64_t)seat, ret_move);
    for (int i = 0; i < CELLS; i++)
        seed += sea[i] != MARK_WATER; /* another number for each shot */
    cell = shoot(sea, level, &seed);
    if (cell < 0)
        return -1;
    battleship_name(cell, name);
    snprintf(ret_move, MOVE_SIZE, "%s", name);
    return 0;
}
