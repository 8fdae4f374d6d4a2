/* SPDX-License-Identifier: MIT */
/* Whether somebody who comes is banned (bans.h), and in what words that is
 * said: {code: "banned", reason, until}, in errors of every kind. */
#ifndef AUTH_BANNED_H
#define AUTH_BANNED_H

#include "rights/bans.h"
#include "sessions/sessions.h"

/* A session (NULL: none), from an address (NULL: does not matter), and what was
 * shown as the device's secret ("": nothing). */
bool banned_find(const struct session *session, const char *address,
                 const char *device, struct ban *ret);

/* For people. */
const char *banned_message(const char *reason);
/* null where there is no reason, and no end. */
mortise_value banned_data(const char *reason, int64_t until);

#endif
