/* SPDX-License-Identifier: MIT */
/* The settings. Read in init and never changed afterwards, so jobs may read
 * them on other threads. */
#ifndef GAME_OPTIONS_H
#define GAME_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <mortise/plugin.h>

struct options {
    char *database;
    int64_t database_wait_ms, database_pages; /* 0 pages: no bound */
    bool anonymous; /* who is not signed in plays too, as long as connected */
    int64_t grace_ms, ready_ms, idle_ms;
    int64_t keep_ms;        /* how long a match that is over can be watched */
    int64_t bot_ms;         /* what a bot waits before its move */
    int64_t matches_max;    /* at a time */
    int64_t per_user;       /* of one user, at a time */
    int64_t spectators_max; /* of one match */
    int64_t delay_max_ms;
    int64_t window, window_step, window_max; /* of quick matches: rating */
    int64_t window_step_ms;
    int64_t bot_after_ms; /* who waits so long gets a bot, who wants one */
    int64_t queue_max;    /* who may wait for one */
    int64_t waiting, waiting_bytes; /* of the writer */
};

extern struct options options;

/* In init. 0, or an error, which has been logged. */
int options_read(mortise_value settings);
void options_free(void);

#endif
