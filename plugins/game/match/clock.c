/* SPDX-License-Identifier: MIT */
#include "match/clock.h"

void clock_set(struct clock *clock, int64_t left, int64_t at)
{
    for (int seat = 0; seat < SEATS; seat++)
        clock->left[seat] = left;
    clock->since = at;
    clock->running = 0;
}

void clock_advance(struct clock *clock, int64_t at)
{
    for (int seat = 0; seat < SEATS; seat++)
        clock->left[seat] = clock_left(clock, seat, at);
    clock->since = at;
}

void clock_skip(struct clock *clock, int64_t at)
{
    clock->since = at;
}

int64_t clock_left(const struct clock *clock, int seat, int64_t at)
{
    int64_t left = clock->left[seat];

    if (clock->running & 1u << seat)
        left -= at - clock->since;
    return left > 0 ? left : 0;
}

int64_t clock_end(const struct clock *clock, int seat)
{
    return clock->running & 1u << seat ? clock->since + clock->left[seat]
                                       : INT64_MAX;
}
