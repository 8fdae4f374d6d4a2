/* SPDX-License-Identifier: MIT */
/*
 * What is done on the threads of the pool: passwords and the database. A job
 * is given a record (record.h) that says all there is to know, and gives one
 * back that says all that the answer needs. It remembers nothing, so a reload
 * may come between the two.
 */
#ifndef AUTH_WORK_H
#define AUTH_WORK_H

#include <mortise/jobs.h>

/* The `work` of the job "auth". */
int work_run(const mortise_work *work);

#endif
