/* SPDX-License-Identifier: MIT */
/*
 * Takes the server from one configuration to the next while it runs: reads the
 * file, compares, has the plugins exchanged (host/reload/reload.h) and the rest
 * changed (app_change.h), all or nothing, and says in the log what has become
 * of it. One reload at a time; what is asked for meanwhile is one more.
 *
 * Owns the configurations: the one the server was started with, which stays,
 * and the one in effect.
 */
#ifndef MORTISE_APP_RELOADER_H
#define MORTISE_APP_RELOADER_H

#include "app/app.h"
#include "config/config.h"

struct reloader;

/* What became of the last reload. */
struct reload_outcome {
    uint32_t number; /* 0: there was none */
    int64_t when;    /* clock_wall_ms() */
    bool good;
    struct str text; /* the lines of the log; lives until the next one ends */
};

/*
 * `file` is read at each reload; `config` is the one that the app was made
 * with, and belongs to the reloader from now on, whatever comes back.
 * `listening`: the listeners were given on the command line, and stay. NULL
 * when memory runs out.
 */
struct reloader *reloader_new(struct loop *loop, struct app *app,
                              const char *file, struct config *config,
                              bool listening);
/* After the app. NULL is fine. */
void reloader_free(struct reloader *r);
/* Ends the one that is under way, and begins no other. */
void reloader_stop(struct reloader *r);

/* Reloads soon: never from within a callback of a plugin. */
void reloader_request(struct reloader *r);
/* Calls back when the reload that reloader_request() would bring about has
 * ended; once, and the watcher may watch again from there, for the one after
 * it. One at a time for each watcher. */
struct reload_watch {
    void (*ended)(struct reload_watch *watch,
                  const struct reload_outcome *outcome);
    /* It begins; nobody may be added or taken away here. NULL is fine. */
    void (*begun)(struct reload_watch *watch);
    TAILQ_ENTRY(reload_watch) link;
    uint32_t number; /* the reloader's */
};
void reloader_watch(struct reloader *r, struct reload_watch *watch);
void reloader_unwatch(struct reloader *r, struct reload_watch *watch);

const struct reload_outcome *reloader_last(const struct reloader *r);
/* In a few words: "done in 3.2 ms". Part of its text. */
struct str reload_outcome_summary(const struct reload_outcome *outcome);
/* Where it is read, as it was given. */
const char *reloader_file(const struct reloader *r);
/* The one in effect. */
const struct config *reloader_config(const struct reloader *r);

#endif
