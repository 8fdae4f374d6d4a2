/* SPDX-License-Identifier: MIT */
/*
 * A timer stands on the level of the highest six bits in which its time
 * differs from the cursor's, in the slot that its own six bits there say. So
 * all on level 0 are due within the cursor's 64 ms, a slot for each; when the
 * cursor comes to a slot of a higher level, those in it move down. Whoever
 * starts later for the same time cannot be on a higher level, nor move down
 * earlier: each slot has them in the order of starting.
 */
#include "base/timer.h"

#include <assert.h>

#define BITS 6

static struct timer *first_of(const struct ring *head)
{
    return CONTAINER_OF(head->next, struct timer, link);
}

/* --- places --- */

static unsigned level_of(const struct timers *ts, int64_t due)
{
    uint64_t differs = (uint64_t)(due ^ ts->cursor);
    return differs ? (63 - (unsigned)__builtin_clzll(differs)) / BITS : 0;
}

static unsigned slot_on(unsigned level, int64_t time)
{
    return (unsigned)((uint64_t)time >> (level * BITS)) & (TIMER_SLOTS - 1);
}

static void place(struct timers *ts, struct timer *t)
{
    unsigned level = level_of(ts, t->due);
    unsigned slot = slot_on(level, t->due);

    ring_append(&ts->slots[level][slot], &t->link);
    ts->used[level] |= UINT64_C(1) << slot;
}

/* When a slot of this level begins, which is ahead of the cursor. */
static int64_t time_of(const struct timers *ts, unsigned level, unsigned slot)
{
    uint64_t time = (uint64_t)slot << (level * BITS);
    if (level + 1 < TIMER_LEVELS)
        time |= (uint64_t)ts->cursor >> ((level + 1) * BITS)
                                            << ((level + 1) * BITS);
    return (int64_t)time;
}

/* The first slot that has somebody; false when there is none. */
static bool find_next(struct timers *ts, unsigned *ret_level,
                      unsigned *ret_slot)
{
    for (unsigned level = 0; level < TIMER_LEVELS; level++) {
        unsigned from = slot_on(level, ts->cursor);
        uint64_t ahead = ts->used[level] >> from << from;
        for (; ahead != 0; ahead &= ahead - 1) {
            unsigned slot = (unsigned)__builtin_ctzll(ahead);
            if (!ring_empty(&ts->slots[level][slot])) {
                *ret_level = level;
                *ret_slot = slot;
                return true;
            }
            ts->used[level] &= ~(UINT64_C(1) << slot);
        }
    }
    return false;
}

/* --- calls --- */

void timers_init(struct timers *ts, int64_t now)
{
    assert(now >= 0);
    *ts = (struct timers){.now = now, .cursor = now};
    ring_init(&ts->put_off);
    for (unsigned level = 0; level < TIMER_LEVELS; level++)
        for (unsigned slot = 0; slot < TIMER_SLOTS; slot++)
            ring_init(&ts->slots[level][slot]);
}

void timers_free(struct timers *ts)
{
    unsigned level, slot;

    while (find_next(ts, &level, &slot))
        ring_remove(&first_of(&ts->slots[level][slot])->link);
    timers_init(ts, ts->now);
}

void timer_init(struct timer *t, void (*fire)(struct timer *timer))
{
    *t = (struct timer){.fire = fire};
}

static void remove_timer(struct timers *ts, struct timer *t)
{
    ring_remove(&t->link);
    ts->count--;
    if (t->due <= ts->soonest)
        ts->unsure = true;
}

int timer_start_at(struct timers *ts, struct timer *t, int64_t due)
{
    if (timer_running(t))
        remove_timer(ts, t);
    if (ts->count++ == 0) {
        ts->soonest = INT64_MAX;
        ts->unsure = false;
    }
    t->due = due > ts->now ? due : ts->now;
    if (t->due < ts->soonest)
        ts->soonest = t->due;
    if (ts->firing && t->due == ts->now)
        ring_append(&ts->put_off, &t->link);
    else
        place(ts, t);
    return 0;
}

int timer_start(struct timers *ts, struct timer *t, int64_t delay)
{
    int64_t due;

    if (delay < 0)
        delay = 0;
    if (__builtin_add_overflow(ts->now, delay, &due))
        due = INT64_MAX;
    return timer_start_at(ts, t, due);
}

void timer_stop(struct timers *ts, struct timer *t)
{
    if (timer_running(t))
        remove_timer(ts, t);
}

void timers_set_now(struct timers *ts, int64_t now)
{
    if (now > ts->now)
        ts->now = now;
}

/* Those of a higher level's slot, at whose beginning the cursor is. */
static void move_down(struct timers *ts, struct ring *slot)
{
    struct ring all;

    ring_move(&all, slot);
    while (!ring_empty(&all)) {
        struct timer *t = first_of(&all);
        ring_remove(&t->link);
        place(ts, t);
    }
}

static void fire_all(struct timers *ts, struct ring *slot)
{
    struct ring all;

    ring_move(&all, slot); /* what fires may start others for this time */
    while (!ring_empty(&all)) {
        struct timer *t = first_of(&all);
        remove_timer(ts, t);
        t->fire(t);
    }
}

void timers_run(struct timers *ts, int64_t now)
{
    unsigned level, slot;

    assert(!ts->firing);
    timers_set_now(ts, now);
    ts->firing = true;
    while (find_next(ts, &level, &slot)) {
        int64_t time = time_of(ts, level, slot);
        if (time > ts->now)
            break;
        ts->cursor = time;
        if (level > 0)
            move_down(ts, &ts->slots[level][slot]);
        else
            fire_all(ts, &ts->slots[level][slot]);
    }
    ts->cursor = ts->now;
    ts->firing = false;
    move_down(ts, &ts->put_off);
}

/* Looks through one slot at most, and only when the soonest has gone. */
static void find_soonest(struct timers *ts)
{
    unsigned level, slot;
    bool found = find_next(ts, &level, &slot);
    const struct ring *head = &ts->slots[level][slot];

    assert(found);
    ts->soonest = INT64_MAX;
    ts->unsure = false;
    for (const struct ring *at = head->next; at != head; at = at->next) {
        int64_t due = CONTAINER_OF(at, struct timer, link)->due;
        if (due < ts->soonest)
            ts->soonest = due;
    }
}

int64_t timers_wait(struct timers *ts)
{
    if (ts->count == 0)
        return -1;
    if (ts->unsure)
        find_soonest(ts);
    return ts->soonest > ts->now ? ts->soonest - ts->now : 0;
}
