/* SPDX-License-Identifier: MIT */
/*
 * Ratings: Glicko-2, as in Mark E. Glickman, "Example of the Glicko-2 system"
 * (glicko.net/glicko/glicko2.pdf, revised March 22, 2022), whose steps 1 to 8
 * the code follows by number, with the constraint tau = 0.5 of its example.
 *
 * Each match is a rating period of its own, so that a rating is there at once.
 * What the paper does to somebody who has not played for a period (step 6) is
 * done by the time since the last match, in periods of RATING_PERIOD_MS.
 */
#ifndef GAME_RATING_H
#define GAME_RATING_H

#include <stdint.h>

#define RATING_START     1500.0
#define DEVIATION_START  350.0
#define VOLATILITY_START 0.06
/* So that 50, which many matches lead to, is 350 again after some 9 years. */
#define RATING_PERIOD_MS (INT64_C(3) * 24 * 3600 * 1000)
/* Of more than this a rating says little: provisional, and on no leaderboard.
 */
#define DEVIATION_KNOWN 110.0

struct rating {
    double rating, deviation, volatility;
};

struct rating_game {
    struct rating opponent;
    double score; /* 1 won, 0.5 drawn, 0 lost */
};

extern const struct rating rating_start;

/* The rating after the games of one period, of which there may be none. */
struct rating rating_after(const struct rating *before,
                           const struct rating_game *games, int count);
/* As it is after so long without a game: only the deviation has grown, to
 * DEVIATION_START at most. */
struct rating rating_aged(const struct rating *before, int64_t ms);

#endif
