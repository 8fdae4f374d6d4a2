/* SPDX-License-Identifier: MIT */
/*
 * The heap has four children a node: it is half as deep as a binary one, and
 * the children of a node stand next to each other.
 *
 * An entry has its own copy of due and order, which may be earlier than the
 * timer's: to restart a running timer with a later time, as every sign of
 * life of a peer does, only changes the timer. The entry is put right when it
 * seems to be due (freshen()). So restarting costs nothing, and an entry moves
 * once a period at most.
 */
#include "base/timer.h"

#include <assert.h>

#include "base/error.h"
#include "base/mem.h"

#define CHILDREN 4

void timers_init(struct timers *ts, int64_t now)
{
    *ts = (struct timers){.now = now};
}

void timers_free(struct timers *ts)
{
    for (uint32_t i = 0; i < ts->count; i++)
        ts->heap[i].timer->position = 0;
    mem_free(ts->heap);
    timers_init(ts, ts->now);
}

void timer_init(struct timer *t, void (*fire)(struct timer *timer))
{
    *t = (struct timer){.fire = fire};
}

static bool earlier(const struct timers_entry *a, const struct timers_entry *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void put(struct timers *ts, uint32_t i, struct timers_entry entry)
{
    ts->heap[i] = entry;
    entry.timer->position = i + 1;
}

/* Puts an entry at i or, while its parents are later, further up. */
static void sift_up(struct timers *ts, uint32_t i, struct timers_entry entry)
{
    while (i > 0) {
        uint32_t parent = (i - 1) / CHILDREN;
        if (!earlier(&entry, &ts->heap[parent]))
            break;
        put(ts, i, ts->heap[parent]);
        i = parent;
    }
    put(ts, i, entry);
}

/* Puts an entry at i or, while a child is earlier, further down. */
static void sift_down(struct timers *ts, uint32_t i, struct timers_entry entry)
{
    for (;;) {
        size_t first = (size_t)i * CHILDREN + 1;
        size_t end =
            first + CHILDREN < ts->count ? first + CHILDREN : ts->count;
        if (first >= end)
            break;
        uint32_t best = (uint32_t)first;
        for (size_t child = first + 1; child < end; child++) {
            if (earlier(&ts->heap[child], &ts->heap[best]))
                best = (uint32_t)child;
        }
        if (!earlier(&ts->heap[best], &entry))
            break;
        put(ts, i, ts->heap[best]);
        i = best;
    }
    put(ts, i, entry);
}

static struct timers_entry entry_of(struct timer *t)
{
    return (struct timers_entry){t->due, t->order, t};
}

/*
 * Corrects the top until it is a timer that is really due, or nothing seems
 * to be due. Entries that seem to be due later are left as they are: their
 * timers may well be restarted once more before it matters.
 */
static void freshen(struct timers *ts, int64_t now)
{
    while (ts->count != 0 && ts->heap[0].due <= now &&
           ts->heap[0].order != ts->heap[0].timer->order)
        sift_down(ts, 0, entry_of(ts->heap[0].timer));
}

static void remove_at(struct timers *ts, uint32_t i)
{
    ts->heap[i].timer->position = 0;
    ts->count--;
    if (i == ts->count)
        return;
    struct timers_entry last = ts->heap[ts->count];
    if (i > 0 && earlier(&last, &ts->heap[(i - 1) / CHILDREN]))
        sift_up(ts, i, last);
    else
        sift_down(ts, i, last);
}

int timer_start_at(struct timers *ts, struct timer *t, int64_t due)
{
    if (!timer_running(t)) {
        if (mem_grow((void **)&ts->heap, &ts->cap, (size_t)ts->count + 1,
                     sizeof(*ts->heap)) < 0)
            return ERR_NOMEM;
    }

    /* Nothing is due in the past: that keeps what a run starts behind all
     * that the run has to fire. */
    t->due = due > ts->now ? due : ts->now;
    t->order = ts->order++;
    if (!timer_running(t)) {
        sift_up(ts, ts->count++, entry_of(t));
    } else {
        uint32_t i = t->position - 1;
        assert(i < ts->count && ts->heap[i].timer == t);
        if (t->due < ts->heap[i].due)
            sift_up(ts, i, entry_of(t));
    }
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
    if (!timer_running(t))
        return;
    assert(t->position <= ts->count && ts->heap[t->position - 1].timer == t);
    remove_at(ts, t->position - 1);
}

void timers_set_now(struct timers *ts, int64_t now)
{
    if (now > ts->now)
        ts->now = now;
}

void timers_run(struct timers *ts, int64_t now)
{
    uint64_t started = ts->order;

    timers_set_now(ts, now);
    now = ts->now;
    for (;;) {
        freshen(ts, now);
        if (ts->count == 0 || ts->heap[0].due > now ||
            ts->heap[0].order >= started)
            return;
        struct timer *t = ts->heap[0].timer;
        remove_at(ts, 0);
        t->fire(t);
    }
}

int64_t timers_wait(struct timers *ts)
{
    freshen(ts, ts->now);
    if (ts->count == 0)
        return -1;
    return ts->heap[0].due > ts->now ? ts->heap[0].due - ts->now : 0;
}
