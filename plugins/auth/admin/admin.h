/* SPDX-License-Identifier: MIT */
/*
 * What administrators can ask for, be it by HTTP, over a socket or as commands
 * of the operator: the rules that need no database, the job (work_admin.h) that
 * does the rest. What becomes of it: force.h.
 */
#ifndef AUTH_ADMIN_H
#define AUTH_ADMIN_H

#include "front/caller.h"
#include "record.h"

/* op: one of OP_ADMIN_; args: an object with the members that README.md names,
 * numbers also as texts. Answers in any case. */
void admin_ask(const struct caller *caller, enum op op, mortise_value args);

#endif
