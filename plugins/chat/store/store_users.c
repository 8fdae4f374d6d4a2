/* SPDX-License-Identifier: MIT */
/* Users, as the chat has met them. */
#include "store/store.h"

#include <stdio.h>
#include <string.h>

#include "filter/fold.h"
#include "options.h"

/* A name that nobody has but who is signed in with it. */
static int check_name(struct database *db, const char *user, const char *folded)
{
    static const char s[] = "SELECT 1 FROM users WHERE folded = ?1"
                            " AND guest = 0 AND id <> ?2";
    int64_t one;
    int error = store_int(db, database_bind(db, s, "tt", folded, user), &one);

    return error == 0                ? REFUSED_NAME_TAKEN
           : error == MORTISE_ENOENT ? 0
                                     : error;
}

/* A guest who comes back without a name has the one they had given themselves,
 * unless an account has it by now. */
static int keep_name(struct database *db, const char *user,
                     char name[NAME_SIZE])
{
    static const char s[] =
        "SELECT name FROM users WHERE id = ?1 AND guest = 1";
    sqlite3_stmt *row = database_bind(db, s, "t", user);
    char kept[NAME_SIZE], folded[FOLDED_SIZE];
    int found = database_step(db, row);

    if (found != 1)
        return found;
    database_text(row, 0, kept, sizeof(kept));
    database_done(row);
    fold_name(kept, folded);
    found = check_name(db, user, folded);
    if (found == 0)
        memcpy(name, kept, sizeof(kept));
    return found == REFUSED_NAME_TAKEN ? 0 : found;
}

int store_meet(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] =
        "INSERT INTO users(id, name, folded, guest, seen, powers)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id) DO UPDATE SET"
        " name = ?2, folded = ?3, guest = ?4, seen = ?5, powers = ?6";
    const char *user = record_text(ask, FIELD_USER);
    int64_t guest = record_int(ask, FIELD_GUEST);
    char name[NAME_SIZE], folded[FOLDED_SIZE];
    int error = 0;

    snprintf(name, sizeof(name), "%s", record_text(ask, FIELD_NAME));
    if (guest && strncmp(name, "guest-", strlen("guest-")) == 0)
        error = keep_name(db, user, name);
    fold_name(name, folded);
    if (error == 0 && guest)
        error = check_name(db, user, folded);
    record_put(answer, FIELD_NAME, name);
    if (error == 0)
        error = database_run(db, database_bind(db, s, "tttiii", user, name,
                                               folded, guest, mortise_now(),
                                               record_int(ask, FIELD_POWERS)));
    return error;
}

/* The user that is meant, by id; a text that begins with "@" is a name. */
int store_find_user(struct database *db, mortise_str ask, char ret[USER_SIZE],
                    struct record *answer)
{
    static const char by_name[] =
        "SELECT id, name FROM users WHERE folded = ?1 ORDER BY guest LIMIT 1";
    static const char by_id[] = "SELECT id, name FROM users WHERE id = ?1";
    const char *wanted = record_text(ask, FIELD_TARGET);
    char folded[FOLDED_SIZE];
    sqlite3_stmt *row;
    int found;

    if (wanted[0] == '@') {
        fold_name(wanted + 1, folded);
        row = database_bind(db, by_name, "t", folded);
    } else {
        row = database_bind(db, by_id, "t", wanted);
    }
    found = database_step(db, row);
    if (found != 1)
        return found < 0 ? found : REFUSED_NO_USER;
    database_text(row, 0, ret, USER_SIZE);
    record_put(answer, FIELD_TARGET, ret);
    record_put(answer, FIELD_TARGET_NAME,
               (const char *)sqlite3_column_text(row, 1));
    database_done(row);
    return 0;
}

int store_ignores(struct database *db, const char *user, const char *whom)
{
    static const char s[] =
        "SELECT 1 FROM ignores WHERE user = ?1 AND ignored = ?2";
    int64_t one;
    int error = store_int(db, database_bind(db, s, "tt", user, whom), &one);

    return error == 0 ? REFUSED_POWER : error == MORTISE_ENOENT ? 0 : error;
}

int store_put_ignored(struct database *db, const char *user,
                      struct record *answer)
{
    static const char s[] =
        "SELECT i.ignored, coalesce(u.name, '') FROM ignores i"
        " LEFT JOIN users u ON u.id = i.ignored WHERE i.user = ?1"
        " ORDER BY i.at";
    sqlite3_stmt *row = database_bind(db, s, "t", user);
    int found;

    while ((found = database_step(db, row)) == 1) {
        struct record each = {0};
        record_put(&each, FIELD_TARGET,
                   (const char *)sqlite3_column_text(row, 0));
        record_put(&each, FIELD_NAME,
                   (const char *)sqlite3_column_text(row, 1));
        record_put_bytes(answer, FIELD_IGNORED, record_bytes(&each));
        record_free(&each);
    }
    return found;
}

static int count_ignored(struct database *db, const char *user, int64_t *ret)
{
    static const char s[] = "SELECT count(*) FROM ignores WHERE user = ?1";

    return store_int(db, database_bind(db, s, "t", user), ret);
}

int store_ignore(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] = "INSERT INTO ignores(user, ignored, at)"
                            " VALUES(?1, ?2, ?3)";
    const char *user = record_text(ask, FIELD_USER);
    char whom[USER_SIZE];
    int64_t n = 0;
    int error = store_find_user(db, ask, whom, answer);

    if (error == 0 && strcmp(whom, user) == 0)
        return REFUSED_YOURSELF;
    if (error == 0)
        error = store_ignores(db, user, whom);
    record_put_int(answer, FIELD_REPEATED, error == REFUSED_POWER);
    if (error != 0)
        return error == REFUSED_POWER ? 0 : error;
    error = count_ignored(db, user, &n);
    if (error == 0 && n >= options.ignored_per_user)
        return REFUSED_TOO_MANY;
    return error == 0 ? database_run(db, database_bind(db, s, "tti", user, whom,
                                                       mortise_now()))
                      : error;
}

/* Also of somebody who is known no more. */
int store_unignore(struct database *db, mortise_str ask, struct record *answer)
{
    static const char s[] =
        "DELETE FROM ignores WHERE user = ?1 AND ignored = ?2";
    const char *wanted = record_text(ask, FIELD_TARGET);
    char whom[USER_SIZE];
    int error = store_find_user(db, ask, whom, answer);

    if (error == REFUSED_NO_USER && wanted[0] != '@') {
        record_put(answer, FIELD_TARGET, wanted);
        error = 0;
    }
    if (error == 0)
        error = database_run(
            db, database_bind(db, s, "tt", record_text(ask, FIELD_USER),
                              record_text(record_bytes(answer), FIELD_TARGET)));
    record_put_int(answer, FIELD_REPEATED, error == MORTISE_ENOENT);
    return error == MORTISE_ENOENT ? 0 : error;
}
