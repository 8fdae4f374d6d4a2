/* SPDX-License-Identifier: MIT */
/* Sessions as jobs see them. All but the last two within a transaction. */
#ifndef AUTH_WORK_SESSION_H
#define AUTH_WORK_SESSION_H

#include "store/store.h"

/* No store says these: the policy is one session, the first, and it is there;
 * the account or its device is banned. */
enum { WORK_REFUSED = -1000, WORK_BANNED = -1001 };

/* What is answered to one of them; STATUS_OK: it is none. */
enum status work_refusal(int error);

/* A new session of this user, with new tokens, in place of the one that the
 * asker has been using (FIELD_OLD), if it is still there. Ends those that are
 * too many. 0, one of
 * the above, or an error of the store. */
int work_open_session(const struct user *user, mortise_str ask,
                      struct record *out);
/* Ends all of a user's but one. */
int work_end_sessions(const char *user, const char *but, struct record *out);
/* An audit row with the address of who asks. */
int work_audit(const char *what, const char *user, mortise_str ask,
               const char *detail);

/* The try of FIELD_LOGIN from FIELD_ADDRESS was wrong: it is kept, so that a
 * restart does not forget it. */
int work_count_wrong(mortise_str ask);
/* The account's wrong tries are over. */
int work_forget_wrong(const char *login);

/* OP_REFRESH, and OP_LOGOUT or OP_REVOKE. */
enum status work_refresh(mortise_str ask, struct record *out);
enum status work_end_session(mortise_str ask, struct record *out);
enum status work_end_all(mortise_str ask, struct record *out);

#endif
