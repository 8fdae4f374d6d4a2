/* SPDX-License-Identifier: MIT */
/* A seat of a match, and who sits in it. */
#ifndef GAME_SEAT_H
#define GAME_SEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "match/entry.h"

/* What the users begin with who are not signed in. */
#define SEAT_ANONYMOUS "anonymous:"

struct seat {
    char user[USER_SIZE]; /* "": it is free */
    char name[NAME_SIZE];
    int32_t rating, deviation; /* as they sat down; 0: not known */
    int8_t bot;                /* its level; 0: a person */
    bool ready;
    bool away;      /* has no connection */
    bool offers;    /* a draw, which was not answered yet */
    bool may_offer; /* once for each move of its own */
    bool rematch;   /* wants another one */
};

/* Somebody sits down: the text of an ENTRY_SIT. -1 when it is none. */
int seat_take(struct seat *seat, const char *text);
static inline bool seat_is_taken(const struct seat *seat)
{
    return seat->user[0] != '\0';
}
/* The level of a user that is a bot; 0: it is none. */
int seat_bot_level(const char *user);

#endif
