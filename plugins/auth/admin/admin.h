/* SPDX-License-Identifier: MIT */
/*
 * What administrators can ask for, be it by HTTP, over a socket or as commands
 * of the operator: the rules that need no database, the job (work_admin.h) that
 * does the rest, and what becomes of it here: it counts at once, for all
 * sessions and sockets that it is about.
 */
#ifndef AUTH_ADMIN_H
#define AUTH_ADMIN_H

#include "front/caller.h"
#include "store/record.h"

/* op: one of OP_ADMIN_; args: an object with the members that README.md names,
 * numbers also as texts. Answers in any case. */
void admin_ask(const struct caller *caller, enum op op, mortise_value args);

/* What a job has changed. */
void admin_apply(enum op op, mortise_str record);
/* The answer to one that has succeeded. */
mortise_value admin_answer(enum op op, mortise_str record);

/* The database's bans and permissions of roles, when it has been opened. 0, or
 * an error, which has been logged. */
int admin_load(void);

#endif
