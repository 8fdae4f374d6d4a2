/* SPDX-License-Identifier: MIT */
/*
 * Jobs are started here, and who has asked is told what has become of them.
 * Every answer is one object: what was asked for, or {error: {code, message}},
 * the same by HTTP and over a socket.
 */
#ifndef AUTH_ANSWERS_H
#define AUTH_ANSWERS_H

#include "front/outcome.h"

/* Starts a job for who asks, and frees the record. Answers when that cannot
 * be. Where a password will be looked at FIELD_LOGIN has the account, which
 * must have passed lockout_try(). */
void answers_start(const struct caller *caller, enum op op, struct record *ask);
/* Starts a job of which who asks is told nothing but {ok: true}, at once: not
 * even how long it takes can be seen. */
void answers_start_aside(const struct caller *caller, enum op op,
                         struct record *ask);
/* Answers what is known of a visitor: there is no row to read. */
void answers_visitor(const struct caller *caller);
/* Starts the job that cleans up, for nobody. */
void answers_purge(void);
/* The `done` of the jobs but those of administrators (admin/admin.h). */
void answers_done(mortise_job job, const mortise_done *done);
/* Tells who has asked. */
void answers_tell(const struct outcome *outcome);

/* Refuses at once; retry: in how many ms to come again, 0: that is not it. */
void answers_refuse(const struct caller *caller, int status, const char *code,
                    const char *message, int64_t retry);

/* The same for who is banned; reason "": none was given, until 0: for good. */
void answers_refuse_banned(const struct caller *caller, const char *reason,
                           int64_t until);
/* Answers with this value. */
void answers_give(const struct caller *caller, mortise_value value);

#endif
