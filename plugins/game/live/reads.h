/* SPDX-License-Identifier: MIT */
/* Questions to the database: a job each, and what is answered then. */
#ifndef GAME_READS_H
#define GAME_READS_H

#include <mortise/jobs.h>

#include <common/record.h>

#define READS_JOB "read"

/* Asks, for a reply or for nobody (0). 0 or MORTISE_ELIMIT: too many jobs
 * wait. */
int reads_start(const struct record *ask, mortise_reply reply);
/* The `done` of the job. */
void reads_done(mortise_job job, const mortise_done *done);

#endif
