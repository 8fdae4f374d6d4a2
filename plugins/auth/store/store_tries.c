/* SPDX-License-Identifier: MIT */
#include "store/store_sql.h"

#include <string.h>

static mortise_str bytes_of(const unsigned char key[static TRY_KEY_SIZE])
{
    return (mortise_str){(const char *)key, TRY_KEY_SIZE};
}

int store_try_add(const unsigned char key[static TRY_KEY_SIZE], int64_t now,
                  int64_t since)
{
    static const char s[] =
        "INSERT INTO tries(key, value, at) VALUES(?1, 1, ?2)"
        " ON CONFLICT(key) DO UPDATE SET"
        " value = iif(at <= ?3, 1, value + 1), at = ?2";

    return database_run(
        store_db, database_bind(store_db, s, "bii", bytes_of(key), now, since));
}

int store_try_forget(const unsigned char key[static TRY_KEY_SIZE])
{
    static const char s[] = "DELETE FROM tries WHERE key = ?1";
    int error =
        database_run(store_db, database_bind(store_db, s, "b", bytes_of(key)));

    return error == MORTISE_ENOENT ? 0 : error;
}

int store_tries_load(int64_t since, int64_t most,
                     int (*call)(const unsigned char *key, int64_t value,
                                 int64_t at))
{
    static const char s[] =
        "SELECT key, value, at FROM"
        " (SELECT * FROM tries WHERE at > ?1 ORDER BY at DESC LIMIT ?2)"
        " WHERE length(key) = ?3 ORDER BY at";
    int found, error = store_begin();

    if (error != 0)
        return error;
    sqlite3_stmt *row =
        database_bind(store_db, s, "iii", since, most, (int64_t)TRY_KEY_SIZE);
    while ((found = database_step(store_db, row)) == 1 && error == 0)
        error = call(sqlite3_column_blob(row, 0), sqlite3_column_int64(row, 1),
                     sqlite3_column_int64(row, 2));
    if (found == 1)
        database_done(row);
    else if (found < 0)
        error = found;
    return store_end(error);
}
