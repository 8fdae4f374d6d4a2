/* SPDX-License-Identifier: MIT */
#include "lobby/here.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <mortise/values.h>

#include "live/says.h"

#define ROOM "here"

enum {
    CHANGES_MAX = 256, /* in one tick; with more, who looks asks anew */
    TICK_MS = 250,
    LIST_MAX = 100
};

static char changes[CHANGES_MAX][USER_SIZE];
static int change_count, looking;
static bool too_many; /* changes */
static mortise_timer timer;

/* --- one player */

/* Matches that run are counted for those only who are looked at, and once: from
 * then on here_status() keeps the number. */
static bool is_playing(struct player *player)
{
    if (player->playing < 0)
        player->playing = live_running_of(player->user);
    return player->playing > 0;
}

static void append_player(mortise_writer out, struct player *player)
{
    char name[NAME_SIZE];
    bool guest = players_name(player->user, name) != PROFILE_ACCOUNT;

    mortise_open_object(out, NULL);
    mortise_append(out, "user:s, name:s, guest:b, playing:b", player->user,
                   name, guest, is_playing(player));
    mortise_open_array(out, "ratings");
    for (int i = 0; rules_at(i); i++) {
        const struct player_rating *r = &player->ratings[i];
        if (r->games > 0)
            mortise_append(out, "{game:s, rating:I, provisional:b}",
                           rules_at(i)->name, (int64_t)lround(r->rating),
                           r->deviation > DEVIATION_KNOWN);
    }
    mortise_close(out);
    mortise_close(out);
}

/* --- the list */

/* The first so many behind this user. No copy of all of them is sorted: when a
 * server has come back everybody asks at once. */
static int pick(const char *after, int limit, struct player *ret[LIST_MAX])
{
    int n = 0, i;

    for (struct player *p = NULL; (p = players_next(p));) {
        if (strcmp(p->user, after) <= 0 ||
            (n == limit && strcmp(p->user, ret[n - 1]->user) > 0))
            continue;
        for (i = n < limit ? n++ : n - 1;
             i > 0 && strcmp(ret[i - 1]->user, p->user) > 0; i--)
            ret[i] = ret[i - 1];
        ret[i] = p;
    }
    return n;
}

void here_list(struct client *client, const char *after, int limit,
               const mortise_event *event)
{
    struct player *page[LIST_MAX];
    int n = pick(after, limit < LIST_MAX ? limit : LIST_MAX, page);
    mortise_writer out;

    if (!client->looks && mortise_join(client->socket, ROOM) < 0) {
        says_refuse(event, says_busy);
        return;
    }
    looking += !client->looks;
    client->looks = true;
    out = mortise_begin_ack(event);
    mortise_open_object(out, NULL);
    mortise_append(out, "ok:true, total:I", (int64_t)players_count());
    mortise_open_array(out, "players");
    for (int i = 0; i < n; i++)
        append_player(out, page[i]);
    mortise_end(out);
}

void here_leave(struct client *client)
{
    if (!client->looks)
        return;
    mortise_leave(client->socket, ROOM);
    client->looks = false;
    looking--;
}

/* --- changes */

void here_changed(const char *user)
{
    if (looking == 0 || too_many)
        return;
    for (int i = 0; i < change_count; i++)
        if (strcmp(changes[i], user) == 0)
            return;
    if (change_count == CHANGES_MAX)
        too_many = true;
    else
        snprintf(changes[change_count++], USER_SIZE, "%s", user);
    if (timer == 0)
        timer = mortise_after(HERE_TIMER, TICK_MS, 0, 0);
}

void here_status(const struct live *live, int before)
{
    int by = (live->shown.status == MATCH_RUNNING) - (before == MATCH_RUNNING);

    for (int seat = 0; seat < SEATS && by != 0; seat++) {
        struct player *player = players_find(live->shown.seats[seat].user);
        if (!player)
            continue;
        if (player->playing >= 0)
            player->playing += by;
        here_changed(player->user);
    }
}

void here_tick(mortise_socket none, const mortise_event *event)
{
    mortise_writer out = NULL;

    timer = 0;
    if (looking > 0) {
        out = mortise_begin_emit(mortise_all(NULL, ROOM), "players:changes");
        mortise_open_object(out, NULL);
        mortise_append(out, "again:b, total:I", too_many,
                       (int64_t)players_count());
        mortise_open_array(out, "changed");
        for (int i = 0; i < change_count && !too_many; i++)
            if (players_find(changes[i]))
                append_player(out, players_find(changes[i]));
        mortise_close(out);
        mortise_open_array(out, "gone");
        for (int i = 0; i < change_count && !too_many; i++)
            if (!players_find(changes[i]))
                mortise_append(out, "s", changes[i]);
        mortise_end(out);
    }
    change_count = 0;
    too_many = false;
}

/* --- what a newer build takes over */

void here_save(mortise_saving to)
{
    mortise_save_int(to, "here_timer", (int64_t)timer);
    mortise_save_int(to, "here_again", too_many);
    for (const struct client *c = NULL; (c = clients_next(c));) {
        mortise_save_open(to, "client");
        mortise_save_int(to, "socket", (int64_t)c->socket);
        mortise_save_int(to, "looks", c->looks);
        mortise_save_close(to);
    }
    for (int i = 0; i < change_count; i++) {
        mortise_save_open(to, "here_changed");
        mortise_save_text(to, "user", changes[i]);
        mortise_save_close(to);
    }
}

void here_restore(mortise_saved from)
{
    mortise_saved each;

    while ((each = mortise_saved_next(from, "client")) != 0) {
        struct client *client =
            clients_get((mortise_socket)mortise_saved_int(each, "socket", 0));
        if (!client || client->looks || !mortise_saved_int(each, "looks", 0))
            continue;
        client->looks = true;
        looking++;
    }
    /* That they are all here again is no news. */
    timer = (mortise_timer)mortise_saved_int(from, "here_timer", 0);
    too_many = mortise_saved_int(from, "here_again", 0) != 0;
    change_count = 0;
    while ((each = mortise_saved_next(from, "here_changed")) != 0 &&
           change_count < CHANGES_MAX)
        snprintf(changes[change_count++], USER_SIZE, "%s",
                 mortise_saved_text(each, "user", ""));
}

void here_free(void)
{
    looking = 0; /* nobody is told that all are gone now */
}
