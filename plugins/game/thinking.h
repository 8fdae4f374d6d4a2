/* SPDX-License-Identifier: MIT */
/* Bots, at work in the job pool. */
#ifndef GAME_THINKING_H
#define GAME_THINKING_H

#include <mortise/jobs.h>

#include "live.h"

#define THINKING_JOB "think"

/* When a bot of this match begins to think; INT64_MAX: none has to. */
int64_t thinking_at(const struct live *live);
/* It does. The job's cookie is the key of the match, so that the next build is
 * told when a reload comes between. */
void thinking_start(struct live *live);
/* The `work` and the `done` of the job. */
int thinking_work(const mortise_work *work);
void thinking_done(mortise_job job, const mortise_done *done);

#endif
