/* SPDX-License-Identifier: MIT */
/* Bots, at work in the job pool. */
#ifndef GAME_THINKING_H
#define GAME_THINKING_H

#include <mortise/jobs.h>

#include "live/live.h"

#define THINKING_JOB "think"

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
/* The `work` and the `done` of the job. */
int thinking_work(const mortise_work *work);
void thinking_done(mortise_job job, const mortise_done *done);

#endif
