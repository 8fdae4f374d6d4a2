/* SPDX-License-Identifier: MIT */
/*
 * How often somebody may do something: token buckets in bounded memory.
 *
 * A bucket is made when it is first drawn from, and is full then. When there
 * are RATES_MAX, the one that was not used for longest is taken for a new
 * one: whoever wants to be forgotten that way has to be that many others
 * first. Buckets are known by numbers, not pointers, so they outlive a reload.
 */
#ifndef MORTISE_HOST_RATES_H
#define MORTISE_HOST_RATES_H

#include <stdint.h>
#include <sys/queue.h>

#include "base/table.h"

enum { RATES_MAX = 65536 };

struct rate_bucket;

struct rates {
    struct table table;                         /* by key */
    TAILQ_HEAD(rate_buckets, rate_bucket) used; /* longest ago first */
};

/* What is limited, and for whom; numbers that nobody outside can steer. All
 * bytes of it count. */
struct rate_key {
    uint64_t what, who;
};

void rates_init(struct rates *r); /* allocates nothing */
void rates_free(struct rates *r);

/*
 * Draws one token from a bucket that holds `burst` and gets `per_second` new
 * ones. 0, or after how many milliseconds (at least 1) there will be one.
 * Without memory for a bucket there is none either. now: milliseconds.
 */
int64_t rates_draw(struct rates *r, struct rate_key key, double per_second,
                   double burst, int64_t now);

#endif
