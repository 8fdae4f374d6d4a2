/* SPDX-License-Identifier: MIT */
/*
 * Who hears of it when an account was deleted, or a guest's expired: services
 * of other plugins, by the names in the settings. Each is asked once, with the
 * user's id, when the account is gone from the database; what does not say {ok:
 * true} is named in the log, for the operator.
 */
#ifndef AUTH_FORGETS_H
#define AUTH_FORGETS_H

#include <stdbool.h>

#include <mortise/plugin.h>

/* The setting "forget". In init. 0, or an error, which has been logged. */
int forgets_read(mortise_value settings);
/* Guests that are removed in one job, so many of these apart, when others are
 * to hear of each. */
enum { FORGETS_AT_ONCE = 20, FORGETS_MS = 1000 };

/* Whether anybody is to hear of it. */
bool forgets_any(void);
void forgets_tell(const char *user);
/* Tells of the guests that a job has removed (store_purge_guests()): whether
 * there may be more of them. */
bool forgets_tell_guests(mortise_str record);

#endif
