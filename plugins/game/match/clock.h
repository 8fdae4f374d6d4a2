/* SPDX-License-Identifier: MIT */
/*
 * The time that each seat has left. It runs for some of them, and is told what
 * time it is; it never asks.
 */
#ifndef GAME_CLOCK_H
#define GAME_CLOCK_H

#include <stdint.h>

#include "games/view.h"

struct clock {
    int64_t left[SEATS]; /* ms, as of `since` */
    int64_t since;
    uint32_t running; /* bit 1 << seat: its time goes by */
};

/* So much for each; nobody's runs. */
void clock_set(struct clock *clock, int64_t left, int64_t at);
/* What has gone by since the last time is over: takes it off. */
void clock_advance(struct clock *clock, int64_t at);
/* What has gone by does not count. */
void clock_skip(struct clock *clock, int64_t at);
/* What a seat has left at a time that is not before `since`. */
int64_t clock_left(const struct clock *clock, int seat, int64_t at);
/* When a seat's time will be over; INT64_MAX while it does not run. */
int64_t clock_end(const struct clock *clock, int seat);

#endif
