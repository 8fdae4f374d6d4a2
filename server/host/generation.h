/* SPDX-License-Identifier: MIT */
/*
 * One loaded build of a plugin: the only place where a pointer into plugin
 * code is kept.
 *
 * A generation is made by generation_load() from a private copy of the file
 * and never unmapped; everything else in the server refers to the plugin's
 * slot (its place in the configuration's order) and to a row's number or
 * name. Swapping a plugin is changing slot->current.
 */
#ifndef MORTISE_HOST_GENERATION_H
#define MORTISE_HOST_GENERATION_H

#include <stdbool.h>
#include <stdint.h>

#include <mortise/plugin.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "host/registrations.h"

struct host;
struct json;
struct plugin_slot;

/* Rows of one of the plugin's tables, copied. */
struct plugin_rows {
    mortise_handler *rows;
    uint32_t count;
};

enum generation_state {
    GENERATION_LOADED, /* its init has not run or not returned */
    GENERATION_LIVE,
    GENERATION_RETIRED, /* its fini has run */
};

struct generation {
    struct mortise_host_table table; /* what the plugin holds; first member */
    struct host *host;
    struct plugin_slot *slot;
    enum generation_state state;
    uint32_t number;       /* from 1, counted for each slot */
    mortise_plugin plugin; /* its descriptor, as much as it has of ours */
    struct plugin_rows handlers, timers, acks, emits;
    struct arena contracts; /* of the rows, which point into it */
    struct registrations registered; /* in its init */
    uint32_t jobs; /* that run, or will, in its code: none when it ends */
    char name[64], version[32];
    char *file; /* the private copy */
    void *library;
};

/*
 * Reads the file, checks it, copies it into run_dir, loads the copy and asks
 * for its descriptor. The plugin has to have the slot's name; `number` is one
 * that this slot has not had before. Nothing of the plugin but its
 * constructors and entry function has run then; nothing at all when the file
 * was refused by its note. On failure *why gets a sentence: ERR_IO,
 * ERR_DENIED, ERR_LIMIT, ERR_SYNTAX, ERR_VERSION, ERR_NOMEM.
 */
int generation_load(struct plugin_slot *slot, struct str source,
                    struct str run_dir, uint32_t number,
                    struct generation **ret_generation, struct buf *why);

/* Runs init; 0, or what it said. The generation is live on success. */
int generation_start(struct generation *g, const struct json *settings);
/* Runs fini if init had succeeded. */
void generation_stop(struct generation *g);
/* Forgets it. Its code stays mapped and the copy on disk. NULL is fine. */
void generation_free(struct generation *g);

/* The row with this name, NULL when there is none. */
const mortise_handler *plugin_rows_find(const struct plugin_rows *rows,
                                        const char *name);

#endif
