/* SPDX-License-Identifier: MIT */
/*
 * What roles may beyond the settings, as the database has it, in memory: who
 * may what is answered on the loop at once. Loaded when the database is opened,
 * by each build; changed when the job of an administrator is done.
 */
#ifndef AUTH_GRANTS_H
#define AUTH_GRANTS_H

#include <mortise/plugin.h>

#include "rights/roles.h"
#include "sessions/sessions.h"

/* A role may all of these words, and nothing else, by the database; "":
 * nothing any more. `order`: of two changes the one with the higher counts,
 * whichever is told first. 0; ENOMEM; ELIMIT: there are too many roles. */
int grants_set(const char *role, const char *words, int64_t order);
/* The words; "" when there are none. */
const char *grants_find(const char *role);
/* The i-th role that has some, or had; NULL behind the last. */
const char *grants_at(uint32_t i);
/* Whether anybody has ever heard of this role: the settings, their gates, or
 * the database. */
bool grants_known(const char *role);

/* What a session is and may. */
void grants_of(const struct session *session, struct permits *ret);
/* Whether it may this, or is it. */
bool grants_allow(const struct session *session, const char *name);
/* What who has these roles is and may. */
void grants_expand(const char *words, bool guest, struct permits *ret);

void grants_free(void);

#endif
