/* SPDX-License-Identifier: MIT */
#include "store/store_admin.h"

#include <stdio.h>
#include <string.h>

#include "rights/roles.h"
#include "store/store_sql.h"

/* --- roles */

int store_permissions_of(const char *role, struct permits *ret)
{
    static const char s[] = "SELECT permission FROM permissions"
                            " WHERE role = ?1 ORDER BY permission";
    sqlite3_stmt *row = database_bind(store_db, s, "t", role);
    char permission[PERMIT_SIZE];
    int found;

    while ((found = database_step(store_db, row)) == 1) {
        database_text(row, 0, permission, sizeof(permission));
        permits_add(ret, permission);
    }
    return found;
}

static int add_permission(const char *word, void *data)
{
    static const char s[] =
        "INSERT OR IGNORE INTO permissions(role, permission) VALUES(?1, ?2)";
    const char *role = data;
    int error =
        database_run(store_db, database_bind(store_db, s, "tt", role, word));

    return error == MORTISE_ENOENT ? 0 : error;
}

int store_permissions_set(const char *role, const char *words)
{
    static const char s[] = "DELETE FROM permissions WHERE role = ?1";
    char copy[ROLE_SIZE];
    int error = database_run(store_db, database_bind(store_db, s, "t", role));

    snprintf(copy, sizeof(copy), "%s", role);
    if (error != 0 && error != MORTISE_ENOENT)
        return error;
    return permits_each_word(words, add_permission, copy);
}

int store_user_set_roles(const char *id, const char *words)
{
    static const char s[] = "UPDATE users SET roles = ?2 WHERE id = ?1";

    return database_run(store_db, database_bind(store_db, s, "tt", id, words));
}

int store_permissions_load(int (*call)(const char *role, const char *words))
{
    static const char s[] = "SELECT role, group_concat(permission, ' ')"
                            " FROM permissions GROUP BY role LIMIT ?1";
    char role[ROLE_SIZE], words[ROLE_PERMISSIONS_MAX * PERMIT_SIZE];
    int found, error = store_begin();

    if (error != 0)
        return error;
    sqlite3_stmt *row = database_bind(store_db, s, "i", (int64_t)ROLES_MAX);
    while ((found = database_step(store_db, row)) == 1 && error == 0) {
        database_text(row, 0, role, sizeof(role));
        database_text(row, 1, words, sizeof(words));
        error = call(role, words);
    }
    if (found == 1)
        database_done(row);
    else if (found < 0)
        error = found;
    return store_end(error);
}

/* --- bans */

#define COLUMNS "SELECT id, kind, subject, reason, until, created, by FROM bans"

static void read_row(sqlite3_stmt *row, struct ban_row *ret)
{
    char kind[16];

    *ret = (struct ban_row){.id = sqlite3_column_int64(row, 0)};
    database_text(row, 1, kind, sizeof(kind));
    while (ret->kind < BAN_ADDRESS && strcmp(ban_kinds[ret->kind], kind) != 0)
        ret->kind++;
    database_text(row, 2, ret->subject, sizeof(ret->subject));
    database_text(row, 3, ret->reason, sizeof(ret->reason));
    ret->until = sqlite3_column_int64(row, 4);
    ret->created = sqlite3_column_int64(row, 5);
    database_text(row, 6, ret->by, sizeof(ret->by));
}

static int read_ban(sqlite3_stmt *row, struct ban_row *ret)
{
    int found = database_step(store_db, row);

    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    read_row(row, ret);
    database_done(row);
    return 0;
}

int store_ban_add(struct ban_row *row)
{
    static const char gone[] =
        "DELETE FROM bans WHERE kind = ?1 AND subject = ?2";
    static const char s[] =
        "INSERT INTO bans(kind, subject, reason, until, created, by)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
    static const char made[] = COLUMNS " WHERE kind = ?1 AND subject = ?2";
    const char *kind = ban_kinds[row->kind];
    int error = database_run(
        store_db, database_bind(store_db, gone, "tt", kind, row->subject));

    if (error == 0 || error == MORTISE_ENOENT)
        error = database_run(store_db,
                             database_bind(store_db, s, "tttiin", kind,
                                           row->subject, row->reason,
                                           row->until, row->created, row->by));
    if (error != 0)
        return error;
    return read_ban(database_bind(store_db, made, "tt", kind, row->subject),
                    row);
}

int store_ban_by_id(int64_t id, struct ban_row *ret)
{
    static const char s[] = COLUMNS " WHERE id = ?1";

    return read_ban(database_bind(store_db, s, "i", id), ret);
}

int store_ban_remove(int64_t id)
{
    static const char s[] = "DELETE FROM bans WHERE id = ?1";

    return database_run(store_db, database_bind(store_db, s, "i", id));
}

int store_ban_of(const char *user, const char *device, int64_t now,
                 struct ban_row *ret)
{
    static const char s[] =
        COLUMNS " WHERE ((kind = 'user' AND subject = ?1)"
                " OR (kind = 'device' AND subject = ?2))"
                " AND (until = 0 OR until > ?3) ORDER BY until = 0 DESC,"
                " until DESC LIMIT 1";

    return read_ban(database_bind(store_db, s, "tti", user, device, now), ret);
}

int store_bans_load(int64_t now, int (*call)(const struct ban_row *row))
{
    static const char s[] = COLUMNS " WHERE until = 0 OR until > ?1";
    struct ban_row ban;
    int found, error = store_begin();

    if (error != 0)
        return error;
    sqlite3_stmt *row = database_bind(store_db, s, "i", now);
    while ((found = database_step(store_db, row)) == 1 && error == 0) {
        read_row(row, &ban);
        error = call(&ban);
    }
    if (found == 1)
        database_done(row);
    else if (found < 0)
        error = found;
    return store_end(error);
}

int store_device_users(const char *device,
                       int (*call)(const char *roles, void *data), void *data)
{
    static const char s[] =
        "SELECT DISTINCT u.roles FROM sessions s JOIN users u ON u.id = s.user"
        " WHERE s.device = ?1 AND u.roles <> ''";
    char roles[ENDED_MAX][ROLES_SIZE];
    sqlite3_stmt *row = database_bind(store_db, s, "t", device);
    int n = 0, found, result = 0;

    while ((found = database_step(store_db, row)) == 1 && n < ENDED_MAX)
        database_text(row, 0, roles[n++], ROLES_SIZE);
    if (found == 1)
        database_done(row);
    else if (found < 0)
        return found;
    for (int i = 0; i < n && result == 0; i++)
        result = call(roles[i], data);
    return result;
}

int store_users_with_roles(const char *but,
                           int (*call)(const char *roles, void *data),
                           void *data)
{
    static const char s[] =
        "SELECT roles FROM users WHERE roles <> '' AND id <> ?1";
    sqlite3_stmt *row = database_bind(store_db, s, "t", but);
    char roles[ROLES_SIZE];
    int found, result = 0;

    while ((found = database_step(store_db, row)) == 1) {
        database_text(row, 0, roles, sizeof(roles));
        result = call(roles, data);
        if (result != 0) {
            database_done(row);
            return result;
        }
    }
    return found;
}

/* --- the audit */

int store_audit_act(const char *what, const char *user, const char *address,
                    const char *detail, const char *by, int64_t now,
                    int64_t *ret)
{
    static const char s[] =
        "INSERT INTO audit(at, what, user, address, detail, by)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
    static const char made[] = "SELECT max(id) FROM audit";
    int error =
        database_run(store_db, database_bind(store_db, s, "itnnnt", now, what,
                                             user, address, detail, by));

    if (error != 0)
        return error;
    sqlite3_stmt *row = database_bind(store_db, made, "");
    int found = database_step(store_db, row);
    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    *ret = sqlite3_column_int64(row, 0);
    database_done(row);
    return 0;
}
