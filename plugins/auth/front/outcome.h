/* SPDX-License-Identifier: MIT */
/*
 * What a job has brought about. It counts at once here: in the tables in
 * memory, for the sockets whose session has ended, for other plugins. Who has
 * asked is told by what stands above (answers.h, admin/admin.h).
 */
#ifndef AUTH_OUTCOME_H
#define AUTH_OUTCOME_H

#include <mortise/jobs.h>

#include "front/caller.h"
#include "record.h"
#include "rights/bans.h"

/* The name of a job says whom its cookie is about. */
#define JOB_REQUEST "request"
#define JOB_REPLY   "reply"
#define JOB_ORDER   "order"
#define JOB_NOBODY  "nobody"

struct outcome {
    struct caller to; /* only by which way they have asked */
    enum op op;
    enum status status;
    struct ban ban;     /* with STATUS_BANNED */
    mortise_str record; /* what the job has given; lives as long as `done` */
};

void outcome_take(const mortise_done *done, struct outcome *ret);

/* Whether there is a new session when it is done. */
bool opens_session(enum op op);

#endif
