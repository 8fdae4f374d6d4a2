/* SPDX-License-Identifier: MIT */
/*
 * Names of namespaces with a `*` in them, such as "/match-*": they stand for
 * all names that have one or more characters there, but no "/", "?", "*" and
 * no control characters.
 */
#ifndef MORTISE_HOST_NAMESPACE_PATTERN_H
#define MORTISE_HOST_NAMESPACE_PATTERN_H

#include <stdbool.h>

#include "base/str.h"

/* Whether it is one, and not a name. */
bool namespace_pattern_is(struct str text);
/* Two `*` side by side say nothing that one does not. */
bool namespace_pattern_fits(struct str pattern);
bool namespace_pattern_matches(struct str pattern, struct str name);

#endif
