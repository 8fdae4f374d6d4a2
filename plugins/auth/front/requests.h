/* SPDX-License-Identifier: MIT */
/*
 * What can be asked for, by whatever way: the rules that need no database, and
 * the job that does the rest. `args` is the object that the client has sent.
 */
#ifndef AUTH_REQUESTS_H
#define AUTH_REQUESTS_H

#include "front/caller.h"
#include "options.h"

/* Whether this address may ask so often; else answers. */
bool request_allowed(const struct caller *caller, enum rate rate);
/* Whether who asks is not banned, be it by what is shown as the secret of a
 * device ("": nothing); else answers. */
bool request_welcome(const struct caller *caller, const char *device);
/* Whether each of the members is there, and a text; else answers. The last one
 * is NULL. */
bool request_has(const struct caller *caller, mortise_value args, ...);
/* Whether somebody is signed in, with an account or as a guest of ours, and not
 * banned; else answers. */
bool request_signed_in(const struct caller *caller);

void request_guest(const struct caller *caller, mortise_value args);
void request_register(const struct caller *caller, mortise_value args);
void request_login(const struct caller *caller, mortise_value args);
/* cookie: the token came by a cookie, and the new ones go there. */
void request_refresh(const struct caller *caller, const char *token,
                     bool cookie);
void request_logout(const struct caller *caller);
/* All sessions of the user; others: but for the one that asks. */
void request_end_all(const struct caller *caller, bool others);
void request_password(const struct caller *caller, mortise_value args);
/* A code for who has forgotten the password; the answer is the same whether
 * there is such an account or not. */
void request_reset(const struct caller *caller, mortise_value args);
/* The code, and a new password. */
void request_reset_confirm(const struct caller *caller, mortise_value args);
void request_delete(const struct caller *caller, mortise_value args);
void request_revoke(const struct caller *caller, const char *session);
/* OP_ME, OP_SESSIONS, OP_EXPORT. */
void request_read(const struct caller *caller, enum op op);

#endif
