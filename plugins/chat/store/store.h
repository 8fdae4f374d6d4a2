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

/* 1, with FIELD_UNTIL and FIELD_REASON, when such a sanction holds for the user
 * in the room or everywhere: the one that lasts longest; 0. */
int store_find_sanction(struct database *db, int64_t room, const char *user,
                        enum sanction kind, struct record *ret);
/* 0, or `refusal` with FIELD_UNTIL and FIELD_REASON in the answer when such a
 * sanction holds for FIELD_USER, in the room or everywhere. */
int store_sanction(struct database *db, int64_t room, mortise_str ask,
                   enum sanction kind, enum refusal refusal,
                   struct record *answer);
/* REFUSED_BANNED, the same, when the one who asks is banned everywhere. */
int store_check_ban(struct database *db, mortise_str ask,
                    struct record *answer);
/* Remembers whether they may moderate everywhere. */
int store_note_powers(struct database *db, mortise_str ask);
/* A row of the moderation log, with FIELD_REASON and FIELD_UNTIL of the ask;
 * target and message may be "" or 0. */
int store_log(struct database *db, int64_t room, mortise_str ask,
              const char *what, const char *target, int64_t message);
/* The same with another detail than the reason. */
int store_log_detail(struct database *db, int64_t room, mortise_str ask,
                     const char *what, const char *target, int64_t message,
                     const char *detail);

/* --- operations that write */

typedef int store_operation(struct database *db, mortise_str ask,
                            struct record *answer);

store_operation store_hello, store_join, store_leave, store_forget;
store_operation store_create, store_invite, store_direct, store_topic;
store_operation store_set_role;
store_operation store_say, store_edit, store_delete;
store_operation store_read, store_react;
store_operation store_mute, store_unmute, store_kick, store_ban, store_unban;
store_operation store_slow, store_report, store_resolve;
store_operation store_ignore, store_unignore;
/* Of the anonymous users of the server before nobody is there any more. */
store_operation store_start;
store_operation store_clean, store_erase;

/* --- reads */

store_operation store_history, store_search, store_who, store_rooms;
store_operation store_sanctions, store_reports, store_log_page, store_trace;
store_operation store_typing;

/* --- what they share */

/* Remembers who asks, or refuses the name. FIELD_NAME of the answer: how they
 * are called. */
int store_meet(struct database *db, mortise_str ask, struct record *answer);
/* The user that FIELD_TARGET means, by id; a text that begins with "@" is a
 * name. Put into the answer too, with the name. REFUSED_NO_USER. */
int store_find_user(struct database *db, mortise_str ask, char ret[USER_SIZE],
                    struct record *answer);
/* 0, or REFUSED_POWER when the user does not want to hear of this one. */
int store_ignores(struct database *db, const char *user, const char *whom);
/* Takes a member out of a room, whose next owner is FIELD_HEIR when the last
 * one has gone; what they have to wait for in slow mode stays with them. */
int store_put_out(struct database *db, int64_t room, const char *user,
                  enum role role, struct record *answer);
/* Who may moderate there, as FIELD_MODERATOR. */
int store_put_moderators(struct database *db, int64_t room,
                         struct record *answer);
/* All reports of a message are settled. */
int store_close_reports(struct database *db, int64_t message, const char *by);
/* Whom the user ignores, as FIELD_IGNORED. */
int store_put_ignored(struct database *db, const char *user,
                      struct record *answer);
/* Members of a room whose names begin so, from the one at this place on, as
 * FIELD_MEMBER. */
int store_who_of(struct database *db, int64_t room, int64_t from,
                 const char *name, struct record *answer);

/* Users of whom only a part is erased so far, as FIELD_TARGET. */
int store_put_erasing(struct database *db, struct record *answer);
/* Takes rooms that are not listed away when nobody is there any more, or
 * nothing was said for a day. */
int store_clean_unlisted(struct database *db);
/* The rooms that the user is in, as FIELD_ROOM. */
int store_put_rooms(struct database *db, const char *user,
                    struct record *answer);
/* Puts all about a room that this member sees into a record. */
int store_info(struct database *db, int64_t room, const char *user,
               struct record *ret);
/* The same as FIELD_INFO of an answer. */
int store_put_info(struct database *db, int64_t room, const char *user,
                   struct record *answer);

struct written {
    int64_t id, at;
    bool own, deleted;
    char user[USER_SIZE];
};

/* The message that FIELD_ID means, and where the asker, a member, stands in
 * its room. REFUSED_NO_MESSAGE. */
int store_find_message(struct database *db, mortise_str ask,
                       struct standing *at, struct written *ret);
/* The same for who moderates there; of rooms of two, who moderates everywhere
 * does so with what was reported. REFUSED_POWER. */
int store_find_moderated(struct database *db, mortise_str ask,
                         struct standing *at, struct written *ret);

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
