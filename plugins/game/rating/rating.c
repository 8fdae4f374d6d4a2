/* SPDX-License-Identifier: MIT */
#include "rating/rating.h"

#include <math.h>

#define TAU         0.5
#define SCALE       173.7178 /* of Glicko to Glicko-2 */
#define CONVERGENCE 0.000001
#define PI          3.14159265358979323846

const struct rating rating_start = {RATING_START, DEVIATION_START,
                                    VOLATILITY_START};

/* Step 3. */
static double g(double phi)
{
    return 1 / sqrt(1 + 3 * phi * phi / (PI * PI));
}

static double expected(double mu, double mu_j, double phi_j)
{
    return 1 / (1 + exp(-g(phi_j) * (mu - mu_j)));
}

/* Step 5.1. */
static double f(double x, double delta, double phi, double v, double a)
{
    double e = exp(x), sum = phi * phi + v + e;

    return e * (delta * delta - sum) / (2 * sum * sum) - (x - a) / (TAU * TAU);
}

/* Step 5: the new volatility. It ends, for each round halves the interval or
 * moves its other end. */
static double volatility(double delta, double phi, double v, double sigma)
{
    double a = log(sigma * sigma), low = a, high, f_low, f_high;

    if (delta * delta > phi * phi + v) {
        high = log(delta * delta - phi * phi - v);
    } else {
        int k = 1;
        while (f(a - k * TAU, delta, phi, v, a) < 0)
            k++;
        high = a - k * TAU;
    }
    f_low = f(low, delta, phi, v, a);
    f_high = f(high, delta, phi, v, a);
    while (fabs(high - low) > CONVERGENCE) {
        double c = low + (low - high) * f_low / (f_high - f_low);
        double f_c = f(c, delta, phi, v, a);
        if (f_c * f_high <= 0) {
            low = high;
            f_low = f_high;
        } else {
            f_low /= 2;
        }
        high = c;
        f_high = f_c;
    }
    return exp(low / 2);
}

struct rating rating_after(const struct rating *before,
                           const struct rating_game *games, int count)
{
    double mu = (before->rating - RATING_START) / SCALE; /* step 2 */
    double phi = before->deviation / SCALE;
    double one_over_v = 0, sum = 0, sigma = before->volatility;

    for (int i = 0; i < count; i++) {
        double mu_j = (games[i].opponent.rating - RATING_START) / SCALE;
        double phi_j = games[i].opponent.deviation / SCALE;
        double e = expected(mu, mu_j, phi_j);
        one_over_v += g(phi_j) * g(phi_j) * e * (1 - e); /* step 3 */
        sum += g(phi_j) * (games[i].score - e);          /* step 4 */
    }
    if (count > 0)
        sigma = volatility(sum / one_over_v, phi, 1 / one_over_v, sigma);
    double phi_star = sqrt(phi * phi + sigma * sigma);      /* step 6 */
    phi = 1 / sqrt(1 / (phi_star * phi_star) + one_over_v); /* step 7 */
    mu += phi * phi * sum;
    double deviation = phi * SCALE; /* step 8 */
    return (struct rating){
        mu * SCALE + RATING_START,
        deviation < DEVIATION_START ? deviation : DEVIATION_START, sigma};
}

struct rating rating_aged(const struct rating *before, int64_t ms)
{
    double phi = before->deviation / SCALE, sigma = before->volatility;
    double periods = ms > 0 ? (double)ms / (double)RATING_PERIOD_MS : 0;
    double deviation = sqrt(phi * phi + sigma * sigma * periods) * SCALE;
    struct rating after = *before;

    after.deviation = deviation < DEVIATION_START ? deviation : DEVIATION_START;
    return after;
}
