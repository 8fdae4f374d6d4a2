/* SPDX-License-Identifier: MIT */
/*
 * The rules of a game, as a table. The match (match.h) knows seats, clocks and
 * offers and nothing of any game; a game knows its board and nothing of time,
 * clients or storage. One more game is one more file with such a table, and its
 * line in rules.c.
 *
 * The state is plain data of at most RULES_STATE_SIZE bytes, zeroed before
 * `setup`, without pointers: it is copied and compared as bytes. Everything
 * follows from variant, seed and moves, so that the log of a match gives the
 * same bytes again, in whatever process. A function may use no clock, no
 * random numbers but those that follow from the seed, and no memory but the
 * state.
 *
 * A move is a short text, such as "4" or "b7": it is what a client sends, what
 * stands in the log, and what a person can read there.
 */
#ifndef GAME_RULES_H
#define GAME_RULES_H

#include <stddef.h>

#include "games/view.h"

enum {
    RULES_STATE_SIZE = 512,
    MOVE_SIZE = 64, /* with its NUL */
    DRAWN = SEATS,  /* a result: nobody has won */
    UNDECIDED = -1, /* a result: it goes on */
    LEVELS = 5,     /* of bots: 1 is the weakest */
    GAMES_MAX = 8   /* no more of them in rules.c */
};

struct rules {
    const char *name;            /* "connect-four": clients and the log. This
                                  * and variants: up to 31 characters */
    const char *const *variants; /* names, ending with NULL; 0 is the usual */
    bool draws;                  /* whether a draw may be offered */
    size_t size;                 /* of the state */

    /* Makes the state of a match that begins. */
    void (*setup)(void *state, int variant, uint64_t seed);
    /* Why this seat may not move so, as a sentence; NULL: it may. The text can
     * be anything, of any length below MOVE_SIZE. Never called for a match that
     * is decided. */
    const char *(*check)(const void *state, int seat, const char *move);
    /* Makes a move that `check` lets pass. */
    void (*apply)(void *state, int seat, const char *move);
    /* The seats that may move now: bit 1 << seat. More than one: whoever is
     * first, as in a phase in which both choose at the same time. 0 when it is
     * decided. Their clocks run. */
    unsigned (*turns)(const void *state);
    /* The seat that has won, DRAWN or UNDECIDED. */
    int (*result)(const void *state);
    /* Whether only this seat may know its move, as long as the match runs. */
    bool (*secret)(const void *state, int seat, const char *move);
    /* What a seat may see, or NOBODY; over: nothing is hidden any more. Each
     * call for one match has the same members. */
    void (*view)(const void *state, int viewer, bool over, struct view *ret);
    /*
     * Chooses a move for a seat that may move, at a level from 1 to LEVELS.
     * Called on a thread of the pool, with what the seat may see and nothing
     * else, so a bot cannot cheat. How long it takes is bounded by counting,
     * not by time: the same view and seed give the same move. 0, or -1 when
     * there is none.
     */
    int (*bot)(const struct view *view, int seat, int level, uint64_t seed,
               char ret_move[MOVE_SIZE]);
};

/* In the order in which they are listed to clients; NULL behind the last. A
 * place is for this process only: the log has names. */
const struct rules *rules_at(int index);
/* The place, or -1. */
int rules_find(const char *name);
/* The number of a variant, or -1. */
int rules_variant(const struct rules *rules, const char *name);

extern const struct rules rules_connect_four;
extern const struct rules rules_battleship;

#endif
