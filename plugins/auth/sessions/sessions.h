/* SPDX-License-Identifier: MIT */
/*
 * The live sessions, in memory: who has shown which access token is found
 * without the database, at once. What the database has is the truth; each
 * change is made there first, in a job, and here when the job is done.
 *
 * Jobs may be done in another order than they were in the database. So an id
 * that was ended stays as a gravestone for a while, and a session of that id
 * cannot be added afterwards.
 */
#ifndef AUTH_SESSIONS_H
#define AUTH_SESSIONS_H

#include <mortise/state.h>

#include <common/map.h>
#include "store/store.h"

struct session {
    struct map_node by_id, by_access, by_user;
    char id[ID_SIZE], name[NAME_SIZE];
    char access[HASH_TEXT_SIZE];
    int64_t access_ends, refresh_ends;
    bool guest;
    bool ended; /* a gravestone: nothing but the id counts */
    char *roles;
    char device[HASH_TEXT_SIZE]; /* the hash of what it was shown; "": none */
    struct attached *sockets;    /* attached.h */
    bool visitor; /* with a token of another issuer: visitors.h */
    char user[];  /* the id; of ours ID_SIZE, a visitor's is longer */
};

/* A session that a job, the database or the build before tells of. NULL: it
 * has been ended already, there are too many, or memory is out. */
struct session *sessions_add(const struct session_row *row);
/* A new access token, as after a refresh. NULL as above. */
struct session *sessions_renew(const struct session_row *row);
/* Whether there is room for one more. */
bool sessions_room(void);

/* By id; NULL: there is none, or it has ended. */
struct session *sessions_find(const char *id);
/* Whether that is so because it has ended. */
bool sessions_has_ended(const char *id);
/* By the access token that somebody shows; NULL too when that has expired. */
struct session *sessions_by_token(const char *token);

/* A user has these roles from now on: in all sessions, and in those that a job
 * tells of in the next minute, which may have looked before. `order`: of two
 * changes the one with the higher counts, whichever is told first. */
void sessions_set_roles(const char *user, const char *roles, int64_t order);

/* One of this user's that has not ended; NULL. */
struct session *sessions_by_user(const char *user);

/* Ends it. Its sockets must have been detached. */
void sessions_end(const char *id);
/* Forgets those whose refresh token has expired, and old gravestones. They
 * have no sockets any more: access tokens end first. */
void sessions_purge(int64_t now);

int sessions_save(mortise_saving to);
int sessions_restore(mortise_saved from);
/* All of them, for attached.c: NULL begins, NULL is the end. */
struct session *sessions_next(struct session *after);
void sessions_free(void);

#endif
