/* SPDX-License-Identifier: MIT */
/* Ratings against the published example, and what must hold for any. */
#include <math.h>

#include <mortise/testkit.h>

#include "games/random.h"
#include "rating/rating.h"

static void close_to(double value, double expected, double within)
{
    ck_assert_msg(fabs(value - expected) <= within, "%f, not %f", value,
                  expected);
}

/* Glickman, "Example of the Glicko-2 system", the example calculation. */
START_TEST(gives_what_the_paper_gives)
{
    static const struct rating player = {1500, 200, 0.06};
    static const struct rating_game games[] = {
        {{1400, 30, 0.06}, 1},
        {{1550, 100, 0.06}, 0},
        {{1700, 300, 0.06}, 0},
    };
    struct rating after = rating_after(&player, games, 3);

    close_to(after.rating, 1464.06, 0.01);
    close_to(after.deviation, 151.52, 0.01);
    close_to(after.volatility, 0.05999, 0.00001);
}
END_TEST

/* Step 6 alone: phi* of the square root of phi^2 + sigma^2. */
START_TEST(who_does_not_play_is_less_known)
{
    static const struct rating player = {1700, 50, 0.06};
    struct rating period = rating_after(&player, NULL, 0);
    struct rating aged = rating_aged(&player, RATING_PERIOD_MS);

    close_to(period.deviation,
             173.7178 * sqrt(pow(50 / 173.7178, 2) + 0.06 * 0.06), 1e-9);
    close_to(aged.deviation, period.deviation, 1e-9);
    close_to(aged.rating, 1700, 0);
    close_to(rating_aged(&player, 0).deviation, 50, 1e-9);
    close_to(rating_aged(&player, -5).deviation, 50, 1e-9);
    close_to(rating_aged(&player, RATING_PERIOD_MS * 100000).deviation, 350, 0);
}
END_TEST

/* Whatever happens for long: numbers stay numbers, who wins does not lose. */
START_TEST(holds_for_any_series)
{
    uint64_t seed = 7;

    for (int round = 0; round < 200; round++) {
        struct rating a = rating_start;
        for (int i = 0; i < 200; i++) {
            struct rating_game game = {{400 + random_below(&seed, 2400),
                                        30 + random_below(&seed, 320), 0.06},
                                       random_below(&seed, 3) / 2.0};
            struct rating after = rating_after(&a, &game, 1);
            ck_assert(isfinite(after.rating) && isfinite(after.volatility));
            ck_assert(after.deviation > 0 &&
                      after.deviation <= DEVIATION_START);
            ck_assert(after.volatility > 0 && after.volatility < 1);
            if (game.score == 1)
                ck_assert(after.rating >= a.rating);
            if (game.score == 0)
                ck_assert(after.rating <= a.rating);
            a = rating_aged(&after,
                            (int64_t)random_below(&seed, 1000) * 3600000);
        }
    }
}
END_TEST

TESTKIT_MAIN("game: rating", gives_what_the_paper_gives,
             who_does_not_play_is_less_known, holds_for_any_series)
