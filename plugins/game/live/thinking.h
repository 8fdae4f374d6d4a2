/* SPDX-License-Identifier: MIT */
/* Bots, at work in the job pool. */
#ifndef GAME_THINKING_H
#define GAME_THINKING_H

#include <mortise/jobs.h>

#include "live/live.h"

#define THINKING_JOB "think"

/* The seat of a bot that may move, or NOBODY. */
int thinking_seat(const struct match *match);
/*
 * When a bot of this match begins to think; INT64_MAX: none has to, or others
 * do already: so few at a time that what is written always finds a thread. Who
 * has to wait is scheduled again when one of them is done.
 */
int64_t thinking_at(const struct live *live);
/* It does. The job's cookie is the key of the match, so that the next build is
 * told when a reload comes between. */
void thinking_start(struct live *live);
/* After a reload: this many are still at it. */
void thinking_restore(int count);
/* The `work` of the job; its `done` is live_thought(). */
int thinking_work(const mortise_work *work);
/* It is done: the move; NULL when there is none. */
const char *thinking_end(const mortise_done *done);

#endif
