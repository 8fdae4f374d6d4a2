/* SPDX-License-Identifier: MIT */
/*
 * mortise/state.h: the writer of a save and the readers of a restore.
 *
 * A state is records, one behind the other: kind, length of the key, length of
 * the contents (4 bytes, least significant first), key, contents. The contents
 * of an OPEN are records.
 */
#ifndef MORTISE_HOST_STATE_H
#define MORTISE_HOST_STATE_H

#include <mortise/state.h>

#include "base/buf.h"

#define STATE_DEPTH_MAX 16

struct generation;

/* Some records, and how far they were read. */
struct state_reader {
    struct str records;
    size_t at;           /* mortise_saved_...() goes on here, */
    size_t walk;         /* and mortise_saved_next() here, */
    struct str walk_key; /* through those of this key */
};

/* Of the save or restore that is running. */
struct state {
    uint32_t session;             /* which one; part of the numbers given out */
    struct buf *to;               /* NULL: nobody saves */
    size_t open[STATE_DEPTH_MAX]; /* where the open records begin */
    uint32_t depth;
    int error; /* of the save, the first */
    struct state_reader *readers;
    uint32_t reader_count, reader_cap;
};

void state_init(struct state *s);
void state_free(struct state *s);

/*
 * Has the plugin save, and appends what it wrote to *body. 0 without a word
 * when it saves nothing. The plugin may not change anything meanwhile. On
 * failure *why gets a sentence: what save has returned, ERR_LIMIT, ...
 */
int state_save(struct generation *g, struct buf *body, struct buf *why);
/* Has the plugin take it over. ERR_SYNTAX: these are no records; ERR_DENIED:
 * the plugin did not want them; a sentence in *why. */
int state_restore(struct generation *g, uint32_t version, struct str body,
                  struct buf *why);
/* Whether it saves, or restores. */
bool state_saves(const struct generation *g);
bool state_restores(const struct generation *g);

#endif
