/* SPDX-License-Identifier: MIT */
/*
 * A match: what follows from its options and the entries of its log. The state
 * changes by match_apply() and in no other way; time is the entries' own. So
 * the same entries give the same bytes, on whatever machine and at whatever
 * time, and a copy that has had fewer of them is the match as it was.
 *
 * Nothing here knows a client, a disk or a clock on the wall: those are for
 * live.h. A match is plain data without pointers.
 *
 * Two clocks run. One is the players': it runs for whoever may move and is
 * there. The other is for who is away, and takes from an allowance for the
 * whole match, so that a lost connection costs nobody's thinking time and
 * nobody gains an endless one by it: when it is used up, the match is lost.
 */
#ifndef GAME_MATCH_H
#define GAME_MATCH_H

#include "games/rules.h"
#include "match/clock.h"
#include "match/entry.h"
#include "match/seat.h"

enum {
    ID_SIZE = 13,  /* of a match, with its NUL */
    CODE_SIZE = 9, /* that opens a private one */
    WHY_SIZE = 16
};

enum match_status {
    MATCH_OPEN, /* a seat is free */
    MATCH_FULL, /* and waits for both to be ready */
    MATCH_RUNNING,
    MATCH_OVER
};

struct match_options {
    int32_t rules; /* a place of rules_at() */
    int32_t variant;
    bool rated;
    bool hidden; /* private: in no list, and only with its code */
    bool quick;  /* made by the queue: who is not ready ends it */
    char code[CODE_SIZE];
    int64_t created;
    int64_t initial;   /* of the clock, ms; 0: there is none */
    int64_t increment; /* for each move */
    int64_t delay;     /* by which who watches is behind */
    int64_t grace;     /* the allowance of who is away */
    int64_t ready;     /* within which both have to be ready */
    int64_t idle;      /* without a move, or before the start an entry */
};

struct match {
    struct match_options options;
    struct seat seats[SEATS];
    struct clock clock; /* of the players */
    struct clock grace; /* of who is away */
    int64_t at;         /* of the last entry */
    int64_t full_at;    /* since when both seats are taken */
    int64_t moved_at;   /* since when the next move is waited for */
    uint32_t number;    /* of entries so far */
    uint32_t moves;
    int32_t status; /* enum match_status */
    bool started;   /* there is a game to be seen */
    int32_t winner; /* a seat, DRAWN, or UNDECIDED: nobody, without a result */
    char why[WHY_SIZE]; /* it is over; see match_end() */
    char next[ID_SIZE]; /* the rematch */
    _Alignas(8) unsigned char state[RULES_STATE_SIZE];
};

/* Why something cannot be; code NULL: it can. */
struct reason {
    const char *code;    /* for programs: "not_your_turn" */
    const char *message; /* for people */
};

void match_init(struct match *match, const struct match_options *options);
/* Whether this may happen now; its time is not before the last entry's. */
struct reason match_check(const struct match *match, const struct entry *entry);
/* Makes it happen; match_check() has let it pass. */
void match_apply(struct match *match, const struct entry *entry);

/*
 * What happens by itself, and when: a time that runs out, the start when both
 * are ready, a bot that declines a draw. Gives the time, and the entry that is
 * to be made then; INT64_MAX: nothing does. The entry of a start needs a seed
 * still.
 */
int64_t match_due(const struct match *match, struct entry *ret);

const struct rules *match_rules(const struct match *match);
/* The seats that may move, as bits. */
unsigned match_turns(const struct match *match);
/* The seat of a user, or NOBODY. */
int match_seat_of(const struct match *match, const char *user);
/* A seat that nobody has taken, or NOBODY. */
int match_free_seat(const struct match *match);
/* Of the game, for a seat or NOBODY; empty before the start. */
void match_view(const struct match *match, int viewer, struct view *ret);
/* Whether this viewer may know the text of an entry that is to be applied. */
bool match_shows(const struct match *match, const struct entry *entry,
                 int viewer);
/* Whether ratings follow from it: two persons, and a result. */
bool match_is_rated(const struct match *match);

const char *match_status_name(int status);

#endif
