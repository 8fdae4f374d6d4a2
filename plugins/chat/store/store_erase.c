/* SPDX-License-Identifier: MIT */
/*
 * Users who are to be forgotten for good. What they have written is taken back,
 * a part in each operation, so that others need not wait for all of it.
 */
#include "store/store.h"

#include <stdio.h>

enum { PART = 500 };

/* Each gets a number of its own, so that who catches up hears of it. */
static int take_back(struct database *db, int64_t id)
{
    static const char s[] =
        "UPDATE messages SET user = 'deleted', name = '', text = '',"
        " key = NULL, rev = ?2, deleted = coalesce(deleted, ?3),"
        " deleter = coalesce(deleter, 'deleted') WHERE id = ?1";
    static const char edits[] = "DELETE FROM edits WHERE message = ?1";
    static const char mentions[] = "DELETE FROM mentions WHERE message = ?1";
    static const char reactions[] = "DELETE FROM reactions WHERE message = ?1";
    int64_t rev;
    int error = store_count(db, &rev);

    if (error == 0)
        error = database_run(
            db, database_bind(db, s, "iii", id, rev, mortise_now()));
    if (error == 0)
        error = store_run(db, database_bind(db, edits, "i", id));
    if (error == 0)
        error = store_run(db, database_bind(db, mentions, "i", id));
    return error == 0 ? store_run(db, database_bind(db, reactions, "i", id))
                      : error;
}

static int take_part_back(struct database *db, const char *user, int64_t *ret)
{
    static const char s[] = "SELECT id FROM messages WHERE user = ?1"
                            " ORDER BY id LIMIT ?2";
    sqlite3_stmt *row = database_bind(db, s, "ti", user, (int64_t)PART);
    int64_t ids[PART], n = 0;
    int error;

    while ((error = database_step(db, row)) == 1)
        ids[n++] = sqlite3_column_int64(row, 0);
    for (int64_t i = 0; i < n && error == 0; i++)
        error = take_back(db, ids[i]);
    *ret = n;
    return error;
}

/* What else there is about the user. */
static int forget(struct database *db, const char *user)
{
    static const char *const sql[] = {
        "DELETE FROM members WHERE user = ?1",
        "DELETE FROM invites WHERE user = ?1 OR by = ?1",
        "DELETE FROM mentions WHERE user = ?1",
        "DELETE FROM reactions WHERE user = ?1",
        "DELETE FROM ignores WHERE user = ?1 OR ignored = ?1",
        "DELETE FROM sanctions WHERE user = ?1",
        "UPDATE edits SET by = 'deleted' WHERE by = ?1",
        "UPDATE reports SET by = 'deleted:' || id WHERE by = ?1",
        "UPDATE log SET by = 'deleted', name = '' WHERE by = ?1",
        "UPDATE log SET target = 'deleted' WHERE target = ?1",
        "DELETE FROM users WHERE id = ?1",
    };
    int error = 0;

    for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]) && error == 0; i++)
        error = store_run(db, database_bind(db, sql[i], "t", user));
    return error;
}

/* As long as there is more, a server that starts goes on with it. The log does
 * not say who it was: that is forgotten, too. */
static int note(struct database *db, mortise_str ask, const char *user,
                bool more)
{
    static const char begin[] = "INSERT OR IGNORE INTO erasing VALUES(?1)";
    static const char end[] = "DELETE FROM erasing WHERE user = ?1";
    int error =
        database_run(db, database_bind(db, more ? begin : end, "t", user));
    bool ended = error == 0 || record_int(ask, FIELD_COUNT) == 0;

    if (error != 0 && error != MORTISE_ENOENT)
        return error;
    return !more && ended ? store_log(db, 0, ask, "erase", "", 0) : 0;
}

int store_put_erasing(struct database *db, struct record *answer)
{
    static const char s[] = "SELECT user FROM erasing LIMIT 100";
    sqlite3_stmt *row = database_bind(db, s, "");
    int found;

    while ((found = database_step(db, row)) == 1)
        record_put(answer, FIELD_TARGET,
                   (const char *)sqlite3_column_text(row, 0));
    return found;
}

int store_erase(struct database *db, mortise_str ask, struct record *answer)
{
    const char *wanted = record_text(ask, FIELD_TARGET);
    char user[USER_SIZE];
    int64_t n = 0;
    int error = 0;

    snprintf(user, sizeof(user), "%s", wanted);
    if (wanted[0] == '@')
        error = store_find_user(db, ask, user, answer);
    else
        record_put(answer, FIELD_TARGET, user);
    if (error == 0)
        error = store_put_rooms(db, user, answer);
    if (error == 0)
        error = take_part_back(db, user, &n);
    if (error == 0)
        error = forget(db, user);
    if (error == 0)
        error = note(db, ask, user, n == PART);
    record_put_int(answer, FIELD_COUNT, record_int(ask, FIELD_COUNT) + n);
    record_put_int(answer, FIELD_MORE, n == PART);
    return error;
}
