/* SPDX-License-Identifier: MIT */
#include "lobby/lobby.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live/says.h"

enum {
    FILTERS_MAX = 128,
    CHANGES_MAX = 256, /* in one tick; the others come with the next */
    TICK_MS = 250,
    LIST_MAX = 100,
    ROOM_SIZE = 24
};

static struct {
    struct filter filter;
    int clients; /* 0: the place is free */
} filters[FILTERS_MAX];

static char changes[CHANGES_MAX][ID_SIZE];
static int change_count;
static bool too_many; /* changes: whoever looks has to ask anew */
static mortise_timer timer;

static void room_of(int filter, char ret[ROOM_SIZE])
{
    snprintf(ret, ROOM_SIZE, "lobby:%d", filter);
}

/* --- filters */

/* Of who is there, as they sat down. */
static int64_t rating_of(const struct live *live)
{
    for (int seat = 0; seat < SEATS; seat++)
        if (live->shown.seats[seat].rating > 0)
            return live->shown.seats[seat].rating;
    return (int64_t)RATING_START;
}

static bool fits(const struct filter *f, const struct live *live)
{
    const struct match_options *o = &live->shown.options;
    int status = live->shown.status;
    int64_t rating;

    if (o->hidden || live->shown.number == 0 || status == MATCH_OVER ||
        (f->status == LOBBY_OPEN && (status != MATCH_OPEN || o->quick)) ||
        (f->status == LOBBY_RUNNING && status != MATCH_RUNNING) ||
        (f->rules >= 0 && f->rules != o->rules) ||
        (f->rated >= 0 && (f->rated != 0) != o->rated) ||
        (f->clock >= 0 && (f->clock != 0) != (o->initial > 0)))
        return false;
    if (f->rating_min <= 0 && f->rating_max <= 0)
        return true;
    rating = rating_of(live);
    return rating >= f->rating_min &&
           (f->rating_max <= 0 || rating <= f->rating_max);
}

/* The place of a filter, from 1; 0: there are too many different ones. */
static int place_of(const struct filter *filter)
{
    int free_place = 0;

    for (int i = 0; i < FILTERS_MAX; i++) {
        if (filters[i].clients > 0 &&
            memcmp(&filters[i].filter, filter, sizeof(*filter)) == 0)
            return i + 1;
        if (filters[i].clients == 0 && free_place == 0)
            free_place = i + 1;
    }
    if (free_place > 0)
        filters[free_place - 1].filter = *filter;
    return free_place;
}

/* --- the list */

static int newer_first(const void *left, const void *right)
{
    const struct live *a = *(const struct live *const *)left;
    const struct live *b = *(const struct live *const *)right;

    if (a->shown.options.created != b->shown.options.created)
        return a->shown.options.created < b->shown.options.created ? 1 : -1;
    return a->key < b->key ? 1 : -1;
}

static void answer(const struct filter *filter, uint32_t limit,
                   const mortise_event *event)
{
    const struct live **list = calloc(live_count() + 1, sizeof(const void *));
    mortise_writer out;
    uint32_t n = 0;

    if (!list) {
        says_refuse(event, says_busy);
        return;
    }
    for (struct live *live = NULL; (live = live_next(live));)
        if (fits(filter, live))
            list[n++] = live;
    if (n > 0)
        qsort(list, n, sizeof(const void *), newer_first);
    out = mortise_begin_ack(event);
    mortise_open_object(out, NULL);
    mortise_append(out, "ok:true, total:I", (int64_t)n);
    mortise_open_array(out, "matches");
    for (uint32_t i = 0; i < n && i < limit && i < LIST_MAX; i++)
        says_summary(out, list[i]);
    mortise_end(out);
    free(list);
}

void lobby_enter(struct client *client, const struct filter *filter,
                 uint32_t limit, const mortise_event *event)
{
    static const struct reason many = {"too_many_filters",
                                       "Choose a simpler filter."};
    char room[ROOM_SIZE];
    int place;

    lobby_leave(client);
    place = place_of(filter);
    if (place == 0) {
        says_refuse(event, many);
        return;
    }
    room_of(place, room);
    if (mortise_join(client->socket, room) < 0) {
        says_refuse(event, says_busy);
        return;
    }
    filters[place - 1].clients++;
    client->filter = place;
    answer(filter, limit, event);
}

void lobby_leave(struct client *client)
{
    char room[ROOM_SIZE];

    if (client->filter == 0)
        return;
    room_of(client->filter, room);
    mortise_leave(client->socket, room);
    filters[client->filter - 1].clients--;
    client->filter = 0;
}

/* --- changes */

void lobby_changed(const struct live *live)
{
    if (live->head.options.hidden)
        return;
    for (int i = 0; i < change_count; i++)
        if (strcmp(changes[i], live->id) == 0)
            return;
    if (change_count == CHANGES_MAX)
        too_many = true;
    else
        snprintf(changes[change_count++], ID_SIZE, "%s", live->id);
    if (timer == 0)
        timer = mortise_after(LOBBY_TIMER, TICK_MS, 0, 0);
}

static void tell(int place)
{
    char room[ROOM_SIZE];
    mortise_writer out;

    room_of(place, room);
    out = mortise_begin_emit(mortise_all(NULL, room), "lobby:changes");
    mortise_open_object(out, NULL);
    mortise_append(out, "again:b", too_many);
    mortise_open_array(out, "changed");
    for (int i = 0; i < change_count; i++) {
        const struct live *live = live_find(changes[i]);
        if (live && fits(&filters[place - 1].filter, live))
            says_summary(out, live);
    }
    mortise_close(out);
    mortise_open_array(out, "gone");
    for (int i = 0; i < change_count; i++) {
        const struct live *live = live_find(changes[i]);
        if (!live || !fits(&filters[place - 1].filter, live))
            mortise_append(out, "s", changes[i]);
    }
    mortise_end(out);
}

void lobby_tick(mortise_socket none, const mortise_event *event)
{
    timer = 0;
    for (int i = 0; i < FILTERS_MAX; i++)
        if (filters[i].clients > 0)
            tell(i + 1);
    change_count = 0;
    too_many = false;
}

/* --- what a newer build takes over */

static void save_filter(int place, mortise_saving to)
{
    const struct filter *f = &filters[place - 1].filter;
    const struct rules *rules = rules_at(f->rules);

    mortise_save_open(to, "filter");
    mortise_save_int(to, "place", place);
    mortise_save_text(to, "game", rules ? rules->name : NULL);
    mortise_save_int(to, "status", f->status);
    mortise_save_int(to, "rated", f->rated);
    mortise_save_int(to, "clock", f->clock);
    mortise_save_int(to, "rating_min", f->rating_min);
    mortise_save_int(to, "rating_max", f->rating_max);
    for (const struct client *c = NULL; (c = clients_next(c));) {
        if (c->filter != place)
            continue;
        mortise_save_open(to, "looking");
        mortise_save_int(to, "socket", (int64_t)c->socket);
        mortise_save_close(to);
    }
    mortise_save_close(to);
}

int lobby_save(mortise_saving to)
{
    mortise_save_int(to, "lobby_timer", (int64_t)timer);
    mortise_save_int(to, "lobby_again", too_many);
    for (int i = 0; i < FILTERS_MAX; i++)
        if (filters[i].clients > 0)
            save_filter(i + 1, to);
    for (int i = 0; i < change_count; i++) {
        mortise_save_open(to, "changed");
        mortise_save_text(to, "id", changes[i]);
        mortise_save_close(to);
    }
    return 0;
}

static void restore_filter(mortise_saved from)
{
    int place = (int)mortise_saved_int(from, "place", 0);
    struct filter f = {
        .rules = rules_find(mortise_saved_text(from, "game", "")),
        .status = (int32_t)mortise_saved_int(from, "status", LOBBY_ANY),
        .rated = (int32_t)mortise_saved_int(from, "rated", -1),
        .clock = (int32_t)mortise_saved_int(from, "clock", -1),
        .rating_min = mortise_saved_int(from, "rating_min", 0),
        .rating_max = mortise_saved_int(from, "rating_max", 0),
    };
    mortise_saved each;

    if (place < 1 || place > FILTERS_MAX)
        return;
    filters[place - 1].filter = f;
    while ((each = mortise_saved_next(from, "looking")) != 0) {
        struct client *client =
            clients_get((mortise_socket)mortise_saved_int(each, "socket", 0));
        if (!client || client->filter != 0)
            continue;
        client->filter = place;
        filters[place - 1].clients++;
    }
}

int lobby_restore(mortise_saved from)
{
    mortise_saved each;

    timer = (mortise_timer)mortise_saved_int(from, "lobby_timer", 0);
    too_many = mortise_saved_int(from, "lobby_again", 0) != 0;
    while ((each = mortise_saved_next(from, "filter")) != 0)
        restore_filter(each);
    while ((each = mortise_saved_next(from, "changed")) != 0 &&
           change_count < CHANGES_MAX)
        snprintf(changes[change_count++], ID_SIZE, "%s",
                 mortise_saved_text(each, "id", ""));
    return 0;
}
