/* SPDX-License-Identifier: MIT */
#include "net/peers.h"

#include <assert.h>
#include <string.h>

#include "base/address.h"
#include "base/error.h"
#include "base/mem.h"

#define SECOND 1000
/* After so long without use a bucket is full, whatever it gets a second. */
#define FORGET_AFTER (PEERS_BURST * SECOND)
/* So many are forgotten in a moment. */
#define TRIM_AT_A_TIME 8192

struct peer {
    TAILQ_ENTRY(peer) link; /* while idle */
    uint8_t key[16];
    uint32_t open;
    /* Thousandths of a draw that are missing in the bucket, so that an entry of
     * zeros is full; when they were counted, or the connection ended. */
    int64_t missing, at;
};

static struct str key_of(const uint8_t bytes[16])
{
    return str_of((const char *)bytes, 16);
}

void peers_init(struct peers *peers)
{
    table_init(&peers->table);
    TAILQ_INIT(&peers->idle);
    peers->idle_count = 0;
}

static void forget(struct peers *peers, struct peer *p)
{
    assert(p->open == 0);
    TAILQ_REMOVE(&peers->idle, p, link);
    peers->idle_count--;
    table_remove(&peers->table, key_of(p->key));
    mem_free(p);
}

void peers_free(struct peers *peers)
{
    struct peer *p;

    while ((p = TAILQ_FIRST(&peers->idle)))
        forget(peers, p);
    assert(peers->table.count == 0);
    table_free(&peers->table);
}

static void rest(struct peers *peers, struct peer *p)
{
    TAILQ_INSERT_TAIL(&peers->idle, p, link);
    peers->idle_count++;
}

/* Two of those that are over, for each that comes: the list gets shorter. */
static void sweep(struct peers *peers, int64_t now)
{
    for (int i = 0; i < 2; i++) {
        struct peer *p = TAILQ_FIRST(&peers->idle);
        if (!p ||
            (peers->idle_count < PEERS_IDLE_MAX && now - p->at < FORGET_AFTER))
            return;
        forget(peers, p);
    }
}

void peers_trim(struct peers *peers, int64_t now)
{
    struct peer *p;

    for (int i = 0; i < TRIM_AT_A_TIME && (p = TAILQ_FIRST(&peers->idle)) &&
                    now - p->at >= FORGET_AFTER;
         i++)
        forget(peers, p);
    table_trim(&peers->table);
}

/* The entry, made if it is not there, and idle then. NULL: no memory. */
static struct peer *get(struct peers *peers, const uint8_t key[16], int64_t now)
{
    struct peer *p = table_get(&peers->table, key_of(key));

    if (p)
        return p;
    sweep(peers, now);
    p = mem_zalloc(sizeof(*p));
    if (!p)
        return NULL;
    memcpy(p->key, key, sizeof(p->key));
    p->at = now;
    if (table_add(&peers->table, key_of(p->key), p) < 0) {
        mem_free(p);
        return NULL;
    }
    rest(peers, p);
    return p;
}

int peers_enter(struct peers *peers, struct str address, int64_t now)
{
    uint8_t key[16];

    if (!address_owner(address, key))
        return 0;
    struct peer *p = get(peers, key, now);
    if (!p)
        return ERR_NOMEM;
    if (p->open++ == 0) {
        TAILQ_REMOVE(&peers->idle, p, link);
        peers->idle_count--;
    }
    return 0;
}

void peers_leave(struct peers *peers, struct str address, int64_t now)
{
    uint8_t key[16];

    if (!address_owner(address, key))
        return;
    struct peer *p = table_get(&peers->table, key_of(key));
    assert(p && p->open > 0);
    if (--p->open > 0)
        return;
    rest(peers, p);
    if (p->missing == 0 || now - p->at >= FORGET_AFTER)
        forget(peers, p);
}

uint32_t peers_open(const struct peers *peers, struct str address)
{
    uint8_t key[16];
    const struct peer *p = address_owner(address, key)
                               ? table_get(&peers->table, key_of(key))
                               : NULL;

    return p ? p->open : 0;
}

int64_t peers_draw(struct peers *peers, struct str address, uint32_t per_second,
                   int64_t now)
{
    const int64_t burst = (int64_t)per_second * PEERS_BURST * SECOND;
    uint8_t key[16];

    if (per_second == 0 || !address_owner(address, key))
        return 0;
    struct peer *p = get(peers, key, now);
    if (!p)
        return SECOND;
    int64_t passed = now - p->at;
    if (passed > FORGET_AFTER)
        passed = FORGET_AFTER;
    p->missing -= passed * per_second;
    if (p->missing < 0)
        p->missing = 0;
    p->at = now;
    if (p->open == 0) { /* used just now */
        TAILQ_REMOVE(&peers->idle, p, link);
        TAILQ_INSERT_TAIL(&peers->idle, p, link);
    }
    int64_t lacking = p->missing + SECOND - burst;
    if (lacking > 0)
        return (lacking + per_second - 1) / per_second;
    p->missing += SECOND;
    return 0;
}
