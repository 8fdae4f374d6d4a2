/* SPDX-License-Identifier: MIT */
/*
 * The queue of quick matches by itself, which is told the time. Two are paired
 * who want the same game, variant, clock and kind, and whose ratings are not
 * further apart than either of them accepts: a window that is narrow at first
 * and widens with the time that they wait. Of those that could be paired the
 * ones with the nearest ratings are.
 */
#ifndef GAME_QUEUE_H
#define GAME_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include <mortise/plugin.h>

#include "match/match.h"

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

#endif
