/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <mortise/memory.h>

#include "map.h"

/* How long one waits for somebody else who writes, and how long the next ones
 * do after one has waited in vain: all of them are in each other's way here,
 * and in the way of other jobs. */
enum { BUSY_MS = 5000, STILL_BUSY_MS = 50 };

#define UNKNOWN INT64_MIN /* a number that cannot be read */

struct statement {
    struct map_node node;
    const char *sql;
    sqlite3_stmt *prepared;
};

struct database {
    pthread_mutex_t lock;
    sqlite3 *handle;
    struct map statements;
    const char *begin; /* how a transaction of it begins */
    int wait_ms;
    atomic_bool stuck; /* the last who has begun could not */
};

static int complain(const struct database *db, const char *doing)
{
    mortise_log(MORTISE_ERROR, "database %s: %s", doing,
                sqlite3_errmsg(db->handle));
    return MORTISE_ENOSYS;
}

static int execute(struct database *db, const char *sql)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : complain(db, sql);
}

/* --- opening */

static int64_t pragma(struct database *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t value = UNKNOWN;

    if (sqlite3_prepare_v2(db->handle, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return value;
}

/* A file with something in it is ours when it says so. */
static bool is_foreign(struct database *db, int64_t layout, int64_t owner,
                       const struct database_layout *to)
{
    if (layout != 0 || owner != 0)
        return owner != to->application;
    return pragma(db, "SELECT count(*) FROM sqlite_schema") != 0;
}

/* Within a transaction: all of it, or nothing. */
static int migrate(struct database *db, const char *file,
                   const struct database_layout *to)
{
    int64_t layout = pragma(db, "PRAGMA user_version");
    int64_t owner = pragma(db, "PRAGMA application_id");
    char text[96];
    int error = 0;

    if (layout == UNKNOWN || owner == UNKNOWN)
        return complain(db, "layout");
    if (is_foreign(db, layout, owner, to)) {
        mortise_log(MORTISE_ERROR, "%s is the database of something else",
                    file);
        return MORTISE_EINVAL;
    }
    if (layout < 0 || layout > (int64_t)to->count) {
        mortise_log(MORTISE_ERROR,
                    "%s has a newer layout than this build knows", file);
        return MORTISE_EINVAL;
    }
    if (layout == (int64_t)to->count)
        return 0;
    for (size_t i = (size_t)layout; error == 0 && i < to->count; i++)
        error = execute(db, to->migrations[i]);
    snprintf(text, sizeof(text),
             "PRAGMA user_version=%zu; PRAGMA application_id=%d", to->count,
             (int)to->application);
    return error == 0 ? execute(db, text) : error;
}

/* SQLite would make a file that everybody may read. One that is there must not
 * be opened: closing it takes away the locks that other connections of this
 * process have on it, those of the build before, and another process would
 * remove the log that they write to. */
static int make_file(const char *file)
{
    int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0) {
        close(fd);
    } else if (errno != EEXIST) {
        mortise_log(MORTISE_ERROR, "database %s: %s", file, strerror(errno));
        return MORTISE_EINVAL;
    }
    return 0;
}

static int open_handle(struct database **ret, const char *file, int flags,
                       const char *begin, const char *setup)
{
    struct database *db = mortise_alloc(sizeof(*db));
    int error;

    if (!db)
        return MORTISE_ENOMEM;
    pthread_mutex_init(&db->lock, NULL);
    db->begin = begin;
    db->wait_ms = BUSY_MS;
    error = sqlite3_open_v2(file, &db->handle, flags | SQLITE_OPEN_FULLMUTEX,
                            NULL) == SQLITE_OK
                ? 0
                : complain(db, file);
    if (error == 0) {
        sqlite3_busy_timeout(db->handle, BUSY_MS);
        error = execute(db, setup);
    }
    if (error != 0)
        database_close(db);
    else
        *ret = db;
    return error;
}

int database_open(struct database **ret, const char *file,
                  const struct database_layout *layout)
{
    struct database *db = NULL;
    int error = make_file(file);

    if (error == 0)
        error = open_handle(&db, file, SQLITE_OPEN_READWRITE, "BEGIN IMMEDIATE",
                            "PRAGMA synchronous=NORMAL;"
                            "PRAGMA foreign_keys=ON;"
                            "PRAGMA trusted_schema=OFF;");
    if (error == 0)
        error = database_begin(db);
    if (error == 0)
        error = database_end(db, migrate(db, file, layout));
    if (error == 0) /* not of a file that is another's: it stays in there */
        error = execute(db, "PRAGMA journal_mode=WAL");
    if (error != 0)
        database_close(db);
    else
        *ret = db;
    return error;
}

int database_open_reader(struct database **ret, const char *file)
{
    return open_handle(ret, file, SQLITE_OPEN_READONLY, "BEGIN",
                       "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF;");
}

int database_limit(struct database *db, int wait_ms, int64_t pages)
{
    char text[64];

    db->wait_ms = wait_ms;
    sqlite3_busy_timeout(db->handle, wait_ms);
    snprintf(text, sizeof(text), "PRAGMA max_page_count=%lld",
             (long long)pages);
    return pages > 0 ? execute(db, text) : 0;
}

void database_close(struct database *db)
{
    struct map_node *next;

    if (!db)
        return;
    for (struct map_node *n = map_next(&db->statements, NULL); n; n = next) {
        struct statement *s = MAP_OF(n, struct statement, node);
        next = map_next(&db->statements, n);
        sqlite3_finalize(s->prepared);
        mortise_free(s);
    }
    map_free(&db->statements);
    sqlite3_close(db->handle);
    pthread_mutex_destroy(&db->lock);
    mortise_free(db);
}

/* --- transactions */

/* For the next one. */
static void be_patient(struct database *db, bool patient)
{
    if (db->stuck == !patient)
        return;
    db->stuck = !patient;
    sqlite3_busy_timeout(db->handle, patient || db->wait_ms < STILL_BUSY_MS
                                         ? db->wait_ms
                                         : STILL_BUSY_MS);
}

int database_begin(struct database *db)
{
    int error = 0;

    pthread_mutex_lock(&db->lock);
    /* The one before could not even be taken back: there was no memory. */
    if (!sqlite3_get_autocommit(db->handle))
        error = execute(db, "ROLLBACK");
    if (error == 0)
        error = execute(db, db->begin);
    be_patient(db, error == 0);
    if (error != 0)
        pthread_mutex_unlock(&db->lock);
    return error;
}

bool database_is_stuck(const struct database *db)
{
    return db->stuck;
}

int database_end(struct database *db, int error)
{
    if (error == 0)
        error = execute(db, "COMMIT");
    if (error != 0)
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    pthread_mutex_unlock(&db->lock);
    return error;
}

int database_savepoint(struct database *db)
{
    return execute(db, "SAVEPOINT part");
}

int database_release(struct database *db, int error)
{
    /* A full disk, for one, may have taken back the whole transaction. */
    int failed = execute(db, error == 0 ? "RELEASE part"
                                        : "ROLLBACK TO part; RELEASE part");

    return failed != 0 ? failed : error;
}

/* --- statements */

static struct statement *find(struct database *db, const char *sql)
{
    uint64_t hash = map_hash(&sql, sizeof(sql));
    struct map_node *n = map_find(&db->statements, hash, NULL);

    while (n && MAP_OF(n, struct statement, node)->sql != sql)
        n = map_find(&db->statements, hash, n);
    return n ? MAP_OF(n, struct statement, node) : NULL;
}

static sqlite3_stmt *prepare(struct database *db, const char *sql)
{
    struct statement *s = find(db, sql);

    if (s)
        return s->prepared;
    s = mortise_alloc(sizeof(*s));
    if (!s)
        return NULL;
    s->sql = sql;
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           &s->prepared, NULL) != SQLITE_OK) {
        complain(db, sql);
    } else if (map_add(&db->statements, &s->node,
                       map_hash(&sql, sizeof(sql))) == 0) {
        return s->prepared;
    }
    sqlite3_finalize(s->prepared);
    mortise_free(s);
    return NULL;
}

static int bind(sqlite3_stmt *statement, int i, char type, va_list *ap)
{
    const char *text;
    mortise_str bytes;

    switch (type) {
    case 'i':
        return sqlite3_bind_int64(statement, i, va_arg(*ap, int64_t));
    case 'd':
        return sqlite3_bind_double(statement, i, va_arg(*ap, double));
    case 'b':
        bytes = va_arg(*ap, mortise_str);
        return sqlite3_bind_blob64(statement, i, bytes.n > 0 ? bytes.p : "",
                                   bytes.n, SQLITE_TRANSIENT);
    default:
        text = va_arg(*ap, const char *);
        if (type == 'n' && (!text || text[0] == '\0'))
            return sqlite3_bind_null(statement, i);
        return sqlite3_bind_text(statement, i, text, -1, SQLITE_TRANSIENT);
    }
}

sqlite3_stmt *database_bind(struct database *db, const char *sql,
                            const char *types, ...)
{
    sqlite3_stmt *statement = prepare(db, sql);
    int error = SQLITE_OK;
    va_list ap;

    if (!statement)
        return NULL;
    va_start(ap, types);
    for (int i = 0; types[i] && error == SQLITE_OK; i++)
        error = bind(statement, i + 1, types[i], &ap);
    va_end(ap);
    if (error != SQLITE_OK) {
        complain(db, "bind");
        database_done(statement);
        return NULL;
    }
    return statement;
}

int database_run(struct database *db, sqlite3_stmt *bound)
{
    int error = MORTISE_ENOSYS;

    if (!bound)
        return error;
    switch (sqlite3_step(bound)) {
    case SQLITE_DONE:
        error = sqlite3_changes(db->handle) > 0 ? 0 : MORTISE_ENOENT;
        break;
    case SQLITE_CONSTRAINT:
        error = MORTISE_ELIMIT;
        break;
    default:
        complain(db, "write");
    }
    database_done(bound);
    return error;
}

int database_step(struct database *db, sqlite3_stmt *bound)
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
        complain(db, "read");
    }
    database_done(bound);
    return error;
}

void database_done(sqlite3_stmt *bound)
{
    sqlite3_reset(bound);
    sqlite3_clear_bindings(bound);
}

void database_text(sqlite3_stmt *row, int i, char *ret, size_t size)
{
    const unsigned char *text = sqlite3_column_text(row, i);

    snprintf(ret, size, "%s", text ? (const char *)text : "");
}
