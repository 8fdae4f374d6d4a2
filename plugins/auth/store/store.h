/* SPDX-License-Identifier: MIT */
/*
 * The database: SQLite in a file, with a write-ahead log. One connection for
 * each build of the plugin, and a lock around it: jobs run on several threads,
 * and hold it from store_begin() to store_end(), which is one transaction.
 * What is slow, such as Argon2id, is done outside. During a reload the jobs of
 * the old build go on with their own connection; SQLite keeps the two apart.
 *
 * All SQL is in store*.c, with bound parameters only. Times are milliseconds
 * since 1970. But for opening and loading nothing here is for the loop.
 */
#ifndef AUTH_STORE_H
#define AUTH_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "accounts/names.h"
#include "accounts/passwords.h"
#include "record.h"
#include "secrets/tokens.h"

enum { ROLES_SIZE = 257, ADDRESS_SIZE = 64, AGENT_SIZE = 121 };

struct user {
    char id[ID_SIZE], name[NAME_SIZE], email[EMAIL_SIZE];
    char password[PASSWORD_HASH_SIZE]; /* "": a guest */
    char roles[ROLES_SIZE];            /* words with a space between */
};

struct session_row {
    char id[ID_SIZE], user[ID_SIZE];
    char access[HASH_TEXT_SIZE], refresh[HASH_TEXT_SIZE]; /* hashes */
    int64_t access_ends, refresh_ends, created, used;
    char address[ADDRESS_SIZE], agent[AGENT_SIZE];
    char roles[ROLES_SIZE]; /* of the user, when loaded */
    char name[NAME_SIZE];   /* the same */
    bool guest;
    bool brief;                  /* not to be kept beyond the browser */
    char device[HASH_TEXT_SIZE]; /* the hash of what it was shown; "": none */
};

/* Ids of sessions that were ended, one behind the other. */
enum { ENDED_MAX = 64 };

struct ended {
    size_t n;
    char ids[ENDED_MAX * (ID_SIZE - 1) + 1];
};

/* Opens the file, made when it is not there, and brings its tables up to date
 * in one transaction. 0, or an error, which has been logged. */
int store_open(const char *file);
/* Nobody may be using it any more. */
void store_close(void);

/* Begins a transaction, which has the database to itself; 0, or an error,
 * which has been logged and needs no store_end(). */
int store_begin(void);
/* Whether the last who has tried could not, for somebody else has it. */
bool store_is_stuck(void);
/* Ends it: keeps what was done when `error` is 0, and it can be; else nothing
 * of it. Returns the error. */
int store_end(int error);

/* --- Within a transaction: 0; MORTISE_ENOENT; MORTISE_ELIMIT, when something
 * of that name is there already; MORTISE_ENOSYS, which has been logged. */

/* By a name or e-mail in lower case, by id, or by the hash of the device. */
int store_user_by_login(const char *login, struct user *ret);
int store_user_by_id(const char *id, struct user *ret);
int store_user_by_device(const char *hash, struct user *ret);
/* Adds one; empty members and a NULL device are not there. */
int store_user_add(const struct user *user, const char *device, int64_t now);
/* The hash of a guest's device is this from now on. */
int store_user_set_device(const char *id, const char *device);
/* The user was here. */
int store_user_used(const char *id, int64_t now);
/* Makes a guest an account; ENOENT: it is none any more. */
int store_user_promote(const struct user *user);
/* ENOENT: the password is not `old` any more. */
int store_user_set_password(const char *id, const char *old,
                            const char *password);
/* With its sessions, whose ids are added to ended; of what the audit has about
 * it address and details are gone. */
int store_user_delete(const char *id, struct ended *ended);
/* What is kept, as the text of a JSON object. */
int store_user_json(enum op what, const char *id, const char *session,
                    int64_t now, struct record *ret);

/* --- Sessions, as above. ELIMIT: more have ended at once than can be told. */

int store_session_add(const struct session_row *row);
int store_session_by_id(const char *id, struct session_row *ret);
int store_session_rotate(const struct session_row *row, int64_t now);
/* How many of a user have not ended. */
int store_sessions_count(const char *user, int64_t now, int64_t *ret);
/* Ends one; ENOENT: it is none of this user's. */
int store_session_end(const char *user, const char *id, struct ended *ended);
/* All of a user's but the `keep` that were used last; `but` ("": none) is kept
 * in any case. */
int store_sessions_end(const char *user, const char *but, int64_t keep,
                       struct ended *ended);
/* Tells of each session that has not ended. On the loop, at the start. */
int store_sessions_load(int64_t now,
                        int (*call)(const struct session_row *row));

/* --- One-time codes, one of a kind for a user */

struct code_row {
    char hash[HASH_TEXT_SIZE]; /* "": it is used up */
    int64_t ends, tries;       /* that are left */
    int64_t made, since;       /* how many, and since when those are counted */
};

int store_code_get(const char *user, const char *kind, struct code_row *ret);
int store_code_put(const char *user, const char *kind,
                   const struct code_row *code);
/* None of the user's is good any more. 0 also when there is none. */
int store_codes_end(const char *user);

/* From when on something is not kept any more. */
struct purge {
    int64_t now;   /* sessions and codes that end before */
    int64_t audit; /* audit rows that were written before */
    int64_t tries; /* wrong tries of which the last was before */
};

enum { GUESTS_AT_ONCE = 100 };

/* Removes what is over. */
int store_purge(const struct purge *before);

/* Removes guests that have no session any more and were not seen since then, at
 * most max (of GUESTS_AT_ONCE), so that nobody waits long. ret: how many; gone
 * (NULL: nobody asks) has a FIELD_ROW for each, its id. */
int store_purge_guests(int64_t before, int64_t now, int64_t max,
                       struct record *gone, int64_t *ret);

/* --- Wrong tries, by the keys of tokens_count_key() */

enum { TRY_KEY_SIZE = 16 };

/* One more; those of `since` and before are forgotten. */
int store_try_add(const unsigned char key[static TRY_KEY_SIZE], int64_t now,
                  int64_t since);
/* 0 also when there is none. */
int store_try_forget(const unsigned char key[static TRY_KEY_SIZE]);
/* Tells of those after `since`, the newest `most` of them, the oldest first. On
 * the loop, at the start. */
int store_tries_load(int64_t since, int64_t most,
                     int (*call)(const unsigned char *key, int64_t value,
                                 int64_t at));

/* Writes down that it happened; user and detail may be "". */
int store_audit(const char *what, const char *user, const char *address,
                const char *detail, int64_t now);

#endif
