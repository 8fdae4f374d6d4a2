/* SPDX-License-Identifier: MIT */
#include "base/intake.h"

#include <assert.h>

static bool is_over(const struct intake *in)
{
    const struct intake_part *first = TAILQ_FIRST(&in->parts);

    return in->max > 0 && in->bytes > in->max && TAILQ_NEXT(first, link);
}

static void make_room(struct timer *timer)
{
    struct intake *in = CONTAINER_OF(timer, struct intake, timer);

    while (is_over(in)) {
        struct intake_part *first = TAILQ_FIRST(&in->parts);
        in->crowded(in->user, first->peer);
        first->end(first->user);
        assert(TAILQ_FIRST(&in->parts) != first);
    }
}

static void look(struct intake *in)
{
    if (in->bytes > in->max && is_over(in) && !timer_running(&in->timer))
        (void)timer_start(in->timers, &in->timer, 0);
}

void intake_init(struct intake *in, struct timers *timers,
                 void (*crowded)(void *user, struct str peer), void *user)
{
    *in = (struct intake){.timers = timers, .crowded = crowded, .user = user};
    TAILQ_INIT(&in->parts);
    timer_init(&in->timer, make_room);
}

void intake_stop(struct intake *in)
{
    assert(TAILQ_EMPTY(&in->parts));
    timer_stop(in->timers, &in->timer);
}

void intake_set_max(struct intake *in, size_t max)
{
    in->max = max;
    look(in);
}

void intake_hold(struct intake *in, struct intake_part *part, size_t bytes)
{
    if (intake_ignores(part, bytes))
        return;
    if (!part->intake) {
        TAILQ_INSERT_TAIL(&in->parts, part, link);
        part->intake = in;
        part->bytes = 0;
    }
    assert(part->intake == in);
    in->bytes += bytes - part->bytes;
    part->bytes = bytes;
    look(in);
}

void intake_release(struct intake_part *part)
{
    struct intake *in = part->intake;

    if (!in)
        return;
    TAILQ_REMOVE(&in->parts, part, link);
    in->bytes -= part->bytes;
    part->intake = NULL;
}
