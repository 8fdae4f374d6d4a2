/* SPDX-License-Identifier: MIT */
/*
 * The clocks of base/clock.h, for a server whose time is the test's: this file
 * is linked in place of base/clock.c.
 */
#include "base/clock.h"

#include "internal.h"

/* 2026-01-01T00:00:00Z, in ms since 1970. */
#define WALL_AT_START INT64_C(1767225600000)

static int64_t elapsed;

void kit_clock_set(int64_t ms)
{
    elapsed = ms;
}

int64_t clock_mono_ms(void)
{
    return elapsed;
}

int64_t clock_mono_us(void)
{
    return elapsed * 1000;
}

int64_t clock_coarse_ms(void)
{
    return elapsed;
}

int64_t clock_wall_ms(void)
{
    return WALL_AT_START + elapsed;
}
