/* SPDX-License-Identifier: MIT */
/*
 * Numbers that look random and follow from a seed: a replay has the same ones.
 * SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators, 2014). Not for secrets.
 */
#ifndef GAME_RANDOM_H
#define GAME_RANDOM_H

#include <stdint.h>

static inline uint64_t random_next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* From 0 to n - 1, of a small n. */
static inline uint32_t random_below(uint64_t *seed, uint32_t n)
{
    return (uint32_t)((random_next(seed) >> 32) * n >> 32);
}

#endif
