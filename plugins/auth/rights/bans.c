/* SPDX-License-Identifier: MIT */
#include "rights/bans.h"

#include <stdio.h>
#include <string.h>

#include <common/map.h>
#include <mortise/memory.h>

enum { LIFTED_MAX = 64 };

const char *const ban_kinds[] = {"user", "device", "address"};

struct entry {
    struct map_node node; /* by kind and subject */
    int64_t id, until;
    enum ban_kind kind;
    int bits; /* of a range */
    char *reason;
    char subject[];
};

static struct map all;
/* How many ranges there are of each size: those that there are none of need
 * not be looked for. */
static uint32_t ranges[RANGE_BITS + 1];
/* The last that were lifted: jobs may be done in another order than they were
 * in the database. */
static int64_t lifted[LIFTED_MAX];
static uint32_t lifted_next;

static uint64_t hash_of(enum ban_kind kind, const char *subject)
{
    return map_hash(subject, strlen(subject)) + (uint64_t)kind;
}

static struct entry *find(enum ban_kind kind, const char *subject)
{
    struct map_node *n = NULL;

    while ((n = map_find(&all, hash_of(kind, subject), n))) {
        struct entry *e = MAP_OF(n, struct entry, node);
        if (e->kind == kind && strcmp(e->subject, subject) == 0)
            return e;
    }
    return NULL;
}

static void drop(struct entry *e)
{
    map_remove(&all, &e->node);
    if (e->kind == BAN_ADDRESS)
        ranges[e->bits]--;
    mortise_free(e->reason);
    mortise_free(e);
}

static bool was_lifted(int64_t id)
{
    for (int i = 0; i < LIFTED_MAX; i++)
        if (lifted[i] == id)
            return true;
    return false;
}

bool bans_room(void)
{
    return all.count < BANS_MAX;
}

/* The size of a range; of anything else 0. */
static bool bits_of(const struct ban_row *row, int *ret)
{
    struct range range = {{0}, 0};

    if (row->kind == BAN_ADDRESS && !range_read(row->subject, &range))
        return false;
    *ret = range.bits;
    return true;
}

int bans_put(const struct ban_row *row)
{
    struct entry *old = find(row->kind, row->subject), *e;
    size_t size = strlen(row->subject) + 1;
    int bits;

    if (was_lifted(row->id) || (old && old->id > row->id) ||
        !bits_of(row, &bits))
        return 0;
    if (!old && !bans_room())
        return MORTISE_ELIMIT;
    e = mortise_alloc(sizeof(*e) + size);
    if (!e)
        return MORTISE_ENOMEM;
    e->id = row->id;
    e->until = row->until;
    e->kind = row->kind;
    e->bits = bits;
    e->reason = mortise_strdup(row->reason);
    memcpy(e->subject, row->subject, size);
    if (!e->reason ||
        map_add(&all, &e->node, hash_of(e->kind, e->subject)) < 0) {
        mortise_free(e->reason);
        mortise_free(e);
        return MORTISE_ENOMEM;
    }
    if (e->kind == BAN_ADDRESS)
        ranges[e->bits]++;
    if (old)
        drop(old);
    return 0;
}

void bans_lift(int64_t id)
{
    struct map_node *n = NULL;

    lifted[lifted_next++ % LIFTED_MAX] = id;
    while ((n = map_next(&all, n))) {
        if (MAP_OF(n, struct entry, node)->id == id) {
            drop(MAP_OF(n, struct entry, node));
            return;
        }
    }
}

/* --- asking */

/* Takes the ban when it lasts longer than what was found so far. */
static void take(enum ban_kind kind, const char *subject, bool *found,
                 struct ban *ret)
{
    const struct entry *e = find(kind, subject);

    if (!e || (e->until != 0 && e->until <= mortise_now()))
        return;
    if (*found && (ret->until == 0 || (e->until != 0 && e->until < ret->until)))
        return;
    *found = true;
    *ret = (struct ban){e->id, e->until, e->kind, e->reason};
}

static void take_ranges(const char *text, bool *found, struct ban *ret)
{
    struct range address;
    char subject[RANGE_SIZE];

    if (!range_read(text, &address) || address.bits != RANGE_BITS)
        return;
    int least = range_is_v4(&address) ? RANGE_V4_BITS : 0;
    for (int bits = RANGE_BITS; bits >= least; bits--) {
        if (ranges[bits] == 0)
            continue;
        struct range around = range_around(&address, bits);
        range_write(&around, subject);
        take(BAN_ADDRESS, subject, found, ret);
    }
}

bool bans_find(const struct ban_asker *asker, struct ban *ret)
{
    bool found = false;

    if (all.count == 0)
        return false;
    if (asker->user && asker->user[0] != '\0')
        take(BAN_USER, asker->user, &found, ret);
    if (asker->device && asker->device[0] != '\0')
        take(BAN_DEVICE, asker->device, &found, ret);
    if (asker->address)
        take_ranges(asker->address, &found, ret);
    return found;
}

bool ban_fits(const struct ban_row *row, const struct ban_asker *asker)
{
    struct range range, address;

    if (row->kind == BAN_USER)
        return asker->user && strcmp(asker->user, row->subject) == 0;
    if (row->kind == BAN_DEVICE)
        return asker->device && strcmp(asker->device, row->subject) == 0;
    return asker->address && range_read(row->subject, &range) &&
           range_read(asker->address, &address) && range_has(&range, &address);
}

/* --- the end of them */

void bans_purge(int64_t now)
{
    struct map_node *next = map_next(&all, NULL);

    while (next) {
        struct entry *e = MAP_OF(next, struct entry, node);
        next = map_next(&all, next);
        if (e->until != 0 && e->until <= now)
            drop(e);
    }
}

void bans_free(void)
{
    struct map_node *next = map_next(&all, NULL);

    while (next) {
        struct entry *e = MAP_OF(next, struct entry, node);
        next = map_next(&all, next);
        drop(e);
    }
    map_free(&all);
}
