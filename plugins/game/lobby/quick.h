/* SPDX-License-Identifier: MIT */
/* Quick matches: who waits in the queue (queue.h), and what they are told. */
#ifndef GAME_QUICK_H
#define GAME_QUICK_H

#include "live/live.h"
#include "lobby/queue.h"

#define QUICK_TIMER "quick"

/* Somebody begins to wait. */
struct reason quick_join(const struct ticket *ticket);
/* A user, or the socket that waits, does not any more. 1: did wait. */
int quick_leave(const char *user);
void quick_gone(const struct client *client);
/* In a quick match somebody was not ready: the other one waits again. */
void quick_again(struct live *live);
/* The timer's row: pairs, and tells who waits how wide their window is. */
void quick_tick(mortise_socket none, const mortise_event *event);
size_t quick_count(void);

int quick_save(mortise_saving to);
int quick_restore(mortise_saved from);
void quick_free(void);

#endif
