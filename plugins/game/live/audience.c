/* SPDX-License-Identifier: MIT */
#include "live/audience.h"

#include <string.h>

#include "live/news.h"
#include "live/says.h"
#include "options.h"

static void tell(struct live *live)
{
    says_audience(live);
    live_news.listed(live);
}

struct watch *audience_enter(struct live *live, struct client *client,
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
    w = watch_add(live, client);
    if (!w)
        return NULL;
    watch_room(live, w->viewer, room);
    if (w->viewer == NOBODY)
        tell(live); /* to the others: a view has it */
    if (mortise_join(client->socket, room) < 0) {
        watch_remove(w);
        return NULL;
    }
    return w;
}

void audience_leave(struct watch *watch)
{
    struct live *live = watch->live;
    bool watched = watch->viewer == NOBODY;

    watch_remove(watch);
    if (watched)
        tell(live);
    audience_reconcile(live);
    live_schedule(live);
}

void audience_leave_all(struct client *client)
{
    while (client->watches)
        audience_leave(client->watches);
}

static bool is_here(const struct live *live, const char *user)
{
    const struct watch *w = live->watches;

    while (w && strcmp(w->client->player->user, user) != 0)
        w = w->next;
    return w != NULL;
}

void audience_reconcile(struct live *live)
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

void audience_reseat(struct live *live)
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
        tell(live);
}
