/* SPDX-License-Identifier: MIT */
/*
 * The database: what every match was, and the ratings. The log is the truth: a
 * match that runs is in its options and entries and nowhere else.
 *
 * All SQL is in store*.c. But for opening and loading nothing here is for the
 * loop: store_write() is the `apply` of the grouped writer (common/writer.h),
 * store_read() the `work` of the job that reads.
 */
#ifndef GAME_STORE_H
#define GAME_STORE_H

#include <mortise/jobs.h>

#include <common/database.h>
#include <common/record.h>

#include "match/match.h"

/* Opens the file, made when it is not there, and brings its tables up to date.
 * 0, or an error, which has been logged. */
int store_open(const char *file);
/* Nobody may be using it any more. */
void store_close(void);
/* The connection that writes. */
struct database *store_writer(void);

/* Tells of each match that is not over. On the loop, at the start. The entries
 * become the callee's. */
int store_load(int (*call)(const char *id, const struct match_options *options,
                           struct entries *entries));

/*
 * The `apply` of the writer, by enum write.
 * WRITE_ENTRY: one entry, and with the last one of a match its result and the
 * ratings that follow. MORTISE_ENOENT: the one before it is not there, so this
 * one cannot be either. The answer has a FIELD_PLAYER for each rating.
 * WRITE_RENAME: the leaderboard has the new name; what was played keeps those
 * of its time.
 * WRITE_FORGET: what is known of a user is gone; what they have played stays as
 * somebody's. The answer has the number of matches in FIELD_TOTAL.
 */
int store_write(struct database *db, int kind, mortise_str ask,
                struct record *answer);

/* Reads what FIELD_WHAT says: rows, as records. */
int store_read(const mortise_work *work);

/* The options of a match, and back; -1: there is no such game any more. */
void store_put_options(struct record *r, const struct match_options *options);
int store_options(mortise_str record, struct match_options *ret);

#endif
