/* SPDX-License-Identifier: MIT */
/*
 * Timers over an abstract clock: a hierarchical wheel that the loop drives with
 * real time and a test with invented time.
 *
 * A struct timer is embedded in its owner, who stops it before going away.
 * Times are milliseconds of a monotonic clock, and not negative. Timers due at
 * the same time fire in the order in which they were started. Starting and
 * stopping take the same few steps however many run, and no memory.
 */
#ifndef MORTISE_BASE_TIMER_H
#define MORTISE_BASE_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ring.h"

struct timer {
    struct ring link;
    void (*fire)(struct timer *timer);
    int64_t due;
};

/* 64 slots a level, each as wide as the level below: all of an int64_t. */
#define TIMER_LEVELS 11
#define TIMER_SLOTS  64

/* Holds the heads of its rings, and so is not moved in memory. */
struct timers {
    int64_t now;    /* the time timers_run() was last told */
    int64_t cursor; /* everything due before this has fired; <= now */
    int64_t soonest;
    uint32_t count; /* running */
    bool unsure;    /* soonest is to be looked for */
    bool firing;    /* within timers_run() */
    /* Started by what fires, and due already: for the next run. */
    struct ring put_off;
    uint64_t used[TIMER_LEVELS]; /* a bit a slot; the empty ones may have it */
    struct ring slots[TIMER_LEVELS][TIMER_SLOTS];
};

void timers_init(struct timers *ts, int64_t now);
void timers_free(struct timers *ts);

/* Not running; fire is called from timers_run(), where it may start and stop
 * any timer, itself included. */
void timer_init(struct timer *t, void (*fire)(struct timer *timer));
/* (Re)starts: due at ts->now + delay milliseconds (a negative delay counts as
 * 0). Always 0: there is nothing that it could lack. */
int timer_start(struct timers *ts, struct timer *t, int64_t delay);
/* The same with an absolute time; one that has passed counts as now. */
int timer_start_at(struct timers *ts, struct timer *t, int64_t due);
void timer_stop(struct timers *ts, struct timer *t); /* may be stopped */
static inline bool timer_running(const struct timer *t)
{
    return ring_has(&t->link);
}

/* Sets ts->now (it never goes back) and fires everything due by then. A timer
 * started meanwhile with no delay fires at the next run, not in this one. */
void timers_run(struct timers *ts, int64_t now);
/* Only moves the clock. */
void timers_set_now(struct timers *ts, int64_t now);
/* How long to wait for the next timer, in milliseconds from ts->now: 0 when
 * one is due, -1 when none runs. */
int64_t timers_wait(struct timers *ts);

#endif
