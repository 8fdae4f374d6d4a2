/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "store/store_sql.h"

enum { APPLICATION = 0x4d617574 /* "Maut" */ };

struct database *store_db, *store_reader;

/* What layout N makes of layout N - 1. Never changed once released. */
static const char *const migrations[] = {
    "CREATE TABLE users ("
    " id TEXT PRIMARY KEY NOT NULL,"
    " name TEXT, login TEXT UNIQUE, email TEXT UNIQUE,"
    " password TEXT, device TEXT UNIQUE,"
    " roles TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE sessions ("
    " id TEXT PRIMARY KEY NOT NULL,"
    " user TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    " access TEXT NOT NULL, access_ends INTEGER NOT NULL,"
    " refresh TEXT NOT NULL, refresh_ends INTEGER NOT NULL,"
    " created INTEGER NOT NULL, used INTEGER NOT NULL,"
    " address TEXT NOT NULL, agent TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX sessions_user ON sessions(user);"
    "CREATE INDEX sessions_ends ON sessions(refresh_ends);"
    "CREATE TABLE audit ("
    " id INTEGER PRIMARY KEY, at INTEGER NOT NULL, what TEXT NOT NULL,"
    " user TEXT, address TEXT, detail TEXT"
    ");"
    "CREATE INDEX audit_user ON audit(user);"
    "CREATE INDEX audit_at ON audit(at);",

    "ALTER TABLE users ADD COLUMN used INTEGER NOT NULL DEFAULT 0;"
    "UPDATE users SET used = max(created, coalesce("
    " (SELECT max(s.used) FROM sessions s WHERE s.user = users.id), 0));"
    "CREATE INDEX users_guests ON users(used) WHERE device IS NOT NULL;"
    "ALTER TABLE sessions ADD COLUMN brief INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE tries ("
    " key BLOB PRIMARY KEY NOT NULL,"
    " value INTEGER NOT NULL, at INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX tries_at ON tries(at);"
    "CREATE TABLE codes ("
    " user TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,"
    " kind TEXT NOT NULL, hash TEXT NOT NULL,"
    " ends INTEGER NOT NULL, tries INTEGER NOT NULL,"
    " made INTEGER NOT NULL, since INTEGER NOT NULL,"
    " PRIMARY KEY (user, kind)"
    ") WITHOUT ROWID;",

    "CREATE TABLE permissions ("
    " role TEXT NOT NULL, permission TEXT NOT NULL,"
    " PRIMARY KEY (role, permission)"
    ") WITHOUT ROWID;"
    "CREATE TABLE bans ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " kind TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL,"
    " until INTEGER NOT NULL, created INTEGER NOT NULL, by TEXT,"
    " UNIQUE (kind, subject)"
    ");"
    "ALTER TABLE sessions ADD COLUMN device TEXT;"
    "CREATE INDEX sessions_device ON sessions(device)"
    " WHERE device IS NOT NULL;"
    "ALTER TABLE audit ADD COLUMN by TEXT;"
    "CREATE INDEX audit_by ON audit(by) WHERE by IS NOT NULL;",
};

static const struct database_layout layout = {
    APPLICATION, migrations, sizeof(migrations) / sizeof(migrations[0])};

int store_open(const char *file)
{
    int error = database_open(&store_db, file, &layout);

    return error == 0 ? database_open_reader(&store_reader, file) : error;
}

void store_close(void)
{
    database_close(store_reader);
    database_close(store_db);
    store_reader = store_db = NULL;
}

int store_begin(void)
{
    return database_begin(store_db);
}

bool store_is_stuck(void)
{
    return database_is_stuck(store_db);
}

int store_end(int error)
{
    return database_end(store_db, error);
}

/* --- the audit */

int store_audit(const char *what, const char *user, const char *address,
                const char *detail, int64_t now)
{
    static const char s[] = "INSERT INTO audit(at, what, user, address, detail)"
                            " VALUES(?1, ?2, ?3, ?4, ?5)";

    return database_run(store_db, database_bind(store_db, s, "itnnn", now, what,
                                                user, address, detail));
}

static int purge(const char *sql, int64_t before)
{
    int error =
        database_run(store_db, database_bind(store_db, sql, "i", before));

    return error == MORTISE_ENOENT ? 0 : error;
}

int store_purge(const struct purge *before)
{
    static const char sessions[] =
        "DELETE FROM sessions WHERE refresh_ends <= ?1";
    static const char bans[] =
        "DELETE FROM bans WHERE until <> 0 AND until <= ?1";
    static const char audit[] = "DELETE FROM audit WHERE at < ?1";
    static const char tries[] = "DELETE FROM tries WHERE at < ?1";
    static const char codes[] =
        "DELETE FROM codes WHERE ends <= ?1 AND since <= ?1 - 3600000";
    int error = purge(sessions, before->now);

    if (error == 0)
        error = purge(bans, before->now);
    if (error == 0)
        error = purge(codes, before->now);
    if (error == 0)
        error = purge(audit, before->audit);
    return error == 0 ? purge(tries, before->tries) : error;
}
