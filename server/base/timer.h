/* SPDX-License-Identifier: MIT */
/*
 * Timers over an abstract clock: a binary heap that the loop drives with real
 * time and a test with invented time.
 *
 * A struct timer is embedded in its owner, who stops it before going away.
 * Times are milliseconds of a monotonic clock. Timers due at the same time
 * fire in the order in which they were started.
 */
#ifndef MORTISE_BASE_TIMER_H
#define MORTISE_BASE_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timer {
    void (*fire)(struct timer *timer);
    int64_t due;
    uint64_t order;    /* ties: smaller fires first */
    uint32_t position; /* in the heap + 1; 0: not running */
};

struct timers_entry {
    int64_t due; /* not later than the timer's own; see timer.c */
    uint64_t order;
    struct timer *timer;
};

struct timers {
    struct timers_entry *heap;
    uint32_t count;
    uint32_t cap;
    uint64_t order;
    int64_t now; /* the time timers_run() was last told */
};

#define CONTAINER_OF(pointer, type, member)                                    \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

void timers_init(struct timers *ts, int64_t now);
void timers_free(struct timers *ts);

/* Not running; fire is called from timers_run(), where it may start and stop
 * any timer, itself included. */
void timer_init(struct timer *t, void (*fire)(struct timer *timer));
/* (Re)starts: due at ts->now + delay milliseconds (a negative delay counts as
 * 0). ERR_NOMEM, and the timer is then not running; never fails for a timer
 * that is running already. */
int timer_start(struct timers *ts, struct timer *t, int64_t delay);
/* The same with an absolute time; one that has passed counts as now. */
int timer_start_at(struct timers *ts, struct timer *t, int64_t due);
void timer_stop(struct timers *ts, struct timer *t); /* may be stopped */
static inline bool timer_running(const struct timer *t)
{
    return t->position != 0;
}

/* Sets ts->now (it never goes back) and fires everything due by then. A timer
 * started meanwhile with no delay fires at the next run, not in this one. */
void timers_run(struct timers *ts, int64_t now);
/* Only moves the clock. */
void timers_set_now(struct timers *ts, int64_t now);
/*
 * How long to wait for the next timer, in milliseconds from ts->now: 0 when
 * one is due, -1 when none runs. Never too long; when a timer was started
 * again with a later time it may be too short, and timers_run() then has
 * nothing to fire.
 */
int64_t timers_wait(struct timers *ts);

#endif
