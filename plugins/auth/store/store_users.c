/* SPDX-License-Identifier: MIT */
#include "store/store_sql.h"

#include <string.h>

#define COLUMNS "SELECT id, name, email, password, roles FROM users WHERE "

static int read_user(sqlite3_stmt *row, struct user *ret)
{
    struct user user;
    int found = database_step(store_db, row);

    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    database_text(row, 0, user.id, sizeof(user.id));
    database_text(row, 1, user.name, sizeof(user.name));
    database_text(row, 2, user.email, sizeof(user.email));
    database_text(row, 3, user.password, sizeof(user.password));
    database_text(row, 4, user.roles, sizeof(user.roles));
    database_done(row);
    *ret = user;
    return 0;
}

int store_user_by_login(const char *login, struct user *ret)
{
    static const char by_name[] = COLUMNS "login = ?1";
    static const char by_email[] = COLUMNS "email = ?1";

    return read_user(database_bind(store_db,
                                   strchr(login, '@') ? by_email : by_name, "t",
                                   login),
                     ret);
}

int store_user_by_id(const char *id, struct user *ret)
{
    static const char s[] = COLUMNS "id = ?1";

    return read_user(database_bind(store_db, s, "t", id), ret);
}

int store_user_by_device(const char *hash, struct user *ret)
{
    static const char s[] = COLUMNS "device = ?1";

    return read_user(database_bind(store_db, s, "t", hash), ret);
}

int store_user_add(const struct user *user, const char *device, int64_t now)
{
    static const char s[] =
        "INSERT INTO users(id, name, login, email, password, device, created,"
        " used) VALUES(?1, ?2, lower(?2), ?3, ?4, ?5, ?6, ?6)";

    return database_run(store_db, database_bind(store_db, s, "tnnnni", user->id,
                                                user->name, user->email,
                                                user->password, device, now));
}

int store_user_set_device(const char *id, const char *device)
{
    static const char s[] = "UPDATE users SET device = ?2 WHERE id = ?1";

    return database_run(store_db, database_bind(store_db, s, "tt", id, device));
}

int store_user_used(const char *id, int64_t now)
{
    static const char s[] = "UPDATE users SET used = ?2 WHERE id = ?1";

    return database_run(store_db, database_bind(store_db, s, "ti", id, now));
}

int store_user_promote(const struct user *user)
{
    static const char s[] =
        "UPDATE users SET name = ?2, login = lower(?2), email = ?3,"
        " password = ?4, device = NULL WHERE id = ?1 AND password IS NULL";

    return database_run(store_db,
                        database_bind(store_db, s, "tnnn", user->id, user->name,
                                      user->email, user->password));
}

int store_user_set_password(const char *id, const char *old,
                            const char *password)
{
    static const char s[] =
        "UPDATE users SET password = ?3 WHERE id = ?1 AND password = ?2";

    return database_run(store_db,
                        database_bind(store_db, s, "ttt", id, old, password));
}

int store_user_delete(const char *id, struct ended *ended)
{
    static const char audit[] =
        "UPDATE audit SET address = NULL, detail = NULL WHERE user = ?1";
    static const char bans[] =
        "DELETE FROM bans WHERE kind = 'user' AND subject = ?1";
    static const char s[] = "DELETE FROM users WHERE id = ?1";
    int error = store_sessions_end(id, "", 0, ended);

    if (error == 0)
        error = database_run(store_db, database_bind(store_db, audit, "t", id));
    if (error == 0 || error == MORTISE_ENOENT)
        error = database_run(store_db, database_bind(store_db, bans, "t", id));
    if (error == 0 || error == MORTISE_ENOENT)
        error = database_run(store_db, database_bind(store_db, s, "t", id));
    return error;
}

int store_purge_guests(int64_t before, int64_t now, int64_t max,
                       struct record *gone, int64_t *ret)
{
    static const char s[] =
        "SELECT id FROM users WHERE device IS NOT NULL AND used < ?1"
        " AND NOT EXISTS (SELECT 1 FROM sessions WHERE user = users.id)"
        " LIMIT ?2";
    char ids[GUESTS_AT_ONCE][ID_SIZE];
    int64_t n = 0;
    int found, error = 0;

    sqlite3_stmt *row = database_bind(
        store_db, s, "ii", before, max < GUESTS_AT_ONCE ? max : GUESTS_AT_ONCE);
    while ((found = database_step(store_db, row)) == 1)
        database_text(row, 0, ids[n++], ID_SIZE);
    if (found < 0)
        return found;
    for (int64_t i = 0; i < n && error == 0; i++) {
        struct ended none = {0};
        error = store_user_delete(ids[i], &none);
        if (error == 0)
            error = store_audit("guest-expired", ids[i], "", "", now);
        if (gone)
            record_put(gone, FIELD_ROW, ids[i]);
    }
    *ret = n;
    return error;
}

/* --- what is kept, as JSON */

#define TRUTH(what) "json(iif(" what ", 'true', 'false'))"

#define USER                                                                   \
    "(SELECT json_object('id', id, 'name', name, 'display', ifnull(name, ?4)," \
    " 'email', email, 'guest', " TRUTH(                                        \
        "password IS NULL") ","                                                \
                            " 'roles', json(iif(roles = '', '[]',"             \
                            "  '[' || replace(json_quote(roles), ' ', "        \
                            "'\",\"') || ']')),"                               \
                            " 'created', created, 'used', used) FROM users "   \
                            "WHERE id = ?1)"

#define SESSIONS                                                               \
    "(SELECT json_group_array(json_object('id', id,"                           \
    " 'current', " TRUTH("id = ?2") ", 'created', created, 'used', used,"      \
                                    " 'ends', refresh_ends, 'address', "       \
                                    "address, 'agent', agent)) FROM"           \
                                    " (SELECT * FROM sessions WHERE user = "   \
                                    "?1 AND refresh_ends > ?3"                 \
                                    "  ORDER BY used DESC))"

#define AUDIT                                                                  \
    "(SELECT json_group_array(json_object('at', at, 'what', what,"             \
    " 'address', address, 'detail', detail)) FROM"                             \
    " (SELECT * FROM audit WHERE user = ?1 ORDER BY id))"

int store_user_json(enum op what, const char *id, const char *session,
                    int64_t now, struct record *ret)
{
    static const char me[] =
        "SELECT json_object('user', json(" USER ")) WHERE ?2 > '' AND ?3 > 0";
    static const char sessions[] =
        "SELECT json_object('sessions', json(" SESSIONS ")) WHERE ?4 > ''";
    static const char all[] =
        "SELECT json_object('user', json(" USER "),"
        " 'sessions', json(" SESSIONS "), 'audit', json(" AUDIT "))";
    char nameless[NAME_SIZE];

    name_shown(id, "", nameless);
    sqlite3_stmt *row = database_bind(store_db,
                                      what == OP_ME         ? me
                                      : what == OP_SESSIONS ? sessions
                                                            : all,
                                      "ttit", id, session, now, nameless);
    int found = database_step(store_db, row);

    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    record_put(ret, FIELD_JSON, (const char *)sqlite3_column_text(row, 0));
    database_done(row);
    return ret->error;
}
