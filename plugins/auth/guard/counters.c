/* SPDX-License-Identifier: MIT */
#include "guard/counters.h"

#include <string.h>

#include <mortise/memory.h>

static void unlink_counter(struct counters *all, struct counter *c)
{
    *(c->older ? &c->older->newer : &all->oldest) = c->newer;
    *(c->newer ? &c->newer->older : &all->newest) = c->older;
    c->older = c->newer = NULL;
}

static void link_newest(struct counters *all, struct counter *c)
{
    c->older = all->newest;
    *(all->newest ? &all->newest->newer : &all->oldest) = c;
    all->newest = c;
}

static struct counter *find(struct counters *all,
                            const unsigned char key[static 16], uint64_t hash)
{
    struct map_node *n = NULL;

    while ((n = map_find(&all->map, hash, n))) {
        struct counter *c = MAP_OF(n, struct counter, node);
        if (memcmp(c->key, key, sizeof(c->key)) == 0)
            return c;
    }
    return NULL;
}

struct counter *counters_get(struct counters *counters,
                             const unsigned char key[static 16], int make)
{
    uint64_t hash = map_hash(key, 16);
    struct counter *c = find(counters, key, hash);

    if (c) {
        unlink_counter(counters, c);
        link_newest(counters, c);
        return c;
    }
    if (!make)
        return NULL;
    if (counters->map.count >= COUNTERS_MAX)
        counters_drop(counters, counters->oldest);
    c = mortise_alloc(sizeof(*c));
    if (!c)
        return NULL;
    memcpy(c->key, key, sizeof(c->key));
    if (map_add(&counters->map, &c->node, hash) < 0) {
        mortise_free(c);
        return NULL;
    }
    link_newest(counters, c);
    return c;
}

void counters_drop(struct counters *counters, struct counter *counter)
{
    map_remove(&counters->map, &counter->node);
    unlink_counter(counters, counter);
    mortise_free(counter);
}

int counters_save(const struct counters *counters, mortise_saving to,
                  const char *name)
{
    for (const struct counter *c = counters->oldest; c; c = c->newer) {
        mortise_str key = {(const char *)c->key, sizeof(c->key)};
        mortise_save_open(to, name);
        mortise_save_bytes(to, "key", key);
        mortise_save_number(to, "value", c->value);
        mortise_save_int(to, "at", c->at);
        mortise_save_close(to);
    }
    return 0;
}

int counters_restore(struct counters *counters, mortise_saved from,
                     const char *name)
{
    mortise_saved each;
    mortise_str key;

    while ((each = mortise_saved_next(from, name)) != 0) {
        if (mortise_saved_bytes(each, "key", &key) < 0 || key.n != 16)
            continue;
        struct counter *c =
            counters_get(counters, (const unsigned char *)key.p, 1);
        if (!c)
            return MORTISE_ENOMEM;
        c->value = mortise_saved_number(each, "value", 0);
        c->at = mortise_saved_int(each, "at", 0);
    }
    return 0;
}

void counters_free(struct counters *counters)
{
    while (counters->oldest)
        counters_drop(counters, counters->oldest);
    map_free(&counters->map);
}
