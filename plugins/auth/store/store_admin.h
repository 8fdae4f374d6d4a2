/* SPDX-License-Identifier: MIT */
/* What administrators have written down, and what they read. All of it, but for
 * loading, within a transaction, and with the errors of store.h. */
#ifndef AUTH_STORE_ADMIN_H
#define AUTH_STORE_ADMIN_H

#include "rights/bans.h"
#include "rights/permits.h"
#include "store/store.h"

/* --- Roles */

/* Adds what the database permits to a role; has the signature of `more` of
 * roles_expand(). */
int store_permissions_of(const char *role, struct permits *ret);
/* These words and nothing else. */
int store_permissions_set(const char *role, const char *words);
int store_user_set_roles(const char *id, const char *words);
/* Tells of each role that has permissions. On the loop, at the start. */
int store_permissions_load(int (*call)(const char *role, const char *words));

/* --- Bans */

/* In place of one that there is of the same; sets the id. */
int store_ban_add(struct ban_row *row);
int store_ban_by_id(int64_t id, struct ban_row *ret);
int store_ban_remove(int64_t id);
/* The one of an account or its device that lasts longest. */
int store_ban_of(const char *user, const char *device, int64_t now,
                 struct ban_row *ret);
/* Tells of each that has not ended. On the loop, at the start. */
int store_bans_load(int64_t now, int (*call)(const struct ban_row *row));

/* Calls with the roles of each account that has a session on this device, until
 * one call gives something else than 0, which is returned. */
int store_device_users(const char *device,
                       int (*call)(const char *roles, void *data), void *data);

/* Calls with the roles of each account that has some, but for one, until a call
 * gives something else than 0, which is returned. It may read roles. */
int store_users_with_roles(const char *but,
                           int (*call)(const char *roles, void *data),
                           void *data);

/* --- The audit of what administrators do; by "": the operator. *ret: the
 * number of the row, which only grows. */
int store_audit_act(const char *what, const char *user, const char *address,
                    const char *detail, const char *by, int64_t now,
                    int64_t *ret);

/* --- Lists: adds a FIELD_ROW for each, and FIELD_NEXT when there are more.
 * What is asked for is in the record of who asks: FIELD_AFTER, FIELD_LIMIT and
 * the filters. */

int store_list_users(mortise_str ask, int64_t now, struct record *ret);
int store_list_bans(mortise_str ask, int64_t now, struct record *ret);
int store_list_audit(mortise_str ask, int64_t now, struct record *ret);
/* One of these three, in a transaction of its own that only reads: outside of
 * any other. */
int store_list(int (*list)(mortise_str ask, int64_t now, struct record *ret),
               mortise_str ask, int64_t now, struct record *ret);
/* All of a user's sessions; there is no next page. */
int store_list_sessions(const char *user, int64_t now, struct record *ret);

#endif
