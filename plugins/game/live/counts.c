/* SPDX-License-Identifier: MIT */
#include "live/counts.h"

#include <mortise/metrics.h>

#include "match/entry.h"

static mortise_metric moves, started, ended, failed, matches, waiting;

void counts_init(void)
{
    moves = mortise_counter("moves_total", "Moves that were made");
    started = mortise_counter("started_total", "Matches that have begun");
    ended = mortise_counter("ended_total", "Matches that have ended");
    failed =
        mortise_counter("unwritten_total", "Entries that could not be written");
    matches = mortise_gauge("matches", "Matches in memory");
    waiting = mortise_gauge("waiting", "Players who wait for a quick match");
}

void counts_entry(int kind, int over)
{
    if (kind == ENTRY_MOVE)
        mortise_metric_add(moves, 1);
    if (kind == ENTRY_START)
        mortise_metric_add(started, 1);
    if (over)
        mortise_metric_add(ended, 1);
}

void counts_failed(void)
{
    mortise_metric_add(failed, 1);
}

void counts_now(size_t live, size_t queued)
{
    mortise_metric_set(matches, (double)live);
    mortise_metric_set(waiting, (double)queued);
}
