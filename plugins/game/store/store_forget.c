/* SPDX-License-Identifier: MIT */
/* Users who are to be forgotten. */
#include "store/fields.h"
#include "store/store_sql.h"

/* One statement about a user, which may find nothing to do. */
static int run(struct database *db, const char *sql, const char *user)
{
    int error = database_run(db, database_bind(db, sql, "t", user));

    return error == MORTISE_ENOENT ? 0 : error;
}

/* Seats keep different users, so that the log is a log still: its entry for who
 * sat down begins with the user and a line end. */
int store_forget(struct database *db, const char *user, struct record *answer)
{
    static const char count[] = "SELECT count(*) FROM played WHERE user = ?1";
    static const char ratings[] = "DELETE FROM ratings WHERE user = ?1";
    static const char entries[] =
        "UPDATE entries SET text = 'deleted:' || seat || char(10) || 'Deleted'"
        " || char(10) || '0 0' WHERE kind = 1 AND match IN"
        " (SELECT match FROM played WHERE user = ?1) AND"
        " substr(text, 1, length(?1) + 1) = ?1 || char(10)";
    static const char played[] =
        "UPDATE played SET user = 'deleted:' || seat, name = 'Deleted'"
        " WHERE user = ?1";
    sqlite3_stmt *row = database_bind(db, count, "t", user);
    int error = database_step(db, row);

    if (error != 1)
        return error < 0 ? error : MORTISE_ENOSYS;
    record_put_int(answer, FIELD_TOTAL, sqlite3_column_int64(row, 0));
    database_done(row);
    error = run(db, ratings, user);
    if (error == 0)
        error = run(db, entries, user);
    return error == 0 ? run(db, played, user) : error;
}
