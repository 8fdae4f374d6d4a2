/* SPDX-License-Identifier: MIT */
/*
 * Which plugin answers which HTTP request. Built whole from the current
 * generations, beside the one in use, and never changed afterwards, like the
 * registry; holds numbers of slots and rows.
 */
#ifndef MORTISE_HOST_ROUTES_H
#define MORTISE_HOST_ROUTES_H

#include <mortise/http.h>

#include "base/buf.h"
#include "host/registry.h"

struct routes {
    const struct lineup_member *members;
    struct route_list rows;   /* in the order in which they are tried */
    struct route_list before; /* in that of the configuration, as is allow */
    struct route_list allow;
};

/* Whether a row makes sense by itself; *ret_why gets a few words. */
bool routes_row_valid(const mortise_route *row, const char **ret_why);

/* From members[i].generation of each. reserved: the path of Socket.IO, below
 * which no route can be. ERR_EXIST, ERR_RESERVED with a line in *why for each
 * that is wrong, ERR_NOMEM. On failure *r is empty. */
int routes_build(struct routes *r, const struct lineup_member *members,
                 uint32_t count, struct str reserved, struct buf *why);
void routes_free(struct routes *r);

/* The row of a route. */
const mortise_route *routes_row(const struct routes *r, struct route route);

/*
 * The route for a request; a HEAD finds that of GET. NULL when there is none:
 * *ret_known then says whether the path has a route for other methods.
 */
const struct route *routes_find(const struct routes *r, struct str method,
                                struct str path, bool *ret_known);
/* Appends the methods that this path has, "GET, HEAD, OPTIONS". */
void routes_methods(const struct routes *r, struct str path, struct buf *out);

#endif
