/* SPDX-License-Identifier: MIT */
/* "did you mean": the right name nearest to a wrong one. */
#ifndef MORTISE_CONFIG_NEAREST_H
#define MORTISE_CONFIG_NEAREST_H

#include "base/str.h"

struct nearest {
    struct str wanted;
    const char *name; /* the best so far; NULL: none is near enough */
    unsigned distance;
};

/* Offer every candidate, then look at `name`. */
void nearest_init(struct nearest *n, struct str wanted);
void nearest_offer(struct nearest *n, const char *name);

#endif
