/* SPDX-License-Identifier: MIT */
/*
 * Who is connected: players, who are users of mortise/identity.h, and their
 * sockets. A player is here as long as one of their sockets is, and owns
 * nothing of any match: who has a seat is in the match.
 */
#ifndef GAME_CLIENTS_H
#define GAME_CLIENTS_H

#include <stdbool.h>

#include <mortise/plugin.h>

#include <common/map.h>
#include <common/record.h>

#include "games/rules.h"
#include "match/entry.h"
#include "rating/rating.h"

enum {
    WATCHES_MAX = 8 /* matches that one socket may follow */
};

struct player_rating {
    double rating, deviation;
    int64_t games;
};

struct player {
    struct map_node node; /* by user */
    char user[USER_SIZE];
    bool loaded; /* the ratings are those of the database */
    int clients;
    int playing; /* matches that run; -1: they were not counted yet */
    struct player_rating ratings[GAMES_MAX]; /* by place in rules_at() */
};

struct watch; /* watches.h */

struct client {
    struct map_node node; /* by socket */
    mortise_socket socket;
    struct player *player;
    struct watch *watches;
    int watch_count;
    int filter; /* of the lobby, from 1; 0: is not there */
    bool looks; /* at who is here */
};

/* The client of a socket, made when there is none yet. NULL when nobody is
 * signed in there, or memory is out. */
struct client *clients_get(mortise_socket socket);
/* NULL when there is none. */
struct client *clients_find(mortise_socket socket);
/* Forgets it. It watches nothing any more. */
void clients_remove(struct client *client);
struct client *clients_next(const struct client *after);
void clients_free(void);

/* NULL when none of their sockets is connected. */
struct player *players_find(const char *user);
struct player *players_next(const struct player *after);
size_t players_count(void);
/* Their rating after a match: a FIELD_PLAYER of what store_write() answers. */
void players_rated(int rules, mortise_str player);
/* Reads the ratings of all whose are not known yet. */
void players_load(void);
/* An entry in which this user sits down: with the name and, if it is known, the
 * rating in this game that they have now. */
void players_sit(struct entry *entry, const char *user, int rules);
/* The same for a bot. */
void players_sit_bot(struct entry *entry, int level);
/* What a user is called: as auth says, else "guest-4f2a91"; and what it knows
 * of them. */
enum profile { PROFILE_NONE, PROFILE_GUEST, PROFILE_ACCOUNT };
enum profile players_name(const char *user, char ret[NAME_SIZE]);

#endif
