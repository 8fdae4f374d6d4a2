/* SPDX-License-Identifier: MIT */
/* When something is due in a match that is in memory. */
#include "live/live_state.h"
#include "live/thinking.h"
#include "options.h"

enum { CANCELLED_MS = 5000 };

static int64_t soonest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t live_forgotten_at(const struct live *live)
{
    int64_t keep = live->shown.started ? options.keep_ms : CANCELLED_MS;

    if (live->shown.status != MATCH_OVER ||
        live->shown.number != live->head.number)
        return INT64_MAX;
    return live->shown.at +
           (keep > live->head.options.delay ? keep : live->head.options.delay) +
           1;
}

static int64_t next_at(const struct live *live)
{
    struct entry entry;
    size_t offset = live->late_offset;
    int64_t at = match_due(&live->head, &entry);

    at = soonest(at, thinking_at(live));
    if (live->not_before > 0) /* what has failed is tried again then */
        at = live->not_before;
    at = soonest(at, live_forgotten_at(live));
    if (offset < live->shown_offset &&
        entries_next(&live->log, &offset, &entry))
        at = soonest(at, entry.at + live->head.options.delay);
    return at;
}

void live_schedule(struct live *live)
{
    int64_t now = mortise_now(), at, delay;

    live_settle(live);
    at = next_at(live);
    if (at == live->timer_at && live->timer != 0)
        return;
    if (live->timer != 0)
        mortise_cancel(live->timer);
    live->timer = 0;
    live->timer_at = at;
    if (at == INT64_MAX)
        return;
    delay = at > now ? at - now : 0;
    live->timer = mortise_after(LIVE_TIMER, delay, 0, live->key);
}
