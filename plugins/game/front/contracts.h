/* SPDX-License-Identifier: MIT */
/* What is said, both ways: the tables of game.c, which --describe prints. */
#ifndef GAME_CONTRACTS_H
#define GAME_CONTRACTS_H

#include <mortise/contract.h>

#define OPTIONAL .flags = MORTISE_OPTIONAL
#define TIME     .description = "Milliseconds since 1970."

/* --- parts */

static const mortise_field each_number[] = {{NULL, MORTISE_INTEGER}};
static const mortise_field each_text[] = {{NULL, MORTISE_STRING}};
static const mortise_field asked_clock[] = {
    {"seconds", MORTISE_INTEGER, .min = 5, .max = 86400,
     .description = "Each player's, for the whole match."},
    {"increment", MORTISE_INTEGER, OPTIONAL, .min = 0, .max = 3600,
     .description = "Seconds that each move adds."},
};
static const mortise_field clock_of[] = {
    {"seconds", MORTISE_INTEGER},
    {"increment", MORTISE_INTEGER},
};
static const mortise_field seat_of[] = {
    {"user", MORTISE_STRING},
    {"name", MORTISE_STRING},
    {"bot", MORTISE_INTEGER, OPTIONAL, .description = "Its level."},
    {"rating", MORTISE_INTEGER, OPTIONAL, .description = "As they sat down."},
    {"deviation", MORTISE_INTEGER, OPTIONAL},
    {"ready", MORTISE_BOOL},
    {"away", MORTISE_BOOL},
    {"offers", MORTISE_BOOL, .description = "A draw."},
    {"rematch", MORTISE_BOOL, .description = "Wants another one."},
};
static const mortise_field each_seat[] = {
    {NULL, MORTISE_OBJECT, OPTIONAL, MORTISE_NESTED(seat_of)},
};
static const mortise_field time_of[] = {
    {"at", MORTISE_INTEGER,
     .description = "When the clocks showed this: what runs has gone on."},
    {"now", MORTISE_INTEGER, .description = "The server's clock."},
    {"left", MORTISE_ARRAY, OPTIONAL, MORTISE_NESTED(each_number),
     .description = "Milliseconds of each seat; null: there is no clock."},
    {"running", MORTISE_ARRAY, MORTISE_NESTED(each_number),
     .description = "The seats whose clocks run."},
    {"allowance", MORTISE_ARRAY, MORTISE_NESTED(each_number),
     .description = "Milliseconds for which each may be away still."},
    {"away", MORTISE_ARRAY, MORTISE_NESTED(each_number),
     .description = "The seats whose allowances run."},
    {"readyUntil", MORTISE_INTEGER, OPTIONAL, TIME},
};
static const mortise_field result_of[] = {
    {"winner", MORTISE_INTEGER, OPTIONAL, .description = "A seat."},
    {"drawn", MORTISE_BOOL},
    {"why", MORTISE_STRING,
     .one_of = "played|resigned|agreed|time|left|idle|aborted|"
               "cancelled"},
};

/* A match as a whole. */
static const mortise_field match_of[] = {
    {"match", MORTISE_STRING, .description = "Its id."},
    {"game", MORTISE_STRING},
    {"variant", MORTISE_STRING},
    {"rated", MORTISE_BOOL},
    {"private", MORTISE_BOOL},
    {"quick", MORTISE_BOOL},
    {"code", MORTISE_STRING, OPTIONAL,
     .description = "That opens a private match; for who has a seat."},
    {"clock", MORTISE_OBJECT, OPTIONAL, MORTISE_NESTED(clock_of)},
    {"delay", MORTISE_INTEGER,
     .description = "Seconds by which spectators are behind."},
    {"created", MORTISE_INTEGER, TIME},
    {"draws", MORTISE_BOOL, .description = "Whether they may be offered."},
    {"you", MORTISE_INTEGER, OPTIONAL, .description = "Your seat."},
    {"n", MORTISE_INTEGER, .description = "Of the last entry of its log."},
    {"status", MORTISE_STRING, .one_of = "open|full|running|over"},
    {"moves", MORTISE_INTEGER},
    {"spectators", MORTISE_INTEGER},
    {"seats", MORTISE_ARRAY, MORTISE_NESTED(each_seat)},
    {"turns", MORTISE_ARRAY, MORTISE_NESTED(each_number),
     .description = "The seats that may move."},
    {"time", MORTISE_OBJECT, MORTISE_NESTED(time_of)},
    {"result", MORTISE_OBJECT, OPTIONAL, MORTISE_NESTED(result_of)},
    {"next", MORTISE_STRING, OPTIONAL, .description = "The rematch."},
    {"view", MORTISE_OBJECT,
     .description = "What you may see of the game: README.md."},
};
/* A line of the lobby. */
#define SUMMARY                                                                \
    {"match", MORTISE_STRING}, {"game", MORTISE_STRING},                       \
        {"variant", MORTISE_STRING}, {"rated", MORTISE_BOOL},                  \
        {"clock", MORTISE_OBJECT, OPTIONAL, MORTISE_NESTED(clock_of)},         \
        {"delay", MORTISE_INTEGER}, {"created", MORTISE_INTEGER, TIME},        \
        {"status", MORTISE_STRING, .one_of = "open|full|running|over"},        \
        {"spectators", MORTISE_INTEGER},                                       \
    {                                                                          \
        "seats", MORTISE_ARRAY, MORTISE_NESTED(each_seat)                      \
    }
static const mortise_field summary_of[] = {SUMMARY};
static const mortise_field player_of[] = {
    {"user", MORTISE_STRING},
    {"name", MORTISE_STRING},
};
static const mortise_field each_summary[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(summary_of)},
};
static const mortise_field invite_of[] = {
    {"by", MORTISE_OBJECT, MORTISE_NESTED(player_of)},
    {"code", MORTISE_STRING, OPTIONAL,
     .description = "To join it with, if it is private."},
    SUMMARY,
};
static const mortise_field each_invite[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(invite_of)},
};
static const mortise_field rated_of[] = {
    {"game", MORTISE_STRING},
    {"rating", MORTISE_INTEGER},
    {"provisional", MORTISE_BOOL},
};
static const mortise_field each_rated[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(rated_of)},
};
/* Somebody who is here. */
static const mortise_field here_of[] = {
    {"user", MORTISE_STRING},
    {"name", MORTISE_STRING},
    {"guest", MORTISE_BOOL},
    {"playing", MORTISE_BOOL, .description = "A match of theirs runs."},
    {"ratings", MORTISE_ARRAY, MORTISE_NESTED(each_rated),
     .description = "In the games that they have played for one."},
};
static const mortise_field each_here[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(here_of)},
};
static const mortise_field standing_of[] = {
    {"rank", MORTISE_INTEGER},      {"user", MORTISE_STRING},
    {"name", MORTISE_STRING},       {"rating", MORTISE_INTEGER},
    {"deviation", MORTISE_INTEGER}, {"provisional", MORTISE_BOOL},
    {"games", MORTISE_INTEGER},     {"won", MORTISE_INTEGER},
    {"lost", MORTISE_INTEGER},      {"drawn", MORTISE_INTEGER},
};
static const mortise_field each_standing[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(standing_of)},
};
static const mortise_field each_player[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(player_of)},
};
static const mortise_field past_of[] = {
    {"match", MORTISE_STRING},
    {"game", MORTISE_STRING},
    {"variant", MORTISE_STRING},
    {"rated", MORTISE_BOOL},
    {"ended", MORTISE_INTEGER, TIME},
    {"moves", MORTISE_INTEGER},
    {"clock", MORTISE_OBJECT, OPTIONAL, MORTISE_NESTED(clock_of)},
    {"result", MORTISE_OBJECT, MORTISE_NESTED(result_of)},
    {"players", MORTISE_ARRAY, MORTISE_NESTED(each_player)},
    {"you", MORTISE_INTEGER, .description = "Your seat."},
};
static const mortise_field each_past[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(past_of)},
};
static const mortise_field entry_of[] = {
    {"n", MORTISE_INTEGER},
    {"at", MORTISE_INTEGER, TIME},
    {"kind", MORTISE_STRING},
    {"seat", MORTISE_INTEGER, OPTIONAL},
    {"text", MORTISE_STRING, .description = "A move, for instance."},
    {"left", MORTISE_ARRAY, OPTIONAL, MORTISE_NESTED(each_number)},
    {"view", MORTISE_OBJECT, .description = "What has changed in it."},
};
static const mortise_field each_entry[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(entry_of)},
};
static const mortise_field counted_of[] = {
    {"game", MORTISE_STRING},   {"games", MORTISE_INTEGER},
    {"won", MORTISE_INTEGER},   {"lost", MORTISE_INTEGER},
    {"drawn", MORTISE_INTEGER},
};
static const mortise_field each_counted[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(counted_of)},
};
static const mortise_field known_of[] = {
    {"game", MORTISE_STRING},      {"rank", MORTISE_INTEGER},
    {"rating", MORTISE_INTEGER},   {"deviation", MORTISE_INTEGER},
    {"provisional", MORTISE_BOOL}, {"games", MORTISE_INTEGER},
    {"won", MORTISE_INTEGER},      {"lost", MORTISE_INTEGER},
    {"drawn", MORTISE_INTEGER},
};
static const mortise_field each_known[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(known_of)},
};
static const mortise_field game_of[] = {
    {"game", MORTISE_STRING},
    {"draws", MORTISE_BOOL},
    {"levels", MORTISE_INTEGER, .description = "Of its bot, from 1."},
    {"variants", MORTISE_ARRAY, MORTISE_NESTED(each_text)},
};
static const mortise_field each_game[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(game_of)},
};

/* --- asked */

#define GAME_FIELD                                                             \
    {                                                                          \
        "game", MORTISE_STRING, .min = 1, .max = 32                            \
    }
#define VARIANT_FIELD                                                          \
    {                                                                          \
        "variant", MORTISE_STRING, OPTIONAL, .min = 1, .max = 32               \
    }
#define CLOCK_FIELD                                                            \
    {                                                                          \
        "clock", MORTISE_OBJECT, OPTIONAL, MORTISE_NESTED(asked_clock)         \
    }
#define MATCH_FIELD                                                            \
    {                                                                          \
        "match", MORTISE_STRING, .min = 1, .max = 12                           \
    }
#define LIMIT_FIELD                                                            \
    {                                                                          \
        "limit", MORTISE_INTEGER, OPTIONAL, .min = 1, .max = 100               \
    }

static const mortise_field create[] = {
    GAME_FIELD,
    VARIANT_FIELD,
    {"rated", MORTISE_BOOL, OPTIONAL},
    {"private", MORTISE_BOOL, OPTIONAL,
     .description = "In no list; only for who has its code."},
    CLOCK_FIELD,
    {"delay", MORTISE_INTEGER, OPTIONAL, .min = 0, .max = 3600,
     .description = "Seconds by which spectators are behind."},
    {"seat", MORTISE_INTEGER, OPTIONAL, .min = 0, .max = 1,
     .description = "Yours; without it chance decides."},
    {"bot", MORTISE_INTEGER, OPTIONAL, .min = 1, .max = 5,
     .description = "Play against one of this level."},
};
static const mortise_field which[] = {MATCH_FIELD};
static const mortise_field which_code[] = {
    MATCH_FIELD,
    {"code", MORTISE_STRING, OPTIONAL, .max = 16},
};
static const mortise_field move[] = {
    MATCH_FIELD,
    {"move", MORTISE_STRING, .min = 1, .max = 63},
    {"after", MORTISE_INTEGER, OPTIONAL, .min = 0, .max = 100000,
     .description = "How many moves you have seen: with it one that is sent "
                    "twice counts once."},
};
static const mortise_field quick[] = {
    GAME_FIELD,
    VARIANT_FIELD,
    {"rated", MORTISE_BOOL, OPTIONAL, .description = "Without it: true."},
    CLOCK_FIELD,
    {"bot", MORTISE_INTEGER, OPTIONAL, .min = 1, .max = 5,
     .description = "Play one of this level, unrated, if nobody comes."},
};
static const mortise_field lobby[] = {
    {"game", MORTISE_STRING, OPTIONAL, .min = 1, .max = 32},
    {"status", MORTISE_STRING, OPTIONAL, .one_of = "open|running|any"},
    {"rated", MORTISE_BOOL, OPTIONAL},
    {"timed", MORTISE_BOOL, OPTIONAL, .description = "Has a clock."},
    {"ratingMin", MORTISE_INTEGER, OPTIONAL, .min = 0, .max = 10000},
    {"ratingMax", MORTISE_INTEGER, OPTIONAL, .min = 0, .max = 10000},
    LIMIT_FIELD,
};
static const mortise_field board[] = {
    GAME_FIELD,
    {"from", MORTISE_INTEGER, OPTIONAL, .min = 1, .max = 1000000,
     .description = "The first rank."},
    LIMIT_FIELD,
};
static const mortise_field around[] = {GAME_FIELD, LIMIT_FIELD};
#define USER_FIELD                                                             \
    {                                                                          \
        "user", MORTISE_STRING, .min = 1, .max = 200                           \
    }
static const mortise_field here[] = {
    {"after", MORTISE_STRING, OPTIONAL, .max = 200,
     .description = "`user` of the last one of the page before."},
    LIMIT_FIELD,
};
static const mortise_field find[] = {
    {"code", MORTISE_STRING, .min = 1, .max = 32,
     .description = "However it was typed: in any case, with hyphens."},
};
static const mortise_field invite[] = {MATCH_FIELD, USER_FIELD};
static const mortise_field player[] = {
    USER_FIELD,
    {"before", MORTISE_INTEGER, OPTIONAL, .min = 0, .max = 9007199254740991.0,
     .description = "`ended` of the last one of the page before."},
    LIMIT_FIELD,
};
static const mortise_field history[] = {
    {"before", MORTISE_INTEGER, OPTIONAL, .min = 0, .max = 9007199254740991.0,
     .description = "`ended` of the last one of the page before."},
    LIMIT_FIELD,
};

/* --- answered */

static const mortise_field ok[] = {{"ok", MORTISE_BOOL}};
static const mortise_field done[] = {
    {"ok", MORTISE_BOOL},
    {"n", MORTISE_INTEGER, .description = "Of its entry in the log."},
};
static const mortise_field entered[] = {
    {"ok", MORTISE_BOOL},
    {"match", MORTISE_STRING,
     .description = "Its id: all of it has come before, as match:view."},
};
static const mortise_field listed[] = {
    {"ok", MORTISE_BOOL},
    {"total", MORTISE_INTEGER, OPTIONAL},
    {"matches", MORTISE_ARRAY, MORTISE_NESTED(each_summary)},
};
static const mortise_field mine[] = {
    {"ok", MORTISE_BOOL},
    {"matches", MORTISE_ARRAY, MORTISE_NESTED(each_summary)},
    {"invitations", MORTISE_ARRAY, MORTISE_NESTED(each_invite),
     .description = "That you have, and that are open."},
};
static const mortise_field found_match[] = {
    {"ok", MORTISE_BOOL},
    {"code", MORTISE_STRING, .description = "As it is."},
    SUMMARY,
};
static const mortise_field present[] = {
    {"ok", MORTISE_BOOL},
    {"total", MORTISE_INTEGER, .description = "How many are here."},
    {"players", MORTISE_ARRAY, MORTISE_NESTED(each_here)},
};
static const mortise_field profile[] = {
    {"ok", MORTISE_BOOL},
    {"user", MORTISE_STRING},
    {"name", MORTISE_STRING},
    {"here", MORTISE_BOOL},
    {"guest", MORTISE_BOOL, OPTIONAL,
     .description = "null: they have not been here for long."},
    {"ratings", MORTISE_ARRAY, MORTISE_NESTED(each_known)},
    {"played", MORTISE_ARRAY, MORTISE_NESTED(each_counted),
     .description = "Rated or not, with a result: of the last 10,000."},
    {"running", MORTISE_ARRAY, MORTISE_NESTED(each_summary)},
    {"matches", MORTISE_ARRAY, MORTISE_NESTED(each_past),
     .description = "The last first; private ones are for yourself only. "
                    "`you` is the seat of whose profile it is."},
};
static const mortise_field queued[] = {
    {"ok", MORTISE_BOOL},
    {"waiting", MORTISE_INTEGER, .description = "How many do."},
    {"window", MORTISE_INTEGER, .description = "Of rating, to each side."},
};
static const mortise_field unqueued[] = {
    {"ok", MORTISE_BOOL},
    {"left", MORTISE_BOOL, .description = "false: you did not wait."},
};
static const mortise_field ranked[] = {
    {"ok", MORTISE_BOOL},
    {"game", MORTISE_STRING},
    {"total", MORTISE_INTEGER},
    {"rank", MORTISE_INTEGER, OPTIONAL,
     .description = "Yours, of leaderboard:around."},
    {"players", MORTISE_ARRAY, MORTISE_NESTED(each_standing)},
};
static const mortise_field replayed[] = {
    {"ok", MORTISE_BOOL},
    {"match", MORTISE_STRING},
    {"game", MORTISE_STRING},
    {"variant", MORTISE_STRING},
    {"rated", MORTISE_BOOL},
    {"ended", MORTISE_INTEGER, TIME},
    {"moves", MORTISE_INTEGER},
    {"clock", MORTISE_OBJECT, OPTIONAL, MORTISE_NESTED(clock_of)},
    {"result", MORTISE_OBJECT, MORTISE_NESTED(result_of)},
    {"players", MORTISE_ARRAY, MORTISE_NESTED(each_player)},
    {"entries", MORTISE_ARRAY, MORTISE_NESTED(each_entry)},
};
static const mortise_field so_far[] = {
    {"ok", MORTISE_BOOL},
    {"match", MORTISE_STRING},
    {"n", MORTISE_INTEGER, .description = "Of the last one."},
    {"entries", MORTISE_ARRAY, MORTISE_NESTED(each_entry)},
};
static const mortise_field past[] = {
    {"ok", MORTISE_BOOL},
    {"matches", MORTISE_ARRAY, MORTISE_NESTED(each_past)},
};
static const mortise_field games[] = {
    {"ok", MORTISE_BOOL},
    {"games", MORTISE_ARRAY, MORTISE_NESTED(each_game)},
};

/* --- emitted */

static const mortise_field delta[] = {
    {"match", MORTISE_STRING},
    {"n", MORTISE_INTEGER, .description = "One more than the last."},
    {"at", MORTISE_INTEGER, TIME},
    {"kind", MORTISE_STRING, .description = "What has happened: README.md."},
    {"seat", MORTISE_INTEGER, OPTIONAL, .description = "Whose doing it is."},
    {"move", MORTISE_STRING, OPTIONAL, .description = "If you may know it."},
    {"time", MORTISE_OBJECT, MORTISE_NESTED(time_of)},
    {"view", MORTISE_OBJECT, .description = "What has changed in it."},
    {"status", MORTISE_STRING, OPTIONAL, .one_of = "open|full|running|over"},
    {"result", MORTISE_OBJECT, OPTIONAL, MORTISE_NESTED(result_of)},
    {"seats", MORTISE_ARRAY, OPTIONAL, MORTISE_NESTED(each_seat)},
    {"turns", MORTISE_ARRAY, OPTIONAL, MORTISE_NESTED(each_number)},
    {"moves", MORTISE_INTEGER, OPTIONAL},
    {"next", MORTISE_STRING, OPTIONAL},
};
static const mortise_field rating_of[] = {
    {"seat", MORTISE_INTEGER},      {"user", MORTISE_STRING},
    {"before", MORTISE_INTEGER},    {"rating", MORTISE_INTEGER},
    {"deviation", MORTISE_INTEGER}, {"games", MORTISE_INTEGER},
};
static const mortise_field each_rating[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(rating_of)},
};
static const mortise_field rated[] = {
    {"match", MORTISE_STRING},
    {"ratings", MORTISE_ARRAY, MORTISE_NESTED(each_rating)},
};
static const mortise_field audience[] = {
    {"match", MORTISE_STRING},
    {"spectators", MORTISE_INTEGER},
};
static const mortise_field closed[] = {{"match", MORTISE_STRING}};
static const mortise_field waiting[] = {
    {"since", MORTISE_INTEGER, TIME},
    {"window", MORTISE_INTEGER, .description = "Of rating, to each side."},
    {"waiting", MORTISE_INTEGER, .description = "How many do."},
};
static const mortise_field refused[] = {
    {"match", MORTISE_STRING},
    {"user", MORTISE_STRING},
    {"name", MORTISE_STRING},
};
static const mortise_field people[] = {
    {"again", MORTISE_BOOL,
     .description = "There were more than fit: ask for the list anew."},
    {"total", MORTISE_INTEGER, .description = "How many are here."},
    {"changed", MORTISE_ARRAY, MORTISE_NESTED(each_here)},
    {"gone", MORTISE_ARRAY, MORTISE_NESTED(each_text),
     .description = "Their ids."},
};
static const mortise_field changes[] = {
    {"again", MORTISE_BOOL,
     .description = "There were more than fit: ask for the list anew."},
    {"changed", MORTISE_ARRAY, MORTISE_NESTED(each_summary)},
    {"gone", MORTISE_ARRAY, MORTISE_NESTED(each_text)},
};

#endif
