/* SPDX-License-Identifier: MIT */
/*
 * Passwords that are guessed. Wrong ones are counted for the account that was
 * named and for the address that asks (network.h). After `lockout.tries` of
 * them each further one locks for twice as long as the one before, from
 * `lockout.seconds` to `lockout.secondsMax`. An account is what somebody
 * typed, whether it exists or not: being locked says nothing about that. A day
 * without a wrong one forgets all.
 *
 * A try counts as wrong from its beginning, so many at once get no further than
 * one after the other.
 */
#ifndef AUTH_LOCKOUT_H
#define AUTH_LOCKOUT_H

#include <mortise/state.h>

enum { LOCKOUT_FORGET_MS = 24 * 3600 * 1000 };

/* By what the wrong tries of an account and of an address are counted: kinds of
 * tokens_count_key(), also for who keeps them (store.h). */
enum { LOCKOUT_LOGIN = 1, LOCKOUT_ADDRESS = 2 };

/* Begins a try. 0, or for how many ms the account or the address is locked:
 * then there may be none. */
int64_t lockout_try(const char *login, const char *address);
/* It was right: the account's count is over, the address has one try less. */
void lockout_right(const char *login, const char *address);
/* It came to nothing, and so was neither. */
void lockout_undo(const char *login, const char *address);

/* The account's count is over. */
void lockout_forget(const char *login);
/* What the database has: `value` wrong tries, the last at this time. 0 or
 * MORTISE_ENOMEM. */
int lockout_load(const unsigned char *key, int64_t value, int64_t at);

int lockout_save(mortise_saving to);
int lockout_restore(mortise_saved from);
void lockout_free(void);

#endif
