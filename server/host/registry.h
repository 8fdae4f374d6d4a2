/* SPDX-License-Identifier: MIT */
/*
 * Who handles what: for each namespace, or pattern of names of namespaces
 * (namespace_pattern.h), the plugin and row of every event name and moment.
 * Built whole from the current generations, beside the one in use, and never
 * changed afterwards; so an error leaves things as they were and a swap is one
 * assignment. Holds numbers of slots and rows, no pointer into a plugin.
 */
#ifndef MORTISE_HOST_REGISTRY_H
#define MORTISE_HOST_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/table.h"

struct lineup_member;
struct sio_namespace;

struct route {
    uint32_t member; /* of the line-up */
    uint32_t row;
};

/* In the order of the configuration. */
struct route_list {
    struct route *routes;
    uint32_t count, cap;
};

enum moment {
    MOMENT_CONNECTING,
    MOMENT_CONNECT,
    MOMENT_DISCONNECTING,
    MOMENT_DISCONNECT,
    MOMENT_USE,
    MOMENT_ANY,
    MOMENT_OUTGOING,
    MOMENT_DRAIN,
    MOMENT_COUNT,
};

struct event_route {
    struct route route;
    uint32_t name_length;
    char name[];
};

/* What plugins have said of one namespace, or of all whose name fits. */
struct host_namespace {
    struct table events; /* name -> struct event_route */
    struct route_list moments[MOMENT_COUNT];
    bool pattern; /* its name is one */
    uint32_t name_length;
    char name[]; /* with a NUL behind it */
};

struct registry {
    struct host_namespace **namespaces;
    uint32_t count, cap;
};

/* From members[i].generation of each, where there is one. A row in
 * MORTISE_EVERYWHERE is in each namespace of the others. ERR_EXIST,
 * ERR_RESERVED, ERR_INVAL with a line in *why for each that is wrong, or
 * ERR_NOMEM. */
int registry_build(const struct lineup_member *members, uint32_t count,
                   struct registry **ret_registry, struct buf *why);
void registry_free(struct registry *r); /* NULL is fine */

/*
 * What counts for the namespace of this name: what was said of it, or else of
 * the pattern that fits it and has most in front of its first `*`; of those
 * that have as much, the first of the configuration. NULL: no plugin has
 * a row for it, and it is none. Never more than one of them counts.
 */
const struct host_namespace *registry_find(const struct registry *r,
                                           struct str name);

/* What was said of this pattern; NULL: nothing. */
const struct host_namespace *registry_pattern(const struct registry *r,
                                              struct str pattern);

/* NULL when no plugin handles this name. */
const struct route *registry_event(const struct host_namespace *n,
                                   struct str name);

#endif
