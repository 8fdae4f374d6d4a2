/* SPDX-License-Identifier: MIT */
/*
 * A reload: from the plugins that are in effect to those of another
 * configuration, all together or not at all.
 *
 *     reload_new()       reads and compares, copies what has changed
 *     canary_start()     tries it in a process of its own (see canary.h)
 *     reload_stage()     everything else that can fail, in one turn of the loop
 *     reload_commit()    cannot fail
 *
 * Until reload_commit() nothing has changed for anybody; reload_abandon() goes
 * back from anywhere before. The start of the server is a reload that finds
 * nothing there. There is one at a time, never within a callback.
 */
#ifndef MORTISE_HOST_RELOAD_H
#define MORTISE_HOST_RELOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct config;
struct config_plugin;
struct generation;
struct host;
struct lineup;
struct plugin_slot;
struct sio_namespace;

enum change_kind {
    CHANGE_NONE,
    CHANGE_ADDED,
    CHANGE_REPLACED,
    CHANGE_REMOVED,
};

/* What happens to one plugin. */
struct change {
    enum change_kind kind;
    struct plugin_slot *slot;
    struct generation *before, *after; /* NULL: there is none */
    const struct config_plugin *entry; /* NULL: removed */
    bool build, settings, name_space;  /* what is new about it */
    bool left_out;                     /* see quarantine.h */
    uint32_t version;                  /* of its saved state */
    struct buf state;                  /* empty: it saves none */
    bool restored;
    uint32_t timers, timers_lost; /* carried over, and not */
};

enum reload_step {
    RELOAD_READ,
    RELOAD_CANARY,
    RELOAD_INIT,
    RELOAD_SAVE,
    RELOAD_RESTORE,
    RELOAD_COMMIT,
    RELOAD_STEP_COUNT,
};

struct reload {
    struct host *host;
    const struct config *config;
    struct change *changes; /* of the line-up first, the removed behind it */
    uint32_t count;
    bool reordered;
    struct lineup *lineup;
    struct sio_namespace **opened; /* that were none, or only children */
    uint32_t opened_count;
    struct sio_namespace **left; /* that nobody handles any more */
    uint32_t left_count;
    uint32_t disconnected;           /* sockets whose namespace has gone */
    int64_t took[RELOAD_STEP_COUNT]; /* microseconds */
};

/*
 * Compares the configuration with what is in effect, and makes private copies
 * of the builds that are new. On failure *why gets a line for each thing that
 * is wrong. The configuration outlives the reload, and, once it is committed,
 * the next one.
 */
int reload_new(struct host *host, const struct config *config,
               struct reload **ret_reload, struct buf *why);
/* Whether it brings a build that does not run yet. */
bool change_is_new(const struct change *c);
/* Whether there is anything to do. */
bool reload_changes_anything(const struct reload *r);
/*
 * Loads the new builds, runs their init, and has them take over the state of
 * the old ones. On failure, of which *why has a line for each reason,
 * reload_abandon() is due.
 */
int reload_stage(struct reload *r, struct buf *why);
/* Puts the new builds in place. */
void reload_commit(struct reload *r);
/* Leaves everything as it was. */
void reload_abandon(struct reload *r);
void reload_free(struct reload *r); /* NULL is fine */

/* Has the old build of a change save, into c->state, sealed. */
int reload_save(struct reload *r, struct change *c, struct buf *why);

#endif
