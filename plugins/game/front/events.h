/* SPDX-License-Identifier: MIT */
/* What clients ask, once their contracts are kept: the rows of game.c. */
#ifndef GAME_EVENTS_H
#define GAME_EVENTS_H

#include "live/clients.h"
#include "live/live.h"

/* The sender, or NULL when that is answered: nobody is signed in, or memory is
 * out. */
struct client *events_caller(mortise_socket from, const mortise_event *event);
/* The match that the event names, if the sender may know of it; settled. NULL
 * when that is answered. */
struct live *events_match(const struct client *client,
                          const mortise_event *event);
/* Game and variant of the event. -1 when that is answered. */
int events_game(const mortise_event *event, int32_t *ret_rules,
                int32_t *ret_variant);
/* "clock", in ms; 0 without. */
void events_clock(const mortise_event *event, int64_t *ret_initial,
                  int64_t *ret_increment);

/* --- the life of a socket */
mortise_call events_connecting, events_connect, events_disconnect;
/* --- a match, in events.c */
mortise_call events_create, events_join, events_watch, events_leave,
    events_ready, events_move, events_resign, events_offer, events_accept,
    events_decline, events_rematch, events_entries;
/* --- other players, in events_players.c */
mortise_call events_here, events_find, events_invite, events_refuse;
/* --- all others, in events_lobby.c */
mortise_call events_lobby, events_lobby_leave, events_quick, events_quick_leave,
    events_board, events_around, events_replay, events_history, events_mine,
    events_games, events_player;

#endif
