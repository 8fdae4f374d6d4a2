/* SPDX-License-Identifier: MIT */
#include "base/thrift.h"

/* Less than this is not worth it, nor less than so large a part of all. */
#define WORTH_BYTES ((size_t)2 << 20)
#define WORTH_PART  16
/* It is quiet where one part in so many of the time was work. */
#define QUIET_PART 4
/* One part in so many of the time may be spent on trimming. */
#define REST_PART 1000

/* What the process has beside what is in use: what was freed, but also its
 * code, its stacks and holes that nobody can give back. */
static size_t beside(const struct thrift_look *now)
{
    return now->resident > now->used ? now->resident - now->used : 0;
}

static bool is_quiet(const struct thrift *t, const struct thrift_look *now)
{
    return (now->worked - t->worked) * QUIET_PART < now->time - t->time;
}

static bool is_worth_it(const struct thrift *t, const struct thrift_look *now)
{
    size_t more = beside(now) - t->floor;

    return more >= WORTH_BYTES && more >= now->resident / WORTH_PART;
}

static void remember(struct thrift *t, const struct thrift_look *now)
{
    t->time = now->time;
    t->worked = now->worked;
}

bool thrift_due(struct thrift *t, const struct thrift_look *now)
{
    if (now->resident == 0 || now->used == 0)
        return false;
    if (!t->begun || beside(now) < t->floor)
        t->floor = beside(now);
    bool due = t->begun && now->time >= t->rest && is_quiet(t, now) &&
               is_worth_it(t, now);
    t->begun = true;
    remember(t, now);
    return due;
}

void thrift_done(struct thrift *t, const struct thrift_look *now)
{
    t->rest = now->time + (now->time - t->time) * REST_PART;
    t->floor = beside(now);
    remember(t, now);
}
