/* SPDX-License-Identifier: MIT */
/*
 * What happens in a match, one after the other: its log. A match is nothing but
 * what follows from its options and its entries (match.h), so whoever has them
 * has the match: a restart, a reload, somebody who watches a minute behind.
 */
#ifndef GAME_ENTRY_H
#define GAME_ENTRY_H

#include <stddef.h>
#include <stdint.h>

enum {
    USER_SIZE = 201,        /* an id of mortise/identity.h, with its NUL */
    NAME_SIZE = 32 * 4 + 1, /* 32 characters */
    ENTRY_TEXT_SIZE = USER_SIZE + NAME_SIZE + 24
};

/* The numbers stand in databases: they never change their meaning. */
enum entry_kind {
    ENTRY_SIT = 1,   /* text: user, name, rating; see entry_sit() */
    ENTRY_STAND = 2, /* before the start */
    ENTRY_READY = 3,
    ENTRY_START = 4,   /* no seat; text: the seed */
    ENTRY_MOVE = 5,    /* text: the move */
    ENTRY_OFFER = 6,   /* a draw */
    ENTRY_DECLINE = 7, /* the other's offer */
    ENTRY_ACCEPT = 8,
    ENTRY_RESIGN = 9,
    ENTRY_AWAY = 10, /* its player's last connection is gone */
    ENTRY_BACK = 11,
    ENTRY_FLAG = 12,    /* its time is over */
    ENTRY_FORFEIT = 13, /* it was away for too long */
    ENTRY_ABORT = 14,   /* no seat; text: why */
    ENTRY_RESTART = 15, /* no seat: the server was down until now */
    ENTRY_REMATCH = 16, /* wants another one */
    ENTRY_NEXT = 17,    /* no seat; text: the id of that one */
    ENTRY_KINDS = 18
};

struct entry {
    int64_t at;  /* ms since 1970; never before the one in front */
    int8_t kind; /* enum entry_kind */
    int8_t seat; /* NOBODY where it says so */
    char text[ENTRY_TEXT_SIZE];
};

/* A word for clients: "move". */
const char *entry_name(int kind);
/* Somebody takes a seat, with the rating that they have then (0: it is not
 * known); a bot is the user "bot:LEVEL". */
void entry_sit(struct entry *entry, const char *user, const char *name,
               int rating, int deviation);

/* The entries of one match, packed. All zero is an empty one. */
struct entries {
    unsigned char *p;
    size_t n, cap;
    uint32_t count;
};

enum {
    ENTRIES_MAX = 4000, /* of a match */
    /* Of those that say who is away: moves, of which no game has so many, find
     * room in any case. */
    ENTRIES_AWAY_MAX = 2000,
    /* Of those that say who sits down: an open match, to which one comes and
     * goes without end, still finds room for a game. */
    ENTRIES_SIT_MAX = 1000
};

/* Adds one; -1: memory is out, or there are too many. */
int entries_add(struct entries *entries, const struct entry *entry);
/* Reads the entry at *offset, which begins as 0, and goes behind it. 0 at the
 * end, or when what is there is damaged; else 1. */
int entries_next(const struct entries *entries, size_t *offset,
                 struct entry *ret);
/* Forgets what is behind an offset that entries_next() has reached. */
void entries_cut(struct entries *entries, size_t offset, uint32_t count);
void entries_free(struct entries *entries);

#endif
