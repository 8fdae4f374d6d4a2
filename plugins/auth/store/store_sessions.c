/* SPDX-License-Identifier: MIT */
#include "store/store_sql.h"

#include <string.h>

int store_session_add(const struct session_row *row)
{
    static const char s[] =
        "INSERT INTO sessions(id, user, access, access_ends, refresh,"
        " refresh_ends, created, used, address, agent, brief, device)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11)";

    return database_run(
        store_db, database_bind(store_db, s, "tttitiittin", row->id, row->user,
                                row->access, row->access_ends, row->refresh,
                                row->refresh_ends, row->created, row->address,
                                row->agent, (int64_t)row->brief, row->device));
}

#define COLUMNS                                                                \
    "SELECT s.id, s.user, s.access, s.access_ends, s.refresh, s.refresh_ends," \
    " s.created, s.address, s.agent, u.roles, u.password IS NULL, s.brief,"    \
    " s.device, u.name, s.used"                                                \
    " FROM sessions s JOIN users u ON u.id = s.user WHERE "

static void read_row(sqlite3_stmt *row, struct session_row *ret)
{
    database_text(row, 0, ret->id, sizeof(ret->id));
    database_text(row, 1, ret->user, sizeof(ret->user));
    database_text(row, 2, ret->access, sizeof(ret->access));
    ret->access_ends = sqlite3_column_int64(row, 3);
    database_text(row, 4, ret->refresh, sizeof(ret->refresh));
    ret->refresh_ends = sqlite3_column_int64(row, 5);
    ret->created = sqlite3_column_int64(row, 6);
    database_text(row, 7, ret->address, sizeof(ret->address));
    database_text(row, 8, ret->agent, sizeof(ret->agent));
    database_text(row, 9, ret->roles, sizeof(ret->roles));
    ret->guest = sqlite3_column_int(row, 10) != 0;
    ret->brief = sqlite3_column_int(row, 11) != 0;
    database_text(row, 12, ret->device, sizeof(ret->device));
    database_text(row, 13, ret->name, sizeof(ret->name));
    ret->used = sqlite3_column_int64(row, 14);
}

int store_session_by_id(const char *id, struct session_row *ret)
{
    static const char s[] = COLUMNS "s.id = ?1";
    sqlite3_stmt *row = database_bind(store_db, s, "t", id);
    int found = database_step(store_db, row);

    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    read_row(row, ret);
    database_done(row);
    return 0;
}

int store_session_rotate(const struct session_row *row, int64_t now)
{
    static const char s[] =
        "UPDATE sessions SET access = ?2, access_ends = ?3, refresh = ?4,"
        " refresh_ends = ?5, used = ?6, address = ?7 WHERE id = ?1";

    return database_run(store_db, database_bind(store_db, s, "ttitiit", row->id,
                                                row->access, row->access_ends,
                                                row->refresh, row->refresh_ends,
                                                now, row->address));
}

int store_sessions_count(const char *user, int64_t now, int64_t *ret)
{
    static const char s[] =
        "SELECT count(*) FROM sessions WHERE user = ?1 AND refresh_ends > ?2";
    sqlite3_stmt *row = database_bind(store_db, s, "ti", user, now);
    int found = database_step(store_db, row);

    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    *ret = sqlite3_column_int64(row, 0);
    database_done(row);
    return 0;
}

int store_session_end(const char *user, const char *id, struct ended *ended)
{
    static const char s[] = "DELETE FROM sessions WHERE id = ?1 AND user = ?2";
    int error;

    if (ended->n == ENDED_MAX)
        return MORTISE_ELIMIT;
    error = database_run(store_db, database_bind(store_db, s, "tt", id, user));
    if (error == 0) {
        memcpy(ended->ids + ended->n * (ID_SIZE - 1), id, strlen(id) + 1);
        ended->n++;
    }
    return error;
}

int store_sessions_end(const char *user, const char *but, int64_t keep,
                       struct ended *ended)
{
    static const char s[] =
        "SELECT id FROM sessions WHERE user = ?1 AND id <> ?2"
        " ORDER BY used DESC, created DESC LIMIT -1 OFFSET ?3";
    char ids[ENDED_MAX][ID_SIZE];
    sqlite3_stmt *row = database_bind(store_db, s, "tti", user, but, keep);
    int n = 0, found, error = 0;

    while ((found = database_step(store_db, row)) == 1) {
        if (n == ENDED_MAX) {
            database_done(row);
            return MORTISE_ELIMIT;
        }
        database_text(row, 0, ids[n++], ID_SIZE);
    }
    if (found < 0)
        return found;
    for (int i = 0; i < n && error == 0; i++)
        error = store_session_end(user, ids[i], ended);
    return error;
}

int store_sessions_load(int64_t now, int (*call)(const struct session_row *row))
{
    static const char s[] = COLUMNS "s.refresh_ends > ?1"
                                    " ORDER BY s.used";
    struct session_row session;
    int found, error = store_begin();

    if (error != 0)
        return error;
    sqlite3_stmt *row = database_bind(store_db, s, "i", now);
    while ((found = database_step(store_db, row)) == 1 && error == 0) {
        read_row(row, &session);
        error = call(&session);
    }
    if (found == 1)
        database_done(row);
    else if (found < 0)
        error = found;
    return store_end(error);
}
