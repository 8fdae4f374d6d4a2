/* SPDX-License-Identifier: MIT */
/*
 * Who is banned, in memory: asked on the loop for everybody who comes, signs in
 * or asks. The database has the same, for good; loaded when it is opened, by
 * each build, and changed when the job of an administrator is done.
 *
 * A ban is of an account, of a device or of a range of addresses, and there is
 * one of each at most. It ends by itself.
 */
#ifndef AUTH_BANS_H
#define AUTH_BANS_H

#include <stdbool.h>
#include <stdint.h>

#include "rights/ranges.h"
#include "secrets/tokens.h"

enum { BANS_MAX = 10000, BAN_REASON_SIZE = 801, BAN_SUBJECT_SIZE = 200 };
enum ban_kind { BAN_USER, BAN_DEVICE, BAN_ADDRESS };

/* In the order of enum ban_kind: as the database and clients have them. */
extern const char *const ban_kinds[];

struct ban_row {
    int64_t id; /* a later one has a higher one */
    enum ban_kind kind;
    /* A user's id, also of another issuer; a device's hash; or a range. */
    char subject[BAN_SUBJECT_SIZE];
    char reason[BAN_REASON_SIZE];
    char by[ID_SIZE];       /* the user who has banned; "": the operator */
    int64_t until, created; /* ms since 1970; until 0: for good */
};

/* What is needed to refuse somebody. */
struct ban {
    int64_t id, until;
    enum ban_kind kind;
    const char *reason; /* for people; "" when none was given */
};

/* Who comes; NULL or "": is not known. */
struct ban_asker {
    const char *user, *device, *address;
};

/* 0; ENOMEM; ELIMIT: there are too many. One that has been lifted already, or
 * that a later one has replaced, is not taken. */
int bans_put(const struct ban_row *row);
void bans_lift(int64_t id);
/* Whether there is room for one more. */
bool bans_room(void);

/* Whether they are banned; of several bans the one that lasts longest. Lives
 * until the next change. */
bool bans_find(const struct ban_asker *asker, struct ban *ret);
/* Whether this ban is one of theirs. */
bool ban_fits(const struct ban_row *row, const struct ban_asker *asker);

/* Forgets those that have ended. */
void bans_purge(int64_t now);
void bans_free(void);

#endif
