/* SPDX-License-Identifier: MIT */
/*
 * What the stream of the playground consists of: JSON objects, one a line.
 * All have
 *
 *     kind    connect, disconnect, event, emit, answer, reload, hello, lost
 *     at      ms since 1970
 *
 * and those about clients
 *
 *     id          rises with the time at which things began
 *     namespace
 *     sid, user   of the client that it is about; not where there are many
 *     event       of event and emit
 *     args        of event, emit and answer: the array of arguments as a text,
 *                 the beginning of it where `cut` is true; null: not readable
 *     size        bytes of the whole packet
 */
#ifndef MORTISE_PLAYGROUND_ENTRIES_H
#define MORTISE_PLAYGROUND_ENTRIES_H

#include "host/observer.h"

/* Bytes of the arguments that are shown. */
#define ENTRY_ARGS_MAX 4096
/* Bytes of a whole entry, in any case. */
#define ENTRY_MAX ((size_t)65536)

/* Each appends one object to *out, whose error says whether it fits. */
void entry_put(struct buf *out, const struct host *host,
               const struct observation *o);
void entry_put_reload(struct buf *out, uint32_t number, const char *state,
                      struct str text);
void entry_put_hello(struct buf *out);
void entry_put_lost(struct buf *out, uint64_t count);

#endif
