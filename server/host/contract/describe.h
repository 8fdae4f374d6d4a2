/* SPDX-License-Identifier: MIT */
/*
 * What clients and plugins can say to each other, written out from the tables
 * that the host checks: for people (Markdown), for programs (JSON Schema), and
 * for the compiler of the stock client's user (TypeScript).
 */
#ifndef MORTISE_HOST_DESCRIBE_H
#define MORTISE_HOST_DESCRIBE_H

#include <mortise/contract.h>

#include "base/buf.h"
#include "host/plugin/generation.h"
#include "json/writer.h"

struct described {
    const struct generation *plugin;
    const char *name_space; /* where its rows are unless they say */
};

struct description {
    const struct described *plugins;
    uint32_t count;
};

/* Append to `out`, whose error says whether all went well. */
void describe_markdown(struct buf *out, const struct description *d);
/* One object: for each namespace and event, a schema (draft 2020-12) of the
 * array of its arguments. */
void describe_schema(struct buf *out, const struct description *d);
/* What stands under "namespaces" there, as one value. */
void describe_put_namespaces(struct json_writer *w,
                             const struct description *d);
/* Interfaces for Socket<ServerToClient, ClientToServer>, two a namespace. */
void describe_types(struct buf *out, const struct description *d);

/* --- for these three --- */

enum describe_side { DESCRIBE_CLIENT, DESCRIBE_SERVER }; /* who emits */

struct describe_cursor {
    uint32_t plugin, row;
};

/* The namespaces that have events, in the order of the plugins; NULL after the
 * last. */
const char *describe_space(const struct description *d, uint32_t index);
/* The events of a namespace, each name once, from a cursor of zeroes until
 * NULL. */
const mortise_handler *describe_event(const struct description *d,
                                      const char *name_space,
                                      enum describe_side side,
                                      struct describe_cursor *cursor);
/* Text in which nothing ends a comment or a line. */
void describe_put_text(struct buf *out, const char *text);
/* "2 a second, 5 at once, for each address and user". */
void describe_put_rate(struct buf *out, const mortise_contract *terms);

#endif
