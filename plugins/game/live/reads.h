/* SPDX-License-Identifier: MIT */
/* Questions to the database: a job each. answers.h is told what it says. */
#ifndef GAME_READS_H
#define GAME_READS_H

#include <mortise/jobs.h>

#include <common/record.h>

#define READS_JOB "read"

/* Asks, for a reply or for nobody (0). 0 or MORTISE_ELIMIT: too many jobs
 * wait. */
int reads_start(const struct record *ask, mortise_reply reply);

#endif
