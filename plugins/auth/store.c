/* SPDX-License-Identifier: MIT */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store_sql.h"

enum { BUSY_MS = 10000, LAYOUT = 1, APPLICATION = 0x4d617574 /* "Maut" */ };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3 *db;
static struct statement *prepared;

static int complain(const char *doing)
{
    mortise_log(MORTISE_ERROR, "database %s: %s", doing,
                db ? sqlite3_errmsg(db) : "it is not open");
    return MORTISE_ENOSYS;
}

static int run_text(const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0
                                                                : complain(sql);
}

/* --- opening */

/* What layout N makes of layout N - 1. Never changed once released. */
static const char *const migrations[LAYOUT] = {
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
};

static int64_t pragma(const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t value = -1;

    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return value;
}

/* Within a transaction: all of it, or nothing. */
static int migrate(const char *file)
{
    int64_t layout = pragma("PRAGMA user_version");
    int64_t owner = pragma("PRAGMA application_id");
    char text[96];
    int error = 0;

    if (layout < 0)
        return complain("layout");
    if (layout > LAYOUT || (layout > 0 && owner != APPLICATION)) {
        mortise_log(MORTISE_ERROR,
                    owner == APPLICATION
                        ? "%s has a newer layout than this build knows"
                        : "%s is the database of something else",
                    file);
        return MORTISE_EINVAL;
    }
    for (int64_t i = layout; error == 0 && i < LAYOUT; i++)
        error = run_text(migrations[i]);
    snprintf(text, sizeof(text),
             "PRAGMA user_version=%d; PRAGMA application_id=%d", LAYOUT,
             APPLICATION);
    return error == 0 && layout < LAYOUT ? run_text(text) : error;
}

/* SQLite would make a file that everybody may read. */
static int make_file(const char *file)
{
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        mortise_log(MORTISE_ERROR, "database %s: %s", file, strerror(errno));
        return MORTISE_EINVAL;
    }
    close(fd);
    return 0;
}

int store_open(const char *file)
{
    int error = make_file(file);

    if (error != 0)
        return error;
    if (sqlite3_open_v2(file, &db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX,
                        NULL) != SQLITE_OK) {
        error = complain("open");
        store_close();
        return error;
    }
    sqlite3_busy_timeout(db, BUSY_MS);
    error = run_text("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                     "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;");
    if (error == 0)
        error = store_begin();
    if (error == 0)
        error = store_end(migrate(file));
    if (error != 0)
        store_close();
    return error;
}

void store_close(void)
{
    while (prepared) {
        struct statement *s = prepared;
        prepared = s->next;
        sqlite3_finalize(s->prepared);
        s->prepared = NULL;
    }
    sqlite3_close(db);
    db = NULL;
}

/* --- transactions */

int store_begin(void)
{
    pthread_mutex_lock(&lock);
    int error = db ? run_text("BEGIN IMMEDIATE") : complain("begin");
    if (error != 0)
        pthread_mutex_unlock(&lock);
    return error;
}

int store_end(int error)
{
    if (error == 0)
        error = run_text("COMMIT");
    if (error != 0)
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    pthread_mutex_unlock(&lock);
    return error;
}

/* --- statements */

static int prepare(struct statement *s)
{
    if (s->prepared)
        return 0;
    if (sqlite3_prepare_v3(db, s->sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &s->prepared, NULL) != SQLITE_OK)
        return complain(s->sql);
    s->next = prepared;
    prepared = s;
    return 0;
}

sqlite3_stmt *store_bind(struct statement *statement, const char *types, ...)
{
    int error = SQLITE_OK;
    va_list ap;

    if (prepare(statement) < 0)
        return NULL;
    va_start(ap, types);
    for (int i = 0; types[i] && error == SQLITE_OK; i++) {
        if (types[i] == 'i') {
            error = sqlite3_bind_int64(statement->prepared, i + 1,
                                       va_arg(ap, int64_t));
            continue;
        }
        const char *text = va_arg(ap, const char *);
        if (types[i] == 'n' && (!text || text[0] == '\0'))
            error = sqlite3_bind_null(statement->prepared, i + 1);
        else
            error = sqlite3_bind_text(statement->prepared, i + 1, text, -1,
                                      SQLITE_TRANSIENT);
    }
    va_end(ap);
    if (error != SQLITE_OK) {
        complain("bind");
        store_done(statement->prepared);
        return NULL;
    }
    return statement->prepared;
}

int store_run(sqlite3_stmt *bound)
{
    int error = MORTISE_ENOSYS;

    if (!bound)
        return error;
    switch (sqlite3_step(bound)) {
    case SQLITE_DONE:
        error = sqlite3_changes(db) > 0 ? 0 : MORTISE_ENOENT;
        break;
    case SQLITE_CONSTRAINT:
        error = MORTISE_ELIMIT;
        break;
    default:
        complain("write");
    }
    store_done(bound);
    return error;
}

int store_step(sqlite3_stmt *bound)
{
    int error = MORTISE_ENOSYS;

    if (!bound)
        return error;
    switch (sqlite3_step(bound)) {
    case SQLITE_ROW:
        return 1;
    case SQLITE_DONE:
        error = 0;
        break;
    default:
        complain("read");
    }
    store_done(bound);
    return error;
}

void store_done(sqlite3_stmt *bound)
{
    sqlite3_reset(bound);
    sqlite3_clear_bindings(bound);
}

void store_text(sqlite3_stmt *row, int i, char *ret, size_t size)
{
    const unsigned char *text = sqlite3_column_text(row, i);

    snprintf(ret, size, "%s", text ? (const char *)text : "");
}

/* --- the audit */

int store_audit(const char *what, const char *user, const char *address,
                const char *detail, int64_t now)
{
    static struct statement s = {
        "INSERT INTO audit(at, what, user, address, detail)"
        " VALUES(?1, ?2, ?3, ?4, ?5)"};

    return store_run(store_bind(&s, "itnnn", now, what, user, address, detail));
}

int store_purge(int64_t now, int64_t audited)
{
    static struct statement sessions = {
        "DELETE FROM sessions WHERE refresh_ends <= ?1"};
    static struct statement audit = {"DELETE FROM audit WHERE at < ?1"};
    int error = store_run(store_bind(&sessions, "i", now));

    if (error == 0 || error == MORTISE_ENOENT)
        error = store_run(store_bind(&audit, "i", audited));
    return error == MORTISE_ENOENT ? 0 : error;
}
