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
#include <sys/queue.h>

#include <mortise/plugin.h>
#include <mortise/state.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "host/plugin/elf_note.h"
#include "host/services/memory.h"
#include "host/plugin/registrations.h"

struct host;
struct json;
struct plugin_slot;

/* Rows of one of the plugin's tables, copied. */
struct plugin_rows {
    mortise_handler *rows;
    uint32_t count;
};

enum generation_state {
    GENERATION_COPIED,  /* nothing of it has run */
    GENERATION_LOADED,  /* its init has not run or not returned */
    GENERATION_STAGED,  /* it is ready, and not yet in place */
    GENERATION_LIVE,    /* it is its slot's current one */
    GENERATION_LEAVING, /* it was, and its jobs still run */
    GENERATION_RETIRED, /* its fini has run */
};

#define GENERATION_HASH_SIZE 32

struct generation {
    struct mortise_host_table table; /* what the plugin holds; first member */
    struct host *host;
    struct plugin_slot *slot;
    TAILQ_ENTRY(generation) link; /* in the host's list of those before */
    enum generation_state state;
    uint32_t number;          /* from 1, counted for each slot */
    int64_t since;            /* when it took over; clock_wall_ms() */
    char *name_space;         /* where its events are, unless a row says */
    mortise_plugin plugin;    /* its descriptor, as much as it has of ours */
    mortise_state state_rows; /* and of that its state, all NULL: it has none */
    struct plugin_rows handlers, timers, acks, emits;
    uint64_t *calls;        /* of each of the handlers, with an event */
    struct arena contracts; /* of the rows, which point into it */
    struct registrations registered; /* in its init */
    uint32_t jobs; /* that run, or will, in its code: none when it ends */
    bool holds;    /* acquire has succeeded, and release has not run */
    struct memory memory; /* of mortise/memory.h */
    char name[64], version[32];
    unsigned char hash[GENERATION_HASH_SIZE]; /* SHA-256 of the file */
    struct elf_note note;
    char *file;    /* the private copy */
    bool borrowed; /* which somebody else removes */
    void *library;
};

/* A plugin's file as it was read. */
struct plugin_image {
    struct buf bytes;
    struct elf_note note;
    unsigned char hash[GENERATION_HASH_SIZE];
};

/*
 * Reads the file and checks what its note says: it has to have this name. On
 * failure *why gets a sentence: ERR_IO, ERR_DENIED, ERR_LIMIT, ERR_SYNTAX,
 * ERR_VERSION, ERR_NOMEM. The image is due to be freed in any case.
 */
int plugin_image_read(struct plugin_image *image, const char *path,
                      struct str name, struct buf *why);
void plugin_image_free(struct plugin_image *image);

/*
 * A generation of the slot, with a private copy of the image in run_dir;
 * `number` is one that this slot has not had before. Nothing of the plugin has
 * run then. On failure *why gets a sentence.
 */
int generation_new(struct plugin_slot *slot, struct str name_space,
                   const struct plugin_image *image, struct str run_dir,
                   uint32_t number, struct generation **ret_generation,
                   struct buf *why);
/* The same for a private copy that somebody else has made, and keeps. */
int generation_of_copy(struct plugin_slot *slot, struct str name_space,
                       const char *copy, uint32_t number,
                       struct generation **ret_generation, struct buf *why);
/* Loads the copy and asks for its descriptor: its constructors and its entry
 * function run. On failure *why gets a sentence. */
int generation_open(struct generation *g, struct buf *why);
/* All three. */
int generation_load(struct plugin_slot *slot, struct str name_space,
                    const char *path, struct str run_dir, uint32_t number,
                    struct generation **ret_generation, struct buf *why);

/* Runs init; 0, or what it said. The generation is staged on success. */
int generation_start(struct generation *g, const struct json *settings);
/* Runs acquire, if it holds nothing yet; 0, or what it said. */
int generation_acquire(struct generation *g);
/* Runs release, if it holds something. */
void generation_release(struct generation *g);
/* Runs release, and fini, if they are due. */
void generation_stop(struct generation *g);
/* Forgets it. Its code stays mapped and the copy on disk, but for one that
 * was never opened. NULL is fine. */
void generation_free(struct generation *g);

/* The row with this name, NULL when there is none. */
const mortise_handler *plugin_rows_find(const struct plugin_rows *rows,
                                        const char *name);

#endif
