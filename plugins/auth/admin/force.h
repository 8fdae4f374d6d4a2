/* SPDX-License-Identifier: MIT */
/* What is in force: what administrators have changed counts at once, for all
 * sessions and sockets that it is about. */
#ifndef AUTH_FORCE_H
#define AUTH_FORCE_H

#include <mortise/jobs.h>

/* The database's bans and permissions of roles, when it has been opened. 0, or
 * an error, which has been logged. */
int force_load(void);

/* The `done` of the jobs that admin_ask() has started. */
void force_done(mortise_job job, const mortise_done *done);

#endif
