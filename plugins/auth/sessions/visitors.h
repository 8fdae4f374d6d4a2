/* SPDX-License-Identifier: MIT */
/*
 * Who has come with a token of another issuer: a session like any other, but in
 * memory alone, and it cannot be renewed, only shown again with another token.
 * One is found by the token that it was made of, so the signature of a token is
 * checked once, on the loop: it takes some 20 to 70 us, and there is no other
 * time to do it, for who joins is let in or refused at once.
 *
 * A visitor without sockets may be forgotten at any time; its token is checked
 * again then.
 */
#ifndef AUTH_VISITORS_H
#define AUTH_VISITORS_H

#include "sessions/sessions.h"

/* The session of a token that is none of ours. NULL: it is not good, or was
 * sent from an address from which too many were not; why is in the log, at
 * level debug. Lives until the callback returns, or as long as it has
 * sockets. */
struct session *visitors_by_token(const char *token, const char *address);
/* By id; NULL. */
struct session *visitors_find(const char *id);
/* By the user: of several the one that ends last, which was issued last; NULL:
 * nobody has come with a token of theirs, or it is forgotten. */
struct session *visitors_by_user(const char *user);

/* The keys are others now: each token is checked again when it is shown again.
 * Sockets stay. */
void visitors_doubt(void);
/* Forgets those that have expired. */
void visitors_purge(int64_t now);

/* Those with sockets; their tokens are checked again afterwards. */
int visitors_save(mortise_saving to);
int visitors_restore(mortise_saved from);
void visitors_free(void);

#endif
