/* SPDX-License-Identifier: MIT */
/*
 * A database: SQLite in a file, with a write-ahead log. For jobs: what waits
 * for a disk has no place on the loop, so but for opening and closing nothing
 * here is called there.
 *
 * One connection serves several threads of the pool, one at a time: whoever has
 * begun a transaction has it until the end of that. A plugin has one that
 * writes, and may have others that read beside it. During a reload the jobs of
 * the old build go on with their own; SQLite keeps them apart, and whoever has
 * to wait for five seconds gets an error. Those behind do not wait as long
 * again, one after the other: they get theirs soon, until somebody had luck.
 *
 * What was committed stays when the process is killed. When the machine loses
 * its power the last commits may be gone, and the file is sound
 * (PRAGMA synchronous=NORMAL).
 *
 * SQL is the text of a literal, with bound parameters only: statements are
 * prepared once, and known by the literal's address.
 */
#ifndef COMMON_DATABASE_H
#define COMMON_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mortise/plugin.h>
#include <sqlite3.h>

struct database;

/* What a plugin keeps in its file. */
struct database_layout {
    int32_t application;           /* PRAGMA application_id: whose it is */
    const char *const *migrations; /* [N]: makes layout N + 1 of layout N;
                                    * never changed once released */
    size_t count;
};

/*
 * Opens the file, made for its owner alone when it is not there, and brings its
 * tables up to date in one transaction. 0; MORTISE_EINVAL: it cannot be made,
 * is something else's, or newer than this build; MORTISE_ENOSYS; ENOMEM. Errors
 * have been logged.
 */
int database_open(struct database **ret, const char *file,
                  const struct database_layout *layout);
/* One that only reads, of a file that has been opened by the above. */
int database_open_reader(struct database **ret, const char *file);
/* How long it waits for somebody else who writes, instead of five seconds, and
 * how many pages of 4 KiB the file may have (0: as many as the disk takes). Of
 * a database that nobody uses yet. */
int database_limit(struct database *db, int wait_ms, int64_t pages);
/* Nobody may be using it any more; NULL is fine. */
void database_close(struct database *db);

/* Begins a transaction; 0, or an error, which has been logged and needs no
 * database_end(). One that writes has the file to itself. */
int database_begin(struct database *db);
/* Whether the last who has tried to begin one could not, because somebody else
 * has the file: worth saying "try again". */
bool database_is_stuck(const struct database *db);
/* Ends it: keeps what was done when `error` is 0, and it can be; else nothing
 * of it. Returns the error. */
int database_end(struct database *db, int error);

/* Within a transaction: what follows can be taken back by itself. */
int database_savepoint(struct database *db);
/* Keeps it when `error` is 0, else takes it back. Returns the error; another
 * one than was given: the whole transaction is of no use any more. */
int database_release(struct database *db, int error);

/* --- statements: within a transaction */

/*
 * Makes it ready and binds its parameters: t a text, n a text of which "" and
 * NULL are NULL, i an int64_t, d a double, b a mortise_str of any bytes. NULL
 * when it cannot be; that has been logged.
 */
sqlite3_stmt *database_bind(struct database *db, const char *sql,
                            const char *types, ...);
/* Runs one that gives no rows: 0; MORTISE_ENOENT when it has changed nothing;
 * MORTISE_ELIMIT when a constraint forbids it, such as something that is there
 * already; MORTISE_ENOSYS. */
int database_run(struct database *db, sqlite3_stmt *bound);
/* Goes to the next row: 1; 0 behind the last; MORTISE_ENOSYS. Behind the last
 * the statement is done with; else database_done() has to follow. */
int database_step(struct database *db, sqlite3_stmt *bound);
void database_done(sqlite3_stmt *bound);
/* Column i of the row as a text, cut to size. */
void database_text(sqlite3_stmt *row, int i, char *ret, size_t size);

#endif
