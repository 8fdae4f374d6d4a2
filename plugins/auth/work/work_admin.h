/* SPDX-License-Identifier: MIT */
/*
 * What administrators do, in jobs. Whether they may is looked at here, in the
 * transaction that does it: of two who take each other's roles away at the same
 * time, one comes too late.
 *
 * Nobody gives, takes or acts against what they have not themselves: whose
 * roles may more than those of who asks is out of reach. And nobody can take
 * from themselves what they need to undo it, so one who can is always left.
 * The operator (FIELD_ACTOR "") may all.
 */
#ifndef AUTH_WORK_ADMIN_H
#define AUTH_WORK_ADMIN_H

#include "record.h"
#include "store/store.h"

#define MAY_USERS    "auth.users"
#define MAY_ROLES    "auth.roles"
#define MAY_SESSIONS "auth.sessions"
#define MAY_BAN      "auth.ban"
#define MAY_AUDIT    "auth.audit"

#define WORK_OPERATOR "operator" /* who did it, in the audit */

/* Within a transaction: by an id, a name or an e-mail; ENOENT. */
int work_find_user(const char *who, struct user *ret);
/* The same: 1: nobody else could give anybody roles any more if this account
 * were gone; 0; or an error of the store. */
int work_is_last(const struct user *user);
/* What is needed for one of OP_ADMIN_. */
const char *work_admin_needs(enum op op);

enum status work_admin(enum op op, mortise_str ask, struct record *out);

#endif
