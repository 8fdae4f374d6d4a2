/* SPDX-License-Identifier: MIT */
#include "config/nearest.h"

void nearest_init(struct nearest *n, struct str wanted)
{
    /* A third of the letters may be wrong, or two of a short name: beyond
     * that a guess is noise. */
    unsigned allowed = wanted.n / 3 > 2 ? (unsigned)(wanted.n / 3) : 2;
    *n = (struct nearest){.wanted = wanted, .distance = allowed + 1};
}

void nearest_offer(struct nearest *n, const char *name)
{
    struct str candidate = str_z(name);
    unsigned distance = str_eq_nocase(n->wanted, candidate)
                            ? 0
                            : str_distance(n->wanted, candidate);
    /* Not when every letter of a short name would have to change. */
    if (distance < n->distance && distance < n->wanted.n) {
        n->distance = distance;
        n->name = name;
    }
}
