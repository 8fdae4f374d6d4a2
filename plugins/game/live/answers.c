/* SPDX-License-Identifier: MIT */
#include "live/answers.h"

#include <math.h>
#include <string.h>

#include <mortise/values.h>

#include "live/clients.h"
#include "live/says.h"
#include "match/match.h"
#include "store/fields.h"
#include "store/store.h"

/* --- the leaderboard */

static void append_standing(mortise_writer out, mortise_str row)
{
    double deviation = fields_double(row, FIELD_DEVIATION);

    mortise_open_object(out, NULL);
    mortise_append(out, "rank:I, user:s, name:s", record_int(row, FIELD_RANK),
                   record_text(row, FIELD_USER), record_text(row, FIELD_NAME));
    mortise_append(out,
                   "rating:I, deviation:I, provisional:b, games:I, won:I, "
                   "lost:I, drawn:I",
                   (int64_t)lround(fields_double(row, FIELD_RATING)),
                   (int64_t)lround(deviation), deviation > DEVIATION_KNOWN,
                   record_int(row, FIELD_GAMES), record_int(row, FIELD_WON),
                   record_int(row, FIELD_LOST), record_int(row, FIELD_DRAWN));
    mortise_close(out);
}

static void answer_board(mortise_writer out, mortise_str answer)
{
    mortise_str rest = answer, row;
    int64_t rank = record_int(answer, FIELD_RANK);

    mortise_append(out, "ok:true, game:s, total:I",
                   record_text(answer, FIELD_GAME),
                   record_int(answer, FIELD_TOTAL));
    if (rank > 0)
        mortise_append(out, "rank:I", rank);
    else
        mortise_append(out, "rank:null");
    mortise_open_array(out, "players");
    while (record_next(&rest, FIELD_ROW, &row))
        append_standing(out, row);
    mortise_close(out);
}

/* --- matches that are over */

static void append_match(mortise_writer out, mortise_str row)
{
    int64_t winner = record_int(row, FIELD_WINNER);
    int64_t seconds = record_int(row, FIELD_INITIAL) / 1000;
    mortise_str rest = row, player;

    mortise_append(out, "match:s, game:s, variant:s, rated:b, ended:I, moves:I",
                   record_text(row, FIELD_MATCH), record_text(row, FIELD_GAME),
                   record_text(row, FIELD_VARIANT),
                   record_int(row, FIELD_RATED) != 0,
                   record_int(row, FIELD_ENDED), record_int(row, FIELD_MOVES));
    if (seconds > 0)
        mortise_append(out, "clock:{seconds:I, increment:I}", seconds,
                       record_int(row, FIELD_INCREMENT) / 1000);
    else
        mortise_append(out, "clock:null");
    mortise_open_object(out, "result");
    if (winner == 0 || winner == 1)
        mortise_append(out, "winner:I", winner);
    else
        mortise_append(out, "winner:null");
    mortise_append(out, "drawn:b, why:s", winner == DRAWN,
                   record_text(row, FIELD_WHY));
    mortise_close(out);
    mortise_open_array(out, "players");
    while (record_next(&rest, FIELD_PLAYER, &player))
        mortise_append(out, "{user:s, name:s}", record_text(player, FIELD_USER),
                       record_text(player, FIELD_NAME));
    mortise_close(out);
}

static void append_past(mortise_writer out, mortise_str answer, int field)
{
    mortise_str rest = answer, row;

    mortise_open_array(out, "matches");
    while (record_next(&rest, field, &row)) {
        mortise_open_object(out, NULL);
        append_match(out, row);
        mortise_append(out, "you:I", record_int(row, FIELD_PLACE));
        mortise_close(out);
    }
    mortise_close(out);
}

static void answer_history(mortise_writer out, mortise_str answer)
{
    mortise_append(out, "ok:true");
    append_past(out, answer, FIELD_ROW);
}

/* --- somebody's profile */

/* The matches of theirs that run, and are not private. */
static void append_running(mortise_writer out, const char *user)
{
    mortise_open_array(out, "running");
    for (struct live *live = NULL; (live = live_next(live));)
        if (live->shown.status == MATCH_RUNNING && !live->head.options.hidden &&
            match_seat_of(&live->shown, user) != NOBODY)
            says_summary(out, live);
    mortise_close(out);
}

static void append_played(mortise_writer out, mortise_str answer)
{
    mortise_str rest = answer, row;

    mortise_open_array(out, "played");
    while (record_next(&rest, FIELD_PLAYED, &row))
        mortise_append(out, "{game:s, games:I, won:I, lost:I, drawn:I}",
                       record_text(row, FIELD_GAME),
                       record_int(row, FIELD_GAMES), record_int(row, FIELD_WON),
                       record_int(row, FIELD_LOST),
                       record_int(row, FIELD_DRAWN));
    mortise_close(out);
}

static void append_ratings(mortise_writer out, mortise_str answer)
{
    mortise_str rest = answer, row;

    mortise_open_array(out, "ratings");
    while (record_next(&rest, FIELD_ROW, &row)) {
        double deviation = fields_double(row, FIELD_DEVIATION);
        mortise_append(
            out,
            "{game:s, rank:I, rating:I, deviation:I, provisional:b,"
            " games:I, won:I, lost:I, drawn:I}",
            record_text(row, FIELD_GAME), record_int(row, FIELD_RANK),
            (int64_t)lround(fields_double(row, FIELD_RATING)),
            (int64_t)lround(deviation), deviation > DEVIATION_KNOWN,
            record_int(row, FIELD_GAMES), record_int(row, FIELD_WON),
            record_int(row, FIELD_LOST), record_int(row, FIELD_DRAWN));
    }
    mortise_close(out);
}

/* Whoever has been forgotten is nobody, and all of them are the same. */
static bool is_somebody(mortise_str answer, enum profile known)
{
    const char *user = record_text(answer, FIELD_ABOUT);

    return strncmp(user, "deleted:", 8) != 0 &&
           (known != PROFILE_NONE || players_find(user) ||
            record_text(answer, FIELD_NAME)[0]);
}

static void answer_profile(mortise_reply reply, mortise_str answer)
{
    static const struct reason none = {"no_such_player",
                                       "There is no such player."};
    const char *user = record_text(answer, FIELD_ABOUT);
    const char *before = record_text(answer, FIELD_NAME);
    char name[NAME_SIZE];
    enum profile known = players_name(user, name);
    mortise_writer out;

    if (!is_somebody(answer, known)) {
        says_refuse_later(reply, none);
        return;
    }
    out = mortise_begin_reply(reply);
    mortise_open_object(out, NULL);
    mortise_append(out, "ok:true, user:s, name:s, here:b", user,
                   known == PROFILE_NONE && before[0] ? before : name,
                   players_find(user) != NULL);
    if (known == PROFILE_NONE)
        mortise_append(out, "guest:null");
    else
        mortise_append(out, "guest:b", known == PROFILE_GUEST);
    append_ratings(out, answer);
    append_played(out, answer);
    append_running(out, user);
    append_past(out, answer, FIELD_PAST);
    mortise_end(out);
}

/* --- a replay */

/* What was to be seen at each entry, when nothing is hidden any more: a page
 * that replays needs no rules. */
static void answer_replay(mortise_writer out, mortise_str answer)
{
    mortise_str log = record_part(answer, FIELD_ENTRIES);
    struct entries entries = {(unsigned char *)(uintptr_t)log.p, log.n, log.n,
                              0};
    struct match_options options;
    struct match match;
    struct entry entry;
    size_t offset = 0;

    mortise_append(out, "ok:true");
    append_match(out, answer);
    mortise_open_array(out, "entries");
    if (store_options(answer, &options) == 0) {
        match_init(&match, &options);
        while (entries_next(&entries, &offset, &entry) &&
               !match_check(&match, &entry).code)
            says_replayed(out, &match, &entry);
    }
    mortise_close(out);
}

/* --- somebody who has come */

/* Whoever was a guest may have a name now: the leaderboard is to know it. */
static void rename_player(const char *user, const char *name)
{
    struct record ask = {0};

    record_put(&ask, FIELD_USER, user);
    record_put(&ask, FIELD_NAME, name);
    if (ask.error == 0)
        live_write(WRITE_RENAME, 0, record_bytes(&ask)); /* or the next time */
    record_free(&ask);
}

/* What a READ_PLAYER has found. */
static void player_loaded(mortise_str answer)
{
    struct player *player = players_find(record_text(answer, FIELD_USER));
    mortise_str rest = answer, row;
    char name[NAME_SIZE];

    if (!player || player->loaded)
        return;
    player->loaded = true;
    bool known = players_name(player->user, name), other = false;
    while (record_next(&rest, FIELD_ROW, &row)) {
        players_rated(rules_find(record_text(row, FIELD_GAME)), row);
        other = other || strcmp(record_text(row, FIELD_NAME), name) != 0;
    }
    if (known && other)
        rename_player(player->user, name);
}

/* --- answers */

static void refuse(mortise_reply reply, int status)
{
    static const struct reason none = {"no_such_match",
                                       "There is no such match."};

    if (reply != 0)
        says_refuse_later(reply,
                          status == MORTISE_ENOENT ? none : says_unstored);
}

void answers_done(mortise_job job, const mortise_done *done)
{
    mortise_str answer = done->output;
    mortise_writer out;
    int64_t what = done->status == 0 ? record_int(answer, FIELD_WHAT) : 0;

    if (done->status != 0) {
        refuse(done->cookie, done->status);
        return;
    }
    if (what == READ_PLAYER)
        player_loaded(answer);
    if (done->cookie == 0)
        return;
    if (what == READ_PROFILE) {
        answer_profile(done->cookie, answer);
        return;
    }
    out = mortise_begin_reply(done->cookie);
    mortise_open_object(out, NULL);
    if (what == READ_REPLAY)
        answer_replay(out, answer);
    else if (what == READ_HISTORY)
        answer_history(out, answer);
    else
        answer_board(out, answer);
    mortise_end(out);
}
