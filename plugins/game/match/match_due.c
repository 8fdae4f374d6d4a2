/* SPDX-License-Identifier: MIT */
/* What happens in a match by itself. */
#include <stdio.h>
#include <string.h>

#include "match/match.h"

static int64_t sooner(int64_t due, int64_t at, int kind, int seat,
                      const char *text, struct entry *ret)
{
    if (at >= due)
        return due;
    memset(ret, 0, sizeof(*ret));
    ret->at = at;
    ret->kind = (int8_t)kind;
    ret->seat = (int8_t)seat;
    snprintf(ret->text, sizeof(ret->text), "%s", text);
    return at;
}

int64_t match_due(const struct match *match, struct entry *ret)
{
    int64_t due = INT64_MAX;
    bool running = match->status == MATCH_RUNNING;

    if (match->status == MATCH_OVER)
        return due;
    if (match->status == MATCH_FULL) {
        if (match->seats[0].ready && match->seats[1].ready)
            return sooner(due, match->at, ENTRY_START, NOBODY, "", ret);
        due = sooner(due, match->full_at + match->options.ready, ENTRY_STAND,
                     match->seats[0].ready ? 1 : 0, "", ret);
    }
    /* Of two who were paired one could not be written down. */
    if (match->status == MATCH_OPEN && match->options.quick)
        due = sooner(due, match->at + match->options.ready, ENTRY_ABORT, NOBODY,
                     "alone", ret);
    for (int seat = 0; seat < SEATS; seat++) {
        if (running && match->seats[seat].offers && match->seats[1 - seat].bot)
            due = sooner(due, match->at, ENTRY_DECLINE, 1 - seat, "", ret);
        due = sooner(due, clock_end(&match->clock, seat), ENTRY_FLAG, seat, "",
                     ret);
        due = sooner(due, clock_end(&match->grace, seat),
                     running ? ENTRY_FORFEIT : ENTRY_STAND, seat, "", ret);
    }
    if (!running || match->options.initial == 0)
        due = sooner(
            due, (running ? match->moved_at : match->at) + match->options.idle,
            ENTRY_ABORT, NOBODY, "idle", ret);
    if (due < match->at) /* it was due while something else was */
        ret->at = due = match->at;
    return due;
}
