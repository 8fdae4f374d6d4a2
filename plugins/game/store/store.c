/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <stdio.h>
#include <string.h>

#include "store/fields.h"
#include "store/store_sql.h"

#define TIME_MAX ((int64_t)1 << 52)

static const char *const migrations[] = {
    "CREATE TABLE matches("
    " id TEXT PRIMARY KEY, game TEXT NOT NULL, variant TEXT NOT NULL,"
    " rated INTEGER NOT NULL, hidden INTEGER NOT NULL, quick INTEGER NOT NULL,"
    " code TEXT NOT NULL, created INTEGER NOT NULL, initial INTEGER NOT NULL,"
    " increment INTEGER NOT NULL, delay INTEGER NOT NULL,"
    " grace INTEGER NOT NULL, ready INTEGER NOT NULL, idle INTEGER NOT NULL,"
    " number INTEGER NOT NULL, over INTEGER NOT NULL DEFAULT 0,"
    " winner INTEGER, why TEXT, moves INTEGER, ended INTEGER"
    ") WITHOUT ROWID;"
    "CREATE INDEX matches_running ON matches(id) WHERE over = 0;"
    "CREATE TABLE entries("
    " match TEXT NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, seat INTEGER NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY(match, n)) WITHOUT ROWID;"
    /* Who has played what, once it is over. */
    "CREATE TABLE played("
    " user TEXT NOT NULL, ended INTEGER NOT NULL, match TEXT NOT NULL,"
    " seat INTEGER NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY(user, ended, match)) WITHOUT ROWID;"
    "CREATE INDEX played_match ON played(match, seat);"
    /* least: what the rating is at least, in 95 of 100 cases; it ranks. */
    "CREATE TABLE ratings("
    " game TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,"
    " rating REAL NOT NULL, deviation REAL NOT NULL, volatility REAL NOT NULL,"
    " least REAL NOT NULL, games INTEGER NOT NULL, won INTEGER NOT NULL,"
    " lost INTEGER NOT NULL, drawn INTEGER NOT NULL, updated INTEGER NOT NULL,"
    " PRIMARY KEY(game, user)) WITHOUT ROWID;"
    "CREATE INDEX ratings_rank ON ratings(game, least DESC, user);"};

const struct database_layout store_layout = {
    0x67616d65, migrations, sizeof(migrations) / sizeof(migrations[0])};

/* --- a match's options */

void store_put_options(struct record *r, const struct match_options *options)
{
    const struct rules *rules = rules_at(options->rules);

    record_put(r, FIELD_GAME, rules->name);
    record_put(r, FIELD_VARIANT, rules->variants[options->variant]);
    record_put_int(r, FIELD_RATED, options->rated);
    record_put_int(r, FIELD_HIDDEN, options->hidden);
    record_put_int(r, FIELD_QUICK, options->quick);
    record_put(r, FIELD_CODE, options->code);
    record_put_int(r, FIELD_CREATED, options->created);
    record_put_int(r, FIELD_INITIAL, options->initial);
    record_put_int(r, FIELD_INCREMENT, options->increment);
    record_put_int(r, FIELD_DELAY, options->delay);
    record_put_int(r, FIELD_GRACE, options->grace);
    record_put_int(r, FIELD_READY, options->ready);
    record_put_int(r, FIELD_IDLE, options->idle);
}

static int set_game(struct match_options *options, const char *game,
                    const char *variant, const char *code)
{
    memset(options, 0, sizeof(*options));
    options->rules = rules_find(game);
    if (options->rules < 0)
        return -1;
    options->variant = rules_variant(rules_at(options->rules), variant);
    snprintf(options->code, sizeof(options->code), "%s", code);
    return options->variant >= 0 ? 0 : -1;
}

int store_options(mortise_str record, struct match_options *ret)
{
    if (set_game(ret, record_text(record, FIELD_GAME),
                 record_text(record, FIELD_VARIANT),
                 record_text(record, FIELD_CODE)) < 0)
        return -1;
    ret->rated = record_int(record, FIELD_RATED) != 0;
    ret->hidden = record_int(record, FIELD_HIDDEN) != 0;
    ret->quick = record_int(record, FIELD_QUICK) != 0;
    ret->created = record_int(record, FIELD_CREATED);
    ret->initial = record_int(record, FIELD_INITIAL);
    ret->increment = record_int(record, FIELD_INCREMENT);
    ret->delay = record_int(record, FIELD_DELAY);
    ret->grace = record_int(record, FIELD_GRACE);
    ret->ready = record_int(record, FIELD_READY);
    ret->idle = record_int(record, FIELD_IDLE);
    return 0;
}

/* That no sum of them overflows, whatever somebody has written there. */
static bool are_times(const struct match_options *options)
{
    const int64_t times[] = {
        options->created, options->initial, options->increment, options->delay,
        options->grace,   options->ready,   options->idle};

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        if (times[i] < 0 || times[i] > TIME_MAX)
            return false;
    return true;
}

int store_row_options(sqlite3_stmt *row, int first, struct match_options *ret)
{
    char game[32], variant[32], code[CODE_SIZE];

    database_text(row, first, game, sizeof(game));
    database_text(row, first + 1, variant, sizeof(variant));
    database_text(row, first + 5, code, sizeof(code));
    if (set_game(ret, game, variant, code) < 0)
        return -1;
    ret->rated = sqlite3_column_int(row, first + 2) != 0;
    ret->hidden = sqlite3_column_int(row, first + 3) != 0;
    ret->quick = sqlite3_column_int(row, first + 4) != 0;
    ret->created = sqlite3_column_int64(row, first + 6);
    ret->initial = sqlite3_column_int64(row, first + 7);
    ret->increment = sqlite3_column_int64(row, first + 8);
    ret->delay = sqlite3_column_int64(row, first + 9);
    ret->grace = sqlite3_column_int64(row, first + 10);
    ret->ready = sqlite3_column_int64(row, first + 11);
    ret->idle = sqlite3_column_int64(row, first + 12);
    return are_times(ret) ? 0 : -1;
}

/* --- entries */

int store_entries(struct database *db, const char *id, struct entries *ret)
{
    static const char s[] = "SELECT at, kind, seat, text, n FROM entries"
                            " WHERE match = ?1 ORDER BY n";
    sqlite3_stmt *row = database_bind(db, s, "t", id);
    int found;

    while ((found = database_step(db, row)) == 1) {
        struct entry entry;
        if (ret->count == ENTRIES_MAX ||
            sqlite3_column_int64(row, 4) != (int64_t)ret->count + 1) {
            database_done(row); /* what follows is of no log of ours */
            return 0;
        }
        memset(&entry, 0, sizeof(entry));
        entry.at = sqlite3_column_int64(row, 0);
        entry.kind = (int8_t)sqlite3_column_int(row, 1);
        entry.seat = (int8_t)sqlite3_column_int(row, 2);
        database_text(row, 3, entry.text, sizeof(entry.text));
        if (entries_add(ret, &entry) < 0) {
            database_done(row);
            return MORTISE_ENOMEM;
        }
    }
    return found;
}

/* The row of the match: made with the first entry, else counted on, so that an
 * entry whose predecessor was not written is not written either. */
static int write_match(struct database *db, mortise_str ask)
{
    static const char add[] = "INSERT INTO matches(id, " STORE_OPTIONS
                              ", number) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, "
                              "?8, ?9, ?10, ?11, ?12, ?13, ?14, 1)";
    static const char count[] =
        "UPDATE matches SET number = ?2 WHERE id = ?1 AND number = ?2 - 1";
    const char *id = record_text(ask, FIELD_MATCH);
    int64_t number = record_int(ask, FIELD_NUMBER);

    if (number != 1)
        return database_run(db, database_bind(db, count, "ti", id, number));
    return database_run(
        db,
        database_bind(
            db, add, "tttiiitiiiiiii", id, record_text(ask, FIELD_GAME),
            record_text(ask, FIELD_VARIANT), record_int(ask, FIELD_RATED),
            record_int(ask, FIELD_HIDDEN), record_int(ask, FIELD_QUICK),
            record_text(ask, FIELD_CODE), record_int(ask, FIELD_CREATED),
            record_int(ask, FIELD_INITIAL), record_int(ask, FIELD_INCREMENT),
            record_int(ask, FIELD_DELAY), record_int(ask, FIELD_GRACE),
            record_int(ask, FIELD_READY), record_int(ask, FIELD_IDLE)));
}

static int write_entry(struct database *db, mortise_str ask)
{
    static const char s[] = "INSERT INTO entries(match, n, at, kind, seat, "
                            "text) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
    mortise_str packed = record_part(ask, FIELD_ENTRIES);
    struct entries entries = {(unsigned char *)(uintptr_t)packed.p, packed.n,
                              packed.n, 1};
    struct entry entry;
    size_t offset = 0;

    if (!entries_next(&entries, &offset, &entry))
        return MORTISE_EINVAL;
    return database_run(db, database_bind(db, s, "tiiiit",
                                          record_text(ask, FIELD_MATCH),
                                          record_int(ask, FIELD_NUMBER),
                                          entry.at, (int64_t)entry.kind,
                                          (int64_t)entry.seat, entry.text));
}

/* --- results */

/* What never began leaves nothing behind. */
static int forget(struct database *db, const char *id)
{
    static const char s[] = "DELETE FROM entries WHERE match = ?1";
    static const char t[] = "DELETE FROM matches WHERE id = ?1";
    int error = database_run(db, database_bind(db, s, "t", id));

    return error == 0 ? database_run(db, database_bind(db, t, "t", id)) : error;
}

static int write_player(struct database *db, const char *id, int64_t ended,
                        mortise_str player)
{
    static const char s[] = "INSERT OR IGNORE INTO played(user, ended, match, "
                            "seat, name) VALUES(?1, ?2, ?3, ?4, ?5)";
    int error = database_run(
        db, database_bind(db, s, "titit", record_text(player, FIELD_USER),
                          ended, id, record_int(player, FIELD_PLACE),
                          record_text(player, FIELD_NAME)));

    return error == MORTISE_ENOENT ? 0 : error;
}

static int write_result(struct database *db, mortise_str ask,
                        struct record *answer)
{
    static const char s[] = "UPDATE matches SET over = 1, winner = ?2, "
                            "why = ?3, moves = ?4, ended = ?5 WHERE id = ?1";
    const char *id = record_text(ask, FIELD_MATCH);
    int64_t ended = record_int(ask, FIELD_ENDED);
    mortise_str rest = ask, player;
    int error;

    if (strcmp(record_text(ask, FIELD_WHY), "cancelled") == 0)
        return forget(db, id);
    error = database_run(
        db, database_bind(db, s, "titii", id, record_int(ask, FIELD_WINNER),
                          record_text(ask, FIELD_WHY),
                          record_int(ask, FIELD_MOVES), ended));
    while (error == 0 && record_next(&rest, FIELD_PLAYER, &player))
        error = write_player(db, id, ended, player);
    if (error == 0 && record_int(ask, FIELD_RATED) != 0)
        error = store_rate(db, record_text(ask, FIELD_GAME), ask, answer);
    return error;
}

int store_write(struct database *db, int kind, mortise_str ask,
                struct record *answer)
{
    int error;

    if (kind == WRITE_FORGET)
        return store_forget(db, record_text(ask, FIELD_USER), answer);
    if (kind == WRITE_RENAME)
        return store_rename(db, record_text(ask, FIELD_USER),
                            record_text(ask, FIELD_NAME));
    error = write_match(db, ask);
    if (error == 0)
        error = write_entry(db, ask);
    if (error == 0 && record_int(ask, FIELD_OVER) != 0)
        error = write_result(db, ask, answer);
    return error;
}
