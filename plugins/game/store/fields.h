/* SPDX-License-Identifier: MIT */
/*
 * What the loop and the jobs say to each other: records (common/record.h) of
 * these fields. They cross a reload, so no number is ever used for anything
 * else.
 */
#ifndef GAME_FIELDS_H
#define GAME_FIELDS_H

#include <common/record.h>

enum field {
    /* An entry that is written, and for whom. */
    FIELD_MATCH = 1,  /* its id */
    FIELD_NUMBER,     /* of the entry, from 1 */
    FIELD_ENTRIES,    /* packed, as in entry.h */
    FIELD_GENERATION, /* of the match's log in memory */
    FIELD_SOCKET,
    FIELD_FOR, /* enum asked: what is answered when it is written */
    /* A match: with its first entry, and when it is read. */
    FIELD_GAME = 20,
    FIELD_VARIANT,
    FIELD_RATED,
    FIELD_HIDDEN,
    FIELD_QUICK,
    FIELD_CODE,
    FIELD_CREATED,
    FIELD_INITIAL,
    FIELD_INCREMENT,
    FIELD_DELAY,
    FIELD_GRACE,
    FIELD_READY,
    FIELD_IDLE,
    /* Its result: with its last one. */
    FIELD_OVER = 40, /* 1 */
    FIELD_WINNER,
    FIELD_WHY,
    FIELD_MOVES,
    FIELD_ENDED,
    FIELD_PLAYER, /* a record: one for each seat */
    /* A player. */
    FIELD_USER = 60,
    FIELD_NAME,
    FIELD_RATING, /* a double, as text */
    FIELD_DEVIATION,
    FIELD_BEFORE, /* the rating before this match */
    FIELD_GAMES,
    FIELD_WON,
    FIELD_LOST,
    FIELD_DRAWN,
    FIELD_RANK,
    FIELD_PLACE, /* the seat */
    /* A read, and what came of it. */
    FIELD_WHAT = 80, /* enum read */
    FIELD_FROM,
    FIELD_LIMIT,
    FIELD_ROW, /* a record: list of them */
    FIELD_TOTAL,
    FIELD_LAST,   /* time and id of the last one of the page before */
    FIELD_ABOUT,  /* whose profile */
    FIELD_PLAYED, /* a record: how many of one game */
    FIELD_PAST,   /* a record: a match that is over */
    /* A bot's move. */
    FIELD_MOVE = 100
};

/* What somebody waits for. */
enum asked {
    ASKED_NOTHING,
    ASKED_OK,    /* {ok, n} */
    ASKED_ENTER, /* everything from then on, and {ok, match} */
    ASKED_BEGIN  /* its seat in a match that the server has made */
};

/* Kinds of writes. */
enum write {
    WRITE_ENTRY,
    WRITE_FORGET, /* FIELD_USER: an account that was deleted */
    WRITE_RENAME  /* FIELD_USER is called FIELD_NAME from now on */
};

enum read {
    READ_PLAYER = 1, /* ratings of a user */
    READ_BOARD,      /* a page of the leaderboard */
    READ_AROUND,     /* the one with a user in the middle */
    READ_REPLAY,
    READ_HISTORY,
    READ_PROFILE /* FIELD_ABOUT, as FIELD_USER may see it */
};

void fields_put_double(struct record *r, int field, double value);
double fields_double(mortise_str bytes, int field);

#endif
