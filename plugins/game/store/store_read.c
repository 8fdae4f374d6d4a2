/* SPDX-License-Identifier: MIT */
/* Opening and reading. */
#include <string.h>

#include "options.h"
#include "store/fields.h"
#include "store/store_sql.h"

static struct database *writer, *reader;

int store_open(const char *file)
{
    int error = database_open(&writer, file, &store_layout);

    if (error == 0)
        error = database_limit(writer, (int)options.database_wait_ms,
                               options.database_pages);
    if (error == 0)
        error = database_open_reader(&reader, file);
    if (error == 0)
        error = database_limit(reader, (int)options.database_wait_ms, 0);
    if (error != 0)
        store_close();
    return error;
}

void store_close(void)
{
    database_close(reader);
    database_close(writer);
    reader = writer = NULL;
}

struct database *store_writer(void)
{
    return writer;
}

int store_load(int (*call)(const char *id, const struct match_options *options,
                           struct entries *entries))
{
    static const char s[] =
        "SELECT id, " STORE_OPTIONS ", number FROM matches WHERE over = 0";
    int error = database_begin(reader), found = 0;

    if (error != 0)
        return error;
    sqlite3_stmt *row = database_bind(reader, s, "");
    while (error == 0 && (found = database_step(reader, row)) == 1) {
        struct match_options how;
        struct entries entries = {0};
        char id[ID_SIZE];
        database_text(row, 0, id, sizeof(id));
        if (store_row_options(row, 1, &how) < 0) {
            mortise_log(MORTISE_WARN,
                        "match %s is of a game that this build has not, or "
                        "its row is damaged: it is left alone",
                        id);
            continue;
        }
        error = store_entries(reader, id, &entries);
        if (error == 0 && sqlite3_column_int64(row, 1 + STORE_OPTION_COUNT) !=
                              (int64_t)entries.count)
            mortise_log(MORTISE_WARN,
                        "the log of match %s is not whole: it is left alone",
                        id);
        else if (error == 0)
            error = call(id, &how, &entries);
        entries_free(&entries); /* empty, when they were taken over */
        if (error != 0)
            database_done(row);
    }
    return database_end(reader, error != 0 ? error : found);
}

/* --- rows; within a transaction */

static void put_row(struct record *answer, int field, const struct record *row)
{
    if (row->error != 0)
        answer->error = row->error;
    record_put_bytes(answer, field, record_bytes(row));
}

static void put_text(struct record *r, int field, sqlite3_stmt *row, int i)
{
    char text[ENTRY_TEXT_SIZE];

    database_text(row, i, text, sizeof(text));
    record_put(r, field, text);
}

/* Rows of user, name, rating, deviation, games, won, lost, drawn, game. */
#define STANDING "user, name, rating, deviation, games, won, lost, drawn, game"

static int standings(struct database *db, sqlite3_stmt *row, int64_t rank,
                     struct record *answer)
{
    int found;

    while ((found = database_step(db, row)) == 1) {
        struct record one = {0};
        put_text(&one, FIELD_USER, row, 0);
        put_text(&one, FIELD_NAME, row, 1);
        fields_put_double(&one, FIELD_RATING, sqlite3_column_double(row, 2));
        fields_put_double(&one, FIELD_DEVIATION, sqlite3_column_double(row, 3));
        record_put_int(&one, FIELD_GAMES, sqlite3_column_int64(row, 4));
        record_put_int(&one, FIELD_WON, sqlite3_column_int64(row, 5));
        record_put_int(&one, FIELD_LOST, sqlite3_column_int64(row, 6));
        record_put_int(&one, FIELD_DRAWN, sqlite3_column_int64(row, 7));
        put_text(&one, FIELD_GAME, row, 8);
        record_put_int(&one, FIELD_RANK, rank++);
        put_row(answer, FIELD_ROW, &one);
        record_free(&one);
    }
    return found;
}

/* The one number of a query; 0 when there is no row. */
static int number(sqlite3_stmt *row, int64_t *ret)
{
    int found = database_step(reader, row);

    if (found != 1)
        return found;
    *ret = sqlite3_column_int64(row, 0);
    database_done(row);
    return 0;
}

/* 0: has not played. */
static int read_rank(const char *game, const char *user, int64_t *ret)
{
    static const char s[] =
        "SELECT (SELECT count(*) FROM ratings o WHERE o.game = r.game AND"
        " (o.least > r.least OR (o.least = r.least AND o.user < r.user))) + 1"
        " FROM ratings r WHERE r.game = ?1 AND r.user = ?2";

    *ret = 0;
    return number(database_bind(reader, s, "tt", game, user), ret);
}

/* The ratings of one user; their ranks take longer. */
static int read_player(const char *user, bool ranked, struct record *answer)
{
    static const char s[] = "SELECT " STANDING " FROM ratings WHERE user = ?1"
                            " AND game = ?2";
    int error = 0;

    for (int i = 0; rules_at(i) && error == 0; i++) {
        const char *game = rules_at(i)->name;
        int64_t rank = 0;
        if (ranked)
            error = read_rank(game, user, &rank);
        if (error == 0)
            error =
                standings(reader, database_bind(reader, s, "tt", user, game),
                          rank, answer);
    }
    return error;
}

static int read_page(mortise_str ask, int64_t from, struct record *answer)
{
    static const char total[] = "SELECT count(*) FROM ratings WHERE game = ?1";
    static const char page[] = "SELECT " STANDING " FROM ratings"
                               " WHERE game = ?1 ORDER BY least DESC, user"
                               " LIMIT ?2 OFFSET ?3";
    const char *game = record_text(ask, FIELD_GAME);
    int64_t limit = record_int(ask, FIELD_LIMIT), count = 0;
    int error = number(database_bind(reader, total, "t", game), &count);

    record_put_int(answer, FIELD_TOTAL, count);
    if (error != 0)
        return error;
    return standings(reader,
                     database_bind(reader, page, "tii", game, limit, from - 1),
                     from, answer);
}

static int read_around(mortise_str ask, struct record *answer)
{
    int64_t rank = 0, from;
    int error = read_rank(record_text(ask, FIELD_GAME),
                          record_text(ask, FIELD_USER), &rank);

    if (error != 0)
        return error;
    record_put_int(answer, FIELD_RANK, rank); /* 0: has not played */
    from = rank - record_int(ask, FIELD_LIMIT) / 2;
    return read_page(ask, from > 1 ? from : 1, answer);
}

/* Seats, by their numbers, of a match that is over. */
static int read_players(const char *id, struct record *answer)
{
    static const char s[] =
        "SELECT user, name, seat FROM played WHERE match = ?1 ORDER BY seat";
    sqlite3_stmt *row = database_bind(reader, s, "t", id);
    int found;

    while ((found = database_step(reader, row)) == 1) {
        struct record one = {0};
        put_text(&one, FIELD_USER, row, 0);
        put_text(&one, FIELD_NAME, row, 1);
        record_put_int(&one, FIELD_PLACE, sqlite3_column_int64(row, 2));
        record_put_bytes(answer, FIELD_PLAYER, record_bytes(&one));
        record_free(&one);
    }
    return found;
}

/* Columns behind the options: winner, why, moves, ended. */
#define RESULT "winner, why, moves, m.ended"

static int put_match(sqlite3_stmt *row, int first, struct record *answer)
{
    struct match_options how;
    int i = first + STORE_OPTION_COUNT;

    if (store_row_options(row, first, &how) < 0)
        return MORTISE_ENOENT;
    store_put_options(answer, &how);
    record_put_int(answer, FIELD_WINNER, sqlite3_column_int64(row, i));
    put_text(answer, FIELD_WHY, row, i + 1);
    record_put_int(answer, FIELD_MOVES, sqlite3_column_int64(row, i + 2));
    record_put_int(answer, FIELD_ENDED, sqlite3_column_int64(row, i + 3));
    return 0;
}

static int read_replay(mortise_str ask, struct record *answer)
{
    static const char s[] = "SELECT " STORE_OPTIONS ", " RESULT
                            " FROM matches m WHERE id = ?1 AND over = 1 AND"
                            " (hidden = 0 OR code = ?2 OR EXISTS (SELECT 1 FROM"
                            " played WHERE match = ?1 AND user = ?3))";
    const char *id = record_text(ask, FIELD_MATCH);
    sqlite3_stmt *row =
        database_bind(reader, s, "ttt", id, record_text(ask, FIELD_CODE),
                      record_text(ask, FIELD_USER));
    struct entries entries = {0};
    int found = database_step(reader, row), error;

    if (found != 1)
        return found == 0 ? MORTISE_ENOENT : found;
    error = put_match(row, 0, answer);
    database_done(row);
    if (error == 0)
        error = read_players(id, answer);
    if (error == 0)
        error = store_entries(reader, id, &entries);
    record_put_bytes(answer, FIELD_ENTRIES,
                     (mortise_str){(const char *)entries.p, entries.n});
    entries_free(&entries);
    return error;
}

/* What somebody has played: for themselves all of it, for others what was not
 * private. */
static int read_past(mortise_str ask, const char *user, int field,
                     struct record *answer)
{
    static const char s[] =
        "SELECT p.match, p.seat, " STORE_OPTIONS ", " RESULT
        " FROM played p JOIN matches m ON m.id = p.match"
        " WHERE p.user = ?1 AND p.ended < ?2 AND (m.hidden = 0 OR ?4 = ?1)"
        " ORDER BY p.ended DESC LIMIT ?3";
    sqlite3_stmt *row = database_bind(
        reader, s, "tiit", user, record_int(ask, FIELD_LAST),
        record_int(ask, FIELD_LIMIT), record_text(ask, FIELD_USER));
    int found;

    while ((found = database_step(reader, row)) == 1) {
        struct record one = {0};
        char id[ID_SIZE];
        database_text(row, 0, id, sizeof(id));
        record_put(&one, FIELD_MATCH, id);
        record_put_int(&one, FIELD_PLACE, sqlite3_column_int64(row, 1));
        if (put_match(row, 2, &one) == 0 && read_players(id, &one) == 0)
            put_row(answer, field, &one);
        record_free(&one);
    }
    return found;
}

/* How many of their last matches, of each game, they have won, lost, drawn. */
static int read_played(mortise_str ask, const char *user, struct record *answer)
{
    static const char s[] =
        "SELECT m.game, count(*), sum(m.winner = p.seat),"
        " sum(m.winner = 1 - p.seat), sum(m.winner = ?3) FROM"
        " (SELECT match, seat FROM played WHERE user = ?1"
        " ORDER BY ended DESC LIMIT 10000) p JOIN matches m ON m.id = p.match"
        " WHERE (m.hidden = 0 OR ?2 = ?1) AND m.winner <> ?4 GROUP BY m.game";
    sqlite3_stmt *row =
        database_bind(reader, s, "ttii", user, record_text(ask, FIELD_USER),
                      (int64_t)DRAWN, (int64_t)UNDECIDED);
    int found;

    while ((found = database_step(reader, row)) == 1) {
        struct record one = {0};
        put_text(&one, FIELD_GAME, row, 0);
        record_put_int(&one, FIELD_GAMES, sqlite3_column_int64(row, 1));
        record_put_int(&one, FIELD_WON, sqlite3_column_int64(row, 2));
        record_put_int(&one, FIELD_LOST, sqlite3_column_int64(row, 3));
        record_put_int(&one, FIELD_DRAWN, sqlite3_column_int64(row, 4));
        put_row(answer, FIELD_PLAYED, &one);
        record_free(&one);
    }
    return found;
}

/* What they were called when they played last. */
static int read_name(const char *user, struct record *answer)
{
    static const char s[] = "SELECT name FROM played WHERE user = ?1"
                            " ORDER BY ended DESC LIMIT 1";
    sqlite3_stmt *row = database_bind(reader, s, "t", user);
    int found = database_step(reader, row);

    if (found == 1) {
        put_text(answer, FIELD_NAME, row, 0);
        database_done(row);
    }
    return found < 0 ? found : 0;
}

static int read_profile(mortise_str ask, struct record *answer)
{
    const char *user = record_text(ask, FIELD_ABOUT);
    int error = read_name(user, answer);

    if (error == 0)
        error = read_player(user, true, answer);
    if (error == 0)
        error = read_played(ask, user, answer);
    return error == 0 ? read_past(ask, user, FIELD_PAST, answer) : error;
}

static int read_what(mortise_str ask, struct record *answer)
{
    switch (record_int(ask, FIELD_WHAT)) {
    case READ_PLAYER:
        return read_player(record_text(ask, FIELD_USER), false, answer);
    case READ_BOARD:
        return read_page(ask, record_int(ask, FIELD_FROM), answer);
    case READ_AROUND:
        return read_around(ask, answer);
    case READ_REPLAY:
        return read_replay(ask, answer);
    case READ_HISTORY:
        return read_past(ask, record_text(ask, FIELD_USER), FIELD_ROW, answer);
    case READ_PROFILE:
        return read_profile(ask, answer);
    default:
        return MORTISE_EINVAL;
    }
}

int store_read(const mortise_work *work)
{
    struct record answer = {0};
    int error = database_begin(reader);

    if (error != 0)
        return error;
    record_put_all(&answer, work->input); /* says whom it is for */
    error = database_end(reader, read_what(work->input, &answer));
    if (error == 0)
        error = answer.error;
    void *bytes = error == 0 ? mortise_work_output(work, answer.n) : NULL;
    if (bytes)
        memcpy(bytes, answer.p, answer.n);
    else if (error == 0)
        error = MORTISE_ENOMEM;
    record_free(&answer);
    return error;
}
