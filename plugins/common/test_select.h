/* SPDX-License-Identifier: MIT */
/* For tests: one look into a database beside the plugin that has it open. */
#ifndef COMMON_TEST_SELECT_H
#define COMMON_TEST_SELECT_H

#include <stdio.h>

#include <check.h>
#include <sqlite3.h>

/* One number or text out of the file, as a text; also changes it. Until the
 * next call. */
static inline const char *test_select(const char *file, const char *sql)
{
    static char text[256];
    sqlite3_stmt *row = NULL;
    sqlite3 *db = NULL;

    ck_assert_int_eq(sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
    text[0] = '\0';
    if (sqlite3_step(row) == SQLITE_ROW && sqlite3_column_text(row, 0))
        snprintf(text, sizeof(text), "%s",
                 (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
    sqlite3_close(db);
    return text;
}

#endif
