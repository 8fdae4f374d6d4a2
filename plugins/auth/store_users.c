/* SPDX-License-Identifier: MIT */
#include "store_sql.h"

#include <string.h>

#define COLUMNS "SELECT id, name, email, password, roles FROM users WHERE "

static int read_user(sqlite3_stmt *row, struct user *ret)
{
    struct user user;
    int found = store_step(row);

    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    store_text(row, 0, user.id, sizeof(user.id));
    store_text(row, 1, user.name, sizeof(user.name));
    store_text(row, 2, user.email, sizeof(user.email));
    store_text(row, 3, user.password, sizeof(user.password));
    store_text(row, 4, user.roles, sizeof(user.roles));
    store_done(row);
    *ret = user;
    return 0;
}

int store_user_by_login(const char *login, struct user *ret)
{
    static struct statement by_name = {COLUMNS "login = ?1"};
    static struct statement by_email = {COLUMNS "email = ?1"};

    return read_user(
        store_bind(strchr(login, '@') ? &by_email : &by_name, "t", login), ret);
}

int store_user_by_id(const char *id, struct user *ret)
{
    static struct statement s = {COLUMNS "id = ?1"};

    return read_user(store_bind(&s, "t", id), ret);
}

int store_user_by_device(const char *hash, struct user *ret)
{
    static struct statement s = {COLUMNS "device = ?1"};

    return read_user(store_bind(&s, "t", hash), ret);
}

int store_user_add(const struct user *user, const char *device, int64_t now)
{
    static struct statement s = {
        "INSERT INTO users(id, name, login, email, password, device, created)"
        " VALUES(?1, ?2, lower(?2), ?3, ?4, ?5, ?6)"};

    return store_run(store_bind(&s, "tnnnni", user->id, user->name, user->email,
                                user->password, device, now));
}

int store_user_promote(const struct user *user)
{
    static struct statement s = {
        "UPDATE users SET name = ?2, login = lower(?2), email = ?3,"
        " password = ?4, device = NULL WHERE id = ?1 AND password IS NULL"};

    return store_run(store_bind(&s, "tnnn", user->id, user->name, user->email,
                                user->password));
}

int store_user_set_password(const char *id, const char *old,
                            const char *password)
{
    static struct statement s = {
        "UPDATE users SET password = ?3 WHERE id = ?1 AND password = ?2"};

    return store_run(store_bind(&s, "ttt", id, old, password));
}

int store_user_delete(const char *id, struct ended *ended)
{
    static struct statement audit = {
        "UPDATE audit SET address = NULL, detail = NULL WHERE user = ?1"};
    static struct statement s = {"DELETE FROM users WHERE id = ?1"};
    int error = store_sessions_end(id, "", 0, ended);

    if (error == 0)
        error = store_run(store_bind(&audit, "t", id));
    if (error == 0 || error == MORTISE_ENOENT)
        error = store_run(store_bind(&s, "t", id));
    return error;
}

/* --- what is kept, as JSON */

#define TRUTH(what) "json(iif(" what ", 'true', 'false'))"

#define USER                                                                   \
    "(SELECT json_object('id', id, 'name', name, 'email', email,"              \
    " 'guest', " TRUTH(                                                        \
        "password IS NULL") ","                                                \
                            " 'roles', json(iif(roles = '', '[]',"             \
                            "  '[' || replace(json_quote(roles), ' ', "        \
                            "'\",\"') || ']')),"                               \
                            " 'created', created) FROM users WHERE id = ?1)"

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
    static struct statement me = {"SELECT json_object('user', json(" USER
                                  ")) WHERE ?2 > '' AND ?3 > 0"};
    static struct statement sessions = {
        "SELECT json_object('sessions', json(" SESSIONS "))"};
    static struct statement all = {"SELECT json_object('user', json(" USER "),"
                                   " 'sessions', json(" SESSIONS
                                   "), 'audit', json(" AUDIT "))"};
    sqlite3_stmt *row = store_bind(what == OP_ME         ? &me
                                   : what == OP_SESSIONS ? &sessions
                                                         : &all,
                                   "tti", id, session, now);
    int found = store_step(row);

    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    record_put(ret, FIELD_JSON, (const char *)sqlite3_column_text(row, 0));
    store_done(row);
    return ret->error;
}
