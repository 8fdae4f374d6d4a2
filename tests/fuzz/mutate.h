/* SPDX-License-Identifier: MIT */
/*
 * Inputs that nobody wrote: seeds with some bytes turned, taken out, put in,
 * repeated, or joined to another seed's. The same number at the beginning
 * gives the same inputs.
 */
#ifndef MORTISE_TESTS_MUTATE_H
#define MORTISE_TESTS_MUTATE_H

#include <stddef.h>
#include <stdint.h>

#define MUTATE_MAX 4096 /* bytes of an input */

struct mutate_seed {
    uint8_t *data;
    size_t n; /* at most MUTATE_MAX */
};

struct mutate {
    const struct mutate_seed *seeds; /* outlive it */
    size_t count;                    /* not 0 */
    uint64_t state;
};

void mutate_init(struct mutate *m, const struct mutate_seed *seeds,
                 size_t count, uint64_t number);
/* Makes the next one; `out` has room for MUTATE_MAX. Its length. */
size_t mutate_next(struct mutate *m, uint8_t *out);

#endif
