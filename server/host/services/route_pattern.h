/* SPDX-License-Identifier: MIT */
/*
 * The paths of routes: "/users/:id/posts", "/files/" and an asterisk.
 *
 * A pattern and a path are read part by part, parts being what is between
 * slashes. A plain part stands for itself, whatever way the request has
 * percent-encoded it; ":name" for any one part that is not empty; a "*", which
 * is always the last part, for all of the rest. A path is always the one of a
 * request, still encoded.
 */
#ifndef MORTISE_HOST_ROUTE_PATTERN_H
#define MORTISE_HOST_ROUTE_PATTERN_H

#include <stdbool.h>

#include "base/str.h"

/* Whether it is one: begins with "/", valid UTF-8, no control characters, no
 * name twice, nothing behind a "*". */
bool route_pattern_valid(struct str pattern);
/* What of that is not so, for people; NULL when all is. */
const char *route_pattern_why_not(struct str pattern);
bool route_pattern_matches(struct str pattern, struct str path);
/* Which of two patterns is asked first: negative when a is the plainer one, 0
 * when neither is. Of all that match one path, the first in this order has a
 * plain part where the others have none, from left to right. */
int route_pattern_compare(struct str a, struct str b);
/* Whether the same paths match both. */
bool route_pattern_same(struct str a, struct str b);
/* Whether it has a "*". */
bool route_pattern_open(struct str pattern);
/* The part of a matching path with this name ("*": the rest), still encoded;
 * {NULL, 0} when the pattern has none. */
struct str route_pattern_param(struct str pattern, struct str path,
                               struct str name);

#endif
