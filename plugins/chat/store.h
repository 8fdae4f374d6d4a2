/* SPDX-License-Identifier: MIT */
/*
 * The database: what is in it, and the questions that all store_*.c have. What
 * is written there is done by the grouped writer (common/writer.h) with one
 * connection; reads have another one, and see what was committed.
 *
 * Each operation is one function: 0, a refusal (fields.h), which takes back
 * what it has written, or a MORTISE_E code. The clock is mortise_now().
 *
 * One counter numbers everything that happens to messages. A message's id is
 * its number when it was written, its `rev` the number of its last change, so
 * "all that has changed since" is one range of `rev`.
 */
#ifndef CHAT_STORE_H
#define CHAT_STORE_H

#include <stdbool.h>

#include <common/database.h>

#include "fields.h"

extern struct database *store_writer, *store_reader;

/* On the loop: opens the file and brings its tables up to date. 0, or an
 * error, which has been logged. */
int store_open(void);
/* Nobody may be using it any more. */
void store_close(void);

/* The value of the first column of the first row: 0; MORTISE_ENOENT: there is
 * no row; MORTISE_ENOSYS. */
int store_int(struct database *db, sqlite3_stmt *bound, int64_t *ret);
/* Runs what may change nothing. */
int store_run(struct database *db, sqlite3_stmt *bound);
/* The next number of the counter. */
int store_count(struct database *db, int64_t *ret);

/* --- where somebody stands in a room */

struct standing {
    int64_t room, last, slow; /* slow: seconds between two messages */
    enum room_kind kind;
    enum role role;
    int64_t said, read; /* of the user: when, and up to where */
};

/* That of FIELD_USER in FIELD_ROOM. REFUSED_NO_ROOM, also for who may not know
 * of it. */
int store_standing(struct database *db, mortise_str ask, struct standing *ret);
/* The same; REFUSED_NOT_IN_ROOM. */
int store_member(struct database *db, mortise_str ask, struct standing *ret);
/* The role of another one; ROLE_NONE. */
int store_role(struct database *db, int64_t room, const char *user,
               enum role *ret);
/* Whether the one who asks may moderate there. */
bool store_moderates(const struct standing *standing, mortise_str ask);

enum sanction { SANCTION_MUTE = 1, SANCTION_BAN };

/* 0, or `refusal` with FIELD_UNTIL and FIELD_REASON in the answer when such a
 * sanction holds for FIELD_USER, in the room or everywhere. */
int store_sanction(struct database *db, int64_t room, mortise_str ask,
                   enum sanction kind, enum refusal refusal,
                   struct record *answer);
/* A row of the moderation log; target, message and detail may be "" or 0. */
int store_log(struct database *db, int64_t room, mortise_str ask,
              const char *what, const char *target, int64_t message,
              const char *detail);
/* The name under which a user is known: MORTISE_ENOENT. */
int store_name(struct database *db, const char *user, char ret[NAME_SIZE]);

/* --- operations that write */

typedef int store_operation(struct database *db, mortise_str ask,
                            struct record *answer);

store_operation store_hello, store_join, store_leave, store_forget;
store_operation store_create, store_invite, store_direct, store_topic;
store_operation store_set_role;
store_operation store_say, store_edit, store_delete;
store_operation store_read, store_react;
/* Of the anonymous users of the server before nobody is there any more. */
store_operation store_start;
store_operation store_clean;

/* --- reads */

store_operation store_history, store_search, store_who, store_rooms;

/* --- what they share */

/* Remembers who asks, or refuses the name. */
int store_meet(struct database *db, mortise_str ask);
/* The user that FIELD_TARGET means, by id; a text that begins with "@" is a
 * name. Put into the answer too, with the name. REFUSED_NO_USER. */
int store_find_user(struct database *db, mortise_str ask, char ret[USER_SIZE],
                    struct record *answer);
/* 0, or REFUSED_POWER when the user does not want to hear of this one. */
int store_ignores(struct database *db, const char *user, const char *whom);
/* Whom the user ignores, as FIELD_IGNORED. */
int store_put_ignored(struct database *db, const char *user,
                      struct record *answer);
/* Members of a room, from the one at this place on, as FIELD_MEMBER. */
int store_who_of(struct database *db, int64_t room, int64_t from,
                 struct record *answer);

/* Puts all about a room that this member sees into a record. */
int store_info(struct database *db, int64_t room, const char *user,
               struct record *ret);
/* The same as FIELD_INFO of an answer. */
int store_put_info(struct database *db, int64_t room, const char *user,
                   struct record *answer);
/* A member no more; 0 also when they were none. */
int store_remove_member(struct database *db, int64_t room, const char *user);
/* Puts a message, as `user` sees it, as FIELD_MESSAGE. REFUSED_NO_MESSAGE. */
int store_message(struct database *db, int64_t id, const char *user,
                  struct record *answer);
/* The row that a statement with STORE_MESSAGE_COLUMNS stands at, the same. */
int store_put_message(struct database *db, sqlite3_stmt *row, const char *user,
                      struct record *answer);
#define STORE_MESSAGE_COLUMNS                                                  \
    "m.id, m.rev, r.address, m.user, m.name, m.text, m.at, m.edited,"          \
    " m.deleted, m.reply"

#endif
