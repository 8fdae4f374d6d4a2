/* SPDX-License-Identifier: MIT */
#include "store/store_sql.h"

int store_code_get(const char *user, const char *kind, struct code_row *ret)
{
    static const char s[] = "SELECT hash, ends, tries, made, since FROM codes"
                            " WHERE user = ?1 AND kind = ?2";
    sqlite3_stmt *row = database_bind(store_db, s, "tt", user, kind);
    int found = database_step(store_db, row);

    if (found != 1)
        return found < 0 ? found : MORTISE_ENOENT;
    database_text(row, 0, ret->hash, sizeof(ret->hash));
    ret->ends = sqlite3_column_int64(row, 1);
    ret->tries = sqlite3_column_int64(row, 2);
    ret->made = sqlite3_column_int64(row, 3);
    ret->since = sqlite3_column_int64(row, 4);
    database_done(row);
    return 0;
}

int store_code_put(const char *user, const char *kind,
                   const struct code_row *code)
{
    static const char s[] =
        "INSERT INTO codes(user, kind, hash, ends, tries, made, since)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT(user, kind) DO UPDATE SET hash = ?3, ends = ?4,"
        " tries = ?5, made = ?6, since = ?7";

    return database_run(store_db,
                        database_bind(store_db, s, "tttiiii", user, kind,
                                      code->hash, code->ends, code->tries,
                                      code->made, code->since));
}

int store_codes_end(const char *user)
{
    static const char s[] = "UPDATE codes SET hash = '' WHERE user = ?1";
    int error = database_run(store_db, database_bind(store_db, s, "t", user));

    return error == MORTISE_ENOENT ? 0 : error;
}
