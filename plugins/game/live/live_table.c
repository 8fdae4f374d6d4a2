/* SPDX-License-Identifier: MIT */
/* The matches that are in memory. */
#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include <common/entropy.h>

#include "live/live_state.h"
#include "live/news.h"
#include "live/says.h"
#include "live/watches.h"
#include "options.h"

static struct map by_id, by_key;
static uint64_t last_key;

struct live *live_find(const char *id)
{
    uint64_t hash = map_hash(id, strlen(id));
    struct map_node *n = map_find(&by_id, hash, NULL);

    while (n && strcmp(MAP_OF(n, struct live, node)->id, id) != 0)
        n = map_find(&by_id, hash, n);
    return n ? MAP_OF(n, struct live, node) : NULL;
}

struct live *live_find_key(uint64_t key)
{
    uint64_t hash = map_hash(&key, sizeof(key));
    struct map_node *n = map_find(&by_key, hash, NULL);

    while (n && MAP_OF(n, struct live, node_by_key)->key != key)
        n = map_find(&by_key, hash, n);
    return n ? MAP_OF(n, struct live, node_by_key) : NULL;
}

struct live *live_next(const struct live *after)
{
    struct map_node *n = map_next(&by_id, after ? &after->node : NULL);

    return n ? MAP_OF(n, struct live, node) : NULL;
}

size_t live_count(void)
{
    return by_id.count;
}

int live_count_of(const char *user)
{
    int count = 0;

    for (struct live *live = NULL; (live = live_next(live));)
        count += live->head.status != MATCH_OVER &&
                 match_seat_of(&live->head, user) != NOBODY;
    return count;
}

int live_running_of(const char *user)
{
    int count = 0;

    for (struct live *live = NULL; (live = live_next(live));)
        count += live->shown.status == MATCH_RUNNING &&
                 match_seat_of(&live->shown, user) != NOBODY;
    return count;
}

struct live *live_make(const char *id, uint64_t key,
                       const struct match_options *how)
{
    struct live *live = mortise_alloc(sizeof(*live));

    if (!live)
        return NULL;
    live->key = key != 0 ? key : ++last_key;
    if (live->key > last_key)
        last_key = live->key;
    snprintf(live->id, sizeof(live->id), "%s", id);
    match_init(&live->head, how);
    live->shown = live->late = live->head;
    if (map_add(&by_id, &live->node, map_hash(id, strlen(id))) < 0) {
        mortise_free(live);
        return NULL;
    }
    if (map_add(&by_key, &live->node_by_key,
                map_hash(&live->key, sizeof(live->key))) < 0) {
        map_remove(&by_id, &live->node);
        mortise_free(live);
        return NULL;
    }
    return live;
}

void live_random_name(char *ret, size_t size)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    unsigned char bytes[ID_SIZE];

    entropy_fill(bytes, sizeof(bytes));
    for (size_t i = 0; i + 1 < size; i++)
        ret[i] = letters[bytes[i] % (sizeof(letters) - 1)];
    ret[size - 1] = '\0';
}

/* Of those that are over, but are still there to be seen, the oldest goes. */
static bool make_room(void)
{
    struct live *oldest = NULL;

    for (struct live *live = NULL; (live = live_next(live));)
        if (live->shown.status == MATCH_OVER && !live->telling &&
            live->shown.number == live->head.number &&
            (!oldest || live->shown.at < oldest->shown.at))
            oldest = live;
    if (!oldest)
        return false;
    says_closed(oldest);
    live_drop(oldest);
    return true;
}

struct live *live_new(const struct match_options *how)
{
    char id[ID_SIZE];

    if (by_id.count >= (size_t)options.matches_max && !make_room())
        return NULL;
    do
        live_random_name(id, sizeof(id));
    while (live_find(id));
    return live_make(id, 0, how);
}

void live_drop(struct live *live)
{
    watch_remove_all(live);
    live_news.dropped(live);
    if (live->timer != 0)
        mortise_cancel(live->timer);
    map_remove(&by_id, &live->node);
    map_remove(&by_key, &live->node_by_key);
    entries_free(&live->log);
    mortise_free(live);
}

void live_free(void)
{
    struct live *live;

    while ((live = live_next(NULL))) {
        watch_remove_all(live);
        map_remove(&by_id, &live->node);
        map_remove(&by_key, &live->node_by_key);
        entries_free(&live->log);
        mortise_free(live);
    }
    map_free(&by_id);
    map_free(&by_key);
    writer_free(&live_writer);
}

int64_t live_now(const struct live *live)
{
    int64_t now = mortise_now();

    return now > live->head.at ? now : live->head.at;
}
