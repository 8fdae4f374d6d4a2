/* SPDX-License-Identifier: MIT */
/* The lobby, quick matches, and what was before. */
#include <stdio.h>
#include <string.h>

#include <mortise/contract.h>
#include <mortise/values.h>

#include "front/events.h"
#include "live/reads.h"
#include "live/says.h"
#include "lobby/here.h"
#include "lobby/invites.h"
#include "lobby/lobby.h"
#include "lobby/quick.h"
#include "options.h"

enum { PAGE = 20 };

/* --- the lobby */

static int32_t either(const mortise_event *event, const char *name)
{
    return mortise_named(event, name) ? mortise_bool_of(event, name, 0) : -1;
}

void events_lobby(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);
    const char *status = mortise_text_of(event, "status", "open");
    struct filter filter;
    int32_t variant;

    memset(&filter, 0, sizeof(filter));
    filter.rules = -1;
    if (!client || (mortise_named(event, "game") &&
                    events_game(event, &filter.rules, &variant) < 0))
        return;
    filter.status = strcmp(status, "open") == 0      ? LOBBY_OPEN
                    : strcmp(status, "running") == 0 ? LOBBY_RUNNING
                                                     : LOBBY_ANY;
    filter.rated = either(event, "rated");
    filter.clock = either(event, "timed");
    filter.rating_min = mortise_int_of(event, "ratingMin", 0);
    filter.rating_max = mortise_int_of(event, "ratingMax", 0);
    lobby_enter(client, &filter, (uint32_t)mortise_int_of(event, "limit", 100),
                event);
}

void events_lobby_leave(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);

    if (!client)
        return;
    lobby_leave(client);
    here_leave(client);
    mortise_ack(event, "{ok:true}");
}

/* --- quick matches */

void events_quick(mortise_socket from, const mortise_event *event)
{
    static const struct reason many = {"too_many_matches",
                                       "End another match first."};
    struct client *client = events_caller(from, event);
    struct ticket ticket;
    struct reason why;

    memset(&ticket, 0, sizeof(ticket));
    if (!client || events_game(event, &ticket.rules, &ticket.variant) < 0)
        return;
    if (live_count_of(client->player->user) >= options.per_user ||
        client->watch_count >= WATCHES_MAX) {
        says_refuse(event, many);
        return;
    }
    events_clock(event, &ticket.initial, &ticket.increment);
    snprintf(ticket.user, sizeof(ticket.user), "%s", client->player->user);
    ticket.socket = from;
    ticket.rated = mortise_bool_of(event, "rated", 1) != 0;
    ticket.bot = (int32_t)mortise_int_of(event, "bot", 0);
    ticket.since = mortise_now();
    why = quick_join(&ticket);
    if (why.code)
        says_refuse(event, why);
    else
        mortise_ack(event, "{ok:true, waiting:I, window:I}",
                    (int64_t)quick_count(), options.window);
}

void events_quick_leave(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);

    if (client)
        mortise_ack(event, "{ok:true, left:b}",
                    quick_leave(client->player->user));
}

/* --- what is read in the database */

static void read_page(const struct client *client, enum read what,
                      const mortise_event *event)
{
    struct record ask = {0};
    mortise_reply reply = mortise_ack_later(event);

    record_put_int(&ask, FIELD_WHAT, what);
    record_put(&ask, FIELD_USER, client->player->user);
    record_put(&ask, FIELD_ABOUT, mortise_text_of(event, "user", ""));
    record_put(&ask, FIELD_GAME, mortise_text_of(event, "game", ""));
    record_put(&ask, FIELD_MATCH, mortise_text_of(event, "match", ""));
    record_put(&ask, FIELD_CODE, mortise_text_of(event, "code", ""));
    record_put_int(&ask, FIELD_FROM, mortise_int_of(event, "from", 1));
    record_put_int(&ask, FIELD_LIMIT, mortise_int_of(event, "limit", PAGE));
    record_put_int(&ask, FIELD_LAST,
                   mortise_int_of(event, "before", INT64_MAX));
    if (reads_start(&ask, reply) < 0)
        says_refuse_later(reply, says_busy);
    record_free(&ask);
}

void events_board(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);
    int32_t rules, variant;

    if (client && events_game(event, &rules, &variant) == 0)
        read_page(client, READ_BOARD, event);
}

void events_around(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);
    int32_t rules, variant;

    if (client && events_game(event, &rules, &variant) == 0)
        read_page(client, READ_AROUND, event);
}

void events_replay(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);

    if (client)
        read_page(client, READ_REPLAY, event);
}

void events_history(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);

    if (client)
        read_page(client, READ_HISTORY, event);
}

void events_player(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);

    if (client)
        read_page(client, READ_PROFILE, event);
}

/* --- what is in memory */

void events_mine(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);
    mortise_writer out;

    if (!client)
        return;
    out = mortise_begin_ack(event);
    mortise_open_object(out, NULL);
    mortise_append(out, "ok:true");
    mortise_open_array(out, "matches");
    for (struct live *live = NULL; (live = live_next(live));)
        if (live->shown.status != MATCH_OVER &&
            match_seat_of(&live->shown, client->player->user) != NOBODY)
            says_summary(out, live);
    mortise_close(out);
    mortise_open_array(out, "invitations");
    invites_append(out, client->player->user);
    mortise_end(out);
}

void events_games(mortise_socket from, const mortise_event *event)
{
    mortise_writer out = mortise_begin_ack(event);

    mortise_open_object(out, NULL);
    mortise_append(out, "ok:true");
    mortise_open_array(out, "games");
    for (int i = 0; rules_at(i); i++) {
        mortise_open_object(out, NULL);
        mortise_append(out, "game:s, draws:b, levels:i", rules_at(i)->name,
                       rules_at(i)->draws, LEVELS);
        mortise_open_array(out, "variants");
        for (int v = 0; rules_at(i)->variants[v]; v++)
            mortise_append(out, "s", rules_at(i)->variants[v]);
        mortise_close(out);
        mortise_close(out);
    }
    mortise_end(out);
}
