/* SPDX-License-Identifier: MIT */
/* Ratings that follow from a match. */
#include <string.h>

#include "rating/rating.h"
#include "store/fields.h"
#include "store/store_sql.h"

struct standing {
    struct rating rating;
    int64_t games, won, lost, drawn;
};

/* As it is at this time; who has none begins. */
static int read_standing(struct database *db, const char *game,
                         const char *user, int64_t now, struct standing *ret)
{
    static const char s[] =
        "SELECT rating, deviation, volatility, games, won, lost, drawn, updated"
        " FROM ratings WHERE game = ?1 AND user = ?2";
    sqlite3_stmt *row = database_bind(db, s, "tt", game, user);
    int found = database_step(db, row);

    *ret = (struct standing){.rating = rating_start};
    if (found != 1)
        return found;
    struct rating stored = {sqlite3_column_double(row, 0),
                            sqlite3_column_double(row, 1),
                            sqlite3_column_double(row, 2)};
    ret->rating = rating_aged(&stored, now - sqlite3_column_int64(row, 7));
    ret->games = sqlite3_column_int64(row, 3);
    ret->won = sqlite3_column_int64(row, 4);
    ret->lost = sqlite3_column_int64(row, 5);
    ret->drawn = sqlite3_column_int64(row, 6);
    database_done(row);
    return 0;
}

static int write_standing(struct database *db, const char *game,
                          mortise_str player, const struct standing *now,
                          int64_t at)
{
    static const char s[] =
        "INSERT INTO ratings(game, user, name, rating, deviation, volatility,"
        " least, games, won, lost, drawn, updated)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
        " ON CONFLICT(game, user) DO UPDATE SET name = ?3, rating = ?4,"
        " deviation = ?5, volatility = ?6, least = ?7, games = ?8, won = ?9,"
        " lost = ?10, drawn = ?11, updated = ?12";
    const struct rating *r = &now->rating;

    return database_run(
        db, database_bind(
                db, s, "tttddddiiiii", game, record_text(player, FIELD_USER),
                record_text(player, FIELD_NAME), r->rating, r->deviation,
                r->volatility, r->rating - 2 * r->deviation, now->games,
                now->won, now->lost, now->drawn, at));
}

int store_rename(struct database *db, const char *user, const char *name)
{
    static const char s[] =
        "UPDATE ratings SET name = ?2 WHERE user = ?1 AND name <> ?2";
    int error = database_run(db, database_bind(db, s, "tt", user, name));

    return error == MORTISE_ENOENT ? 0 : error;
}

static void count(struct standing *standing, double score)
{
    standing->games++;
    standing->won += score > 0.75;
    standing->lost += score < 0.25;
    standing->drawn += score > 0.25 && score < 0.75;
}

static void put(struct record *answer, mortise_str player,
                const struct rating *before, const struct standing *now)
{
    struct record one = {0};

    record_put(&one, FIELD_USER, record_text(player, FIELD_USER));
    record_put_int(&one, FIELD_PLACE, record_int(player, FIELD_PLACE));
    record_put_int(&one, FIELD_GAMES, now->games);
    fields_put_double(&one, FIELD_BEFORE, before->rating);
    fields_put_double(&one, FIELD_RATING, now->rating.rating);
    fields_put_double(&one, FIELD_DEVIATION, now->rating.deviation);
    if (one.error != 0)
        answer->error = one.error;
    record_put_bytes(answer, FIELD_PLAYER, record_bytes(&one));
    record_free(&one);
}

int store_rate(struct database *db, const char *game, mortise_str ask,
               struct record *answer)
{
    int64_t at = record_int(ask, FIELD_ENDED);
    int64_t winner = record_int(ask, FIELD_WINNER);
    mortise_str rest = ask, players[SEATS];
    struct standing before[SEATS];
    int error = 0;

    for (int seat = 0; seat < SEATS && error == 0; seat++) {
        if (!record_next(&rest, FIELD_PLAYER, &players[seat]))
            return MORTISE_EINVAL;
        error = read_standing(db, game, record_text(players[seat], FIELD_USER),
                              at, &before[seat]);
    }
    for (int seat = 0; seat < SEATS && error == 0; seat++) {
        double score = winner == DRAWN ? 0.5 : winner == seat ? 1 : 0;
        struct rating_game played = {before[1 - seat].rating, score};
        struct standing now = before[seat];
        now.rating = rating_after(&before[seat].rating, &played, 1);
        count(&now, score);
        error = write_standing(db, game, players[seat], &now, at);
        put(answer, players[seat], &before[seat].rating, &now);
    }
    return error;
}
