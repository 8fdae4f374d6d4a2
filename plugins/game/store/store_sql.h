/* SPDX-License-Identifier: MIT */
/* The tables, and what the files of the store share. */
#ifndef GAME_STORE_SQL_H
#define GAME_STORE_SQL_H

#include "store/store.h"

extern const struct database_layout store_layout;

/* The columns of a match's options, in the order in which
 * store_row_options() reads them. */
#define STORE_OPTIONS                                                          \
    "game, variant, rated, hidden, quick, code, created, initial, increment, " \
    "delay, grace, ready, idle"
enum { STORE_OPTION_COUNT = 13 };

/* From column `first` on; -1: there is no such game any more, or they make no
 * sense. */
int store_row_options(sqlite3_stmt *row, int first, struct match_options *ret);
/* The entries of a match, up to the first that is missing. */
int store_entries(struct database *db, const char *id, struct entries *ret);
/* WRITE_RENAME. */
int store_rename(struct database *db, const char *user, const char *name);
/* WRITE_FORGET. */
int store_forget(struct database *db, const char *user, struct record *answer);
/* Ratings after a match, in its transaction. */
int store_rate(struct database *db, const char *game, mortise_str ask,
               struct record *answer);

#endif
