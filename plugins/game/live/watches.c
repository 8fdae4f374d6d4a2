/* SPDX-License-Identifier: MIT */
#include "live/watches.h"

#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include "live/says.h"
#include "live/news.h"
#include "options.h"

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

struct watch *watch_restore(struct live *live, struct client *client)
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

static void tell_audience(struct live *live)
{
    says_audience(live);
    live_news.listed(live);
}

struct watch *watch_begin(struct live *live, struct client *client,
                          struct reason *ret_why)
{
    static const struct reason many = {"too_many_matches",
                                       "Leave another match first."};
    static const struct reason full = {"too_many_spectators",
                                       "Too many are watching already."};
    struct watch *w = watch_find(live, client);
    char room[WATCH_ROOM_SIZE];

    if (w)
        return w;
    if (client->watch_count >= WATCHES_MAX) {
        *ret_why = many;
        return NULL;
    }
    if (match_seat_of(&live->shown, client->player->user) == NOBODY &&
        live->spectators >= options.spectators_max) {
        *ret_why = full;
        return NULL;
    }
    *ret_why = says_busy;
    w = watch_restore(live, client);
    if (!w)
        return NULL;
    watch_room(live, w->viewer, room);
    if (w->viewer == NOBODY)
        tell_audience(live); /* to the others: a view has it */
    if (mortise_join(client->socket, room) < 0) {
        unlink_from(w);
        mortise_free(w);
        return NULL;
    }
    return w;
}

/* Without telling anybody. */
static void end(struct watch *watch)
{
    char room[WATCH_ROOM_SIZE];

    watch_room(watch->live, watch->viewer, room);
    mortise_leave(watch->client->socket, room);
    unlink_from(watch);
    mortise_free(watch);
}

void watch_end(struct watch *watch)
{
    struct live *live = watch->live;
    bool watched = watch->viewer == NOBODY;

    end(watch);
    if (watched)
        tell_audience(live);
    watch_reconcile(live);
    live_schedule(live);
}

void watch_end_all(struct client *client)
{
    while (client->watches)
        watch_end(client->watches);
}

void watch_end_match(struct live *live)
{
    while (live->watches)
        end(live->watches);
}

static bool is_here(const struct live *live, const char *user)
{
    const struct watch *w = live->watches;

    while (w && strcmp(w->client->player->user, user) != 0)
        w = w->next;
    return w != NULL;
}

void watch_reconcile(struct live *live)
{
    live_settle(live);
    for (int seat = 0; seat < SEATS; seat++) {
        const struct seat *now = &live->head.seats[seat];
        const char *shown = live->shown.seats[seat].user;
        /* Who is about to sit down or stand up is looked at when that is
         * written. */
        if (shown[0] == '\0' || now->bot || strcmp(now->user, shown) != 0)
            continue;
        if (is_here(live, shown) == now->away)
            live_add(live, now->away ? ENTRY_BACK : ENTRY_AWAY, seat, "", NULL);
    }
}

void watch_reseat(struct live *live)
{
    int before = live->spectators;

    for (struct watch *w = live->watches; w; w = w->next) {
        int viewer = match_seat_of(&live->shown, w->client->player->user);
        char room[WATCH_ROOM_SIZE];
        if (viewer == w->viewer)
            continue;
        watch_room(live, w->viewer, room);
        mortise_leave(w->client->socket, room);
        live->spectators += (viewer == NOBODY) - (w->viewer == NOBODY);
        w->viewer = viewer;
        watch_room(live, viewer, room);
        mortise_join(w->client->socket, room);
    }
    if (live->spectators != before)
        tell_audience(live);
}
