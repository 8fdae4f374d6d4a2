/* SPDX-License-Identifier: MIT */
/* What the files of the store share: statements, prepared once. */
#ifndef AUTH_STORE_SQL_H
#define AUTH_STORE_SQL_H

#include <sqlite3.h>

#include "store.h"

struct statement {
    const char *sql;
    sqlite3_stmt *prepared;
    struct statement *next; /* of those that are prepared */
};

/*
 * Makes it ready and binds its parameters: t a text, n a text of which "" and
 * NULL are NULL, i an int64_t. NULL when it cannot be; that has been logged.
 */
sqlite3_stmt *store_bind(struct statement *statement, const char *types, ...);
/* Runs one that gives no rows: 0; ENOENT when it has changed nothing; ELIMIT
 * when something is there already; ENOSYS. */
int store_run(sqlite3_stmt *bound);
/* Goes to the next row: 1; 0 behind the last; MORTISE_ENOSYS. Behind the last
 * the statement is done with; else store_done() has to follow. */
int store_step(sqlite3_stmt *bound);
void store_done(sqlite3_stmt *bound);
/* Column i of the row as a text, cut to size. */
void store_text(sqlite3_stmt *row, int i, char *ret, size_t size);

#endif
