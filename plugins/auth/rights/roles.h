/* SPDX-License-Identifier: MIT */
/*
 * What the roles may, as the settings say: {"moderator": ["chat.mute"]}. Read
 * in init and never changed afterwards, so jobs may read it on other threads.
 * The database may add to it while the server runs: grants.h.
 */
#ifndef AUTH_ROLES_H
#define AUTH_ROLES_H

#include <mortise/plugin.h>

#include "rights/permits.h"

enum { ROLES_MAX = 64, ROLE_PERMISSIONS_MAX = 32 };

/* In init. 0, or an error, which has been logged. */
int roles_read(mortise_value settings);
void roles_free(void);
/* The permissions of a role, words with a space between; NULL: the settings do
 * not have it. */
const char *roles_find(const char *role);
/* The i-th of them, NULL behind the last. */
const char *roles_at(uint32_t i);

/*
 * What somebody is and may who has these roles: "guest" or "user", the words,
 * and what the settings and `more` add to each of them. 0, or what `more` has
 * failed with.
 */
int roles_expand(const char *words, bool guest,
                 int (*more)(const char *role, struct permits *ret),
                 struct permits *ret);

#endif
