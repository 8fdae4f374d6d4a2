/* SPDX-License-Identifier: MIT */
/*
 * Who waits for a quick match. Two are paired who want the same game, variant,
 * clock and kind, and whose ratings are not further apart than either of them
 * accepts: a window that is narrow at first and widens with the time that they
 * wait. Of those that could be paired the ones with the nearest ratings are.
 *
 * queue_*: the queue by itself, which is told the time.
 * quick_*: what the server does with it.
 */
#ifndef GAME_QUICK_H
#define GAME_QUICK_H

#include "live.h"

#define QUICK_TIMER "quick"

struct ticket {
    char user[USER_SIZE];
    mortise_socket socket;
    int32_t rules, variant;
    bool rated;
    int64_t initial, increment;
    double rating;
    bool known;  /* the rating; else it waits for that first */
    int32_t bot; /* the level of one to play with, if nobody comes; 0: none */
    int64_t since;
};

struct window {
    int64_t first, step, step_ms, max; /* of rating; 0 for the max: none */
};

struct queue {
    struct ticket *tickets;
    size_t count, cap;
    bool sorted; /* false: ratings, wishes or members have changed */
};

/* 0; MORTISE_ENOMEM. One of the same user makes way. */
int queue_add(struct queue *queue, const struct ticket *ticket);
/* 0; MORTISE_ENOENT. */
int queue_remove(struct queue *queue, const char *user);
struct ticket *queue_find(struct queue *queue, const char *user);
int64_t queue_window(const struct ticket *ticket, const struct window *window,
                     int64_t now);
/* Takes out two who fit: 1; 0 when there are none. */
int queue_pair(struct queue *queue, const struct window *window, int64_t now,
               struct ticket ret[SEATS]);
void queue_free(struct queue *queue);

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
