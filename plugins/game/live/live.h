/* SPDX-License-Identifier: MIT */
/*
 * Matches that are in memory, because they run, wait, or were over a moment
 * ago; and how they come to be in the log and are told.
 *
 * Of one match there are up to three states, all made from the same log:
 *
 *     head   with every entry, also those that are being written
 *     shown  with those that are in the database: what anybody is told
 *     late   what spectators see, when they are to be behind
 *
 * An entry is checked against the head, and applied to it, at once, so that
 * many may be under way. When it is written `shown` follows, everybody is told
 * and whoever asked is answered: what was told is in the log. When it cannot be
 * written the head goes back to what is shown, and who asked gets an error.
 *
 * From the bottom to the top: live_table.c has them all, live_entries.c makes
 * entries, live_time.c says when something is due, live.c does that, and tells
 * what was written. live_state.c carries them over a reload.
 */
#ifndef GAME_LIVE_H
#define GAME_LIVE_H

#include <mortise/plugin.h>
#include <mortise/state.h>

#include <common/map.h>
#include <common/writer.h>

#include "live/clients.h"
#include "match/match.h"
#include "store/fields.h"

#define LIVE_TIMER "due"
#define LIVE_JOB   "write"

struct live {
    struct map_node node;        /* by id */
    struct map_node node_by_key; /* for cookies */
    uint64_t key;
    char id[ID_SIZE];
    struct match head, shown, late;
    struct entries log;
    size_t shown_offset, late_offset; /* into the log */
    uint32_t generation;              /* how often the head went back */
    struct watch *watches;
    int spectators;
    mortise_timer timer;
    int64_t timer_at;
    int64_t not_before; /* the database has failed: tries again then */
    bool thinking;      /* a bot is, in a job */
    bool telling;       /* is in use: not to be forgotten now */
    bool restarted;     /* was read from the log, and was not told so yet */
};

/* What is to be answered, and to whom, once an entry is written. */
struct ask {
    enum asked what;
    mortise_socket socket;
    mortise_reply reply;
};

/* A match without entries. NULL: there are too many, or memory is out. */
struct live *live_new(const struct match_options *how);
/* One that the log has, at the start. Takes the entries over. 0 or an error. */
int live_load(const char *id, const struct match_options *options,
              struct entries *entries);
struct live *live_find(const char *id);
struct live *live_find_key(uint64_t key);
/* All of them; NULL begins and ends. */
struct live *live_next(const struct live *after);
/* How many there are, and how many that are not over a user has a seat in. */
size_t live_count(void);
int live_count_of(const char *user);
/* How many that run. */
int live_running_of(const char *user);

/* What time it is in this match: never before its last entry. */
int64_t live_now(const struct live *live);
/* Makes what is due by now. Before anything else is tried. */
void live_settle(struct live *live);
/* An entry of now. The reason when it may not be, and then nothing has changed
 * and nothing was answered. */
struct reason live_add(struct live *live, int kind, int seat, const char *text,
                       const struct ask *ask);
/* Sees to it that live_due() comes in time. After any change. */
void live_schedule(struct live *live);
/* The timer's row. */
void live_due(mortise_socket none, const mortise_event *event);
/* Forgets one that nobody has entered yet. */
void live_drop(struct live *live);

/* Something else that is to be written, in its turn. 0 or an error. */
int live_write(enum write kind, uint64_t cookie, mortise_str ask);
/* The `done` of a bot's job (thinking.h): it moves. */
void live_thought(mortise_job job, const mortise_done *done);
/* The `done` of LIVE_JOB, and what a newer build takes over. */
void live_written(mortise_job job, const mortise_done *done);
int live_save(mortise_saving to);
int live_restore(mortise_saved from);
/* What a start or a reload has left to do. */
void live_begin(void);
void live_free(void);

#endif
