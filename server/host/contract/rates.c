/* SPDX-License-Identifier: MIT */
#include "host/contract/rates.h"

#include <math.h>

#include "base/mem.h"

#define SECOND 1000.0

/* So much may be missing from a token: sums of fractions are not exact. */
#define NEARLY 1e-6

struct rate_bucket {
    TAILQ_ENTRY(rate_bucket) link;
    struct rate_key key;
    double tokens;
    int64_t at; /* when they were counted */
};

static struct str key_bytes(const struct rate_key *key)
{
    return str_of((const char *)key, sizeof(*key));
}

void rates_init(struct rates *r)
{
    table_init(&r->table);
    TAILQ_INIT(&r->used);
}

static void forget(struct rates *r, struct rate_bucket *b)
{
    table_remove(&r->table, key_bytes(&b->key));
    TAILQ_REMOVE(&r->used, b, link);
    mem_free(b);
}

void rates_free(struct rates *r)
{
    struct rate_bucket *b;
    while ((b = TAILQ_FIRST(&r->used)))
        forget(r, b);
    table_free(&r->table);
}

static struct rate_bucket *add(struct rates *r, struct rate_key key,
                               double burst, int64_t now)
{
    if (r->table.count >= RATES_MAX)
        forget(r, TAILQ_FIRST(&r->used));
    struct rate_bucket *b = mem_zalloc(sizeof(*b));
    if (!b)
        return NULL;
    b->key = key;
    b->tokens = burst;
    b->at = now;
    if (table_add(&r->table, key_bytes(&b->key), b) < 0) {
        mem_free(b);
        return NULL;
    }
    TAILQ_INSERT_TAIL(&r->used, b, link);
    return b;
}

int64_t rates_draw(struct rates *r, struct rate_key key, double per_second,
                   double burst, int64_t now)
{
    struct rate_bucket *b = table_get(&r->table, key_bytes(&key));
    if (b) {
        TAILQ_REMOVE(&r->used, b, link);
        TAILQ_INSERT_TAIL(&r->used, b, link);
        b->tokens += (double)(now - b->at) * per_second / SECOND;
        b->at = now;
        if (b->tokens > burst)
            b->tokens = burst;
    } else {
        b = add(r, key, burst, now);
    }
    if (b && b->tokens >= 1 - NEARLY) {
        b->tokens -= 1;
        return 0;
    }
    double missing = b ? 1 - b->tokens : 1;
    return (int64_t)fmax(1, ceil((missing - NEARLY) * SECOND / per_second));
}
