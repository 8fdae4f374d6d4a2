/* SPDX-License-Identifier: MIT */
/*
 * Who hears of it when an account was deleted: services of other plugins, by
 * the names in the settings. Each is asked once, with the user's id, when the
 * account is gone from the database; what does not say {ok: true} is named in
 * the log, for the operator.
 */
#ifndef AUTH_FORGETS_H
#define AUTH_FORGETS_H

#include <mortise/plugin.h>

/* The setting "forget". In init. 0, or an error, which has been logged. */
int forgets_read(mortise_value settings);
void forgets_tell(const char *user);

#endif
