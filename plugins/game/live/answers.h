/* SPDX-License-Identifier: MIT */
/* What the database says to the questions of reads.h, as who has asked is told
 * it. */
#ifndef GAME_ANSWERS_H
#define GAME_ANSWERS_H

#include <mortise/jobs.h>

/* The `done` of the job. */
void answers_done(mortise_job job, const mortise_done *done);

#endif
