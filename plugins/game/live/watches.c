/* SPDX-License-Identifier: MIT */
#include "live/watches.h"

#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

void watch_room(const struct live *live, int viewer, char ret[WATCH_ROOM_SIZE])
{
    snprintf(ret, WATCH_ROOM_SIZE, "m:%s:%c", live->id,
             viewer == NOBODY ? 's' : '0' + viewer);
}

bool watch_any(const struct live *live, int viewer)
{
    const struct watch *w = live->watches;

    while (w && w->viewer != viewer)
        w = w->next;
    return w != NULL;
}

const struct match *watch_match(const struct live *live, int viewer)
{
    return viewer == NOBODY ? &live->late : &live->shown;
}

struct watch *watch_find(const struct live *live, const struct client *client)
{
    struct watch *w = client->watches;

    while (w && w->live != live)
        w = w->next_of_client;
    return w;
}

struct watch *watch_add(struct live *live, struct client *client)
{
    struct watch *w = mortise_alloc(sizeof(*w));

    if (!w)
        return NULL;
    w->live = live;
    w->client = client;
    w->viewer = match_seat_of(&live->shown, client->player->user);
    w->next = live->watches;
    live->watches = w;
    w->next_of_client = client->watches;
    client->watches = w;
    client->watch_count++;
    live->spectators += w->viewer == NOBODY;
    return w;
}

static void unlink_from(struct watch *watch)
{
    struct watch **at = &watch->live->watches;

    while (*at != watch)
        at = &(*at)->next;
    *at = watch->next;
    at = &watch->client->watches;
    while (*at != watch)
        at = &(*at)->next_of_client;
    *at = watch->next_of_client;
    watch->client->watch_count--;
    watch->live->spectators -= watch->viewer == NOBODY;
}

void watch_remove(struct watch *watch)
{
    char room[WATCH_ROOM_SIZE];

    watch_room(watch->live, watch->viewer, room);
    mortise_leave(watch->client->socket, room);
    unlink_from(watch);
    mortise_free(watch);
}

void watch_remove_all(struct live *live)
{
    while (live->watches)
        watch_remove(live->watches);
}
