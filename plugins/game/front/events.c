/* SPDX-License-Identifier: MIT */
#include "front/events.h"

#include <stdio.h>
#include <string.h>

#include <mortise/contract.h>
#include <mortise/identity.h>

#include "live/live_state.h"
#include "live/says.h"
#include "live/audience.h"
#include "lobby/here.h"
#include "lobby/lobby.h"
#include "lobby/quick.h"
#include "options.h"
#include "store/owner.h"

static const struct reason no_match = {"no_such_match",
                                       "There is no such match."};
static const struct reason not_yours = {"not_seated",
                                        "You have no seat in this match."};

/* --- who and what */

static void forget(struct client *client)
{
    quick_gone(client);
    lobby_leave(client);
    here_leave(client);
    audience_leave_all(client);
    clients_remove(client);
}

struct client *events_caller(mortise_socket from, const mortise_event *event)
{
    struct client *client = clients_get(from);

    if (!client && clients_find(from)) { /* another user has signed in */
        forget(clients_find(from));
        client = clients_get(from);
    }
    if (!client || !owner_is_here())
        says_refuse(event, client ? says_unstored : says_busy);
    return owner_is_here() ? client : NULL;
}

struct live *events_match(const struct client *client,
                          const mortise_event *event)
{
    struct live *live = live_find(mortise_text_of(event, "match", ""));
    const char *code = mortise_text_of(event, "code", "");

    /* Of a private match only those know who have its code, or a seat. */
    if (!live || (live->head.options.hidden && !watch_find(live, client) &&
                  match_seat_of(&live->head, client->player->user) == NOBODY &&
                  strcmp(code, live->head.options.code) != 0)) {
        says_refuse(event, no_match);
        return NULL;
    }
    live_settle(live);
    return live;
}

int events_game(const mortise_event *event, int32_t *ret_rules,
                int32_t *ret_variant)
{
    static const struct reason no_game = {"no_such_game",
                                          "There is no such game."};
    static const struct reason no_variant = {"no_such_variant",
                                             "This game has no such variant."};
    int rules = rules_find(mortise_text_of(event, "game", "")), variant;

    if (rules < 0) {
        says_refuse(event, no_game);
        return -1;
    }
    variant = rules_variant(
        rules_at(rules),
        mortise_text_of(event, "variant", rules_at(rules)->variants[0]));
    if (variant < 0) {
        says_refuse(event, no_variant);
        return -1;
    }
    *ret_rules = rules;
    *ret_variant = variant;
    return 0;
}

void events_clock(const mortise_event *event, int64_t *ret_initial,
                  int64_t *ret_increment)
{
    mortise_value clock = mortise_named(event, "clock");

    *ret_initial = mortise_int(mortise_get(clock, "seconds"), 0) * 1000;
    *ret_increment = mortise_int(mortise_get(clock, "increment"), 0) * 1000;
}

/* --- the life of a socket */

void events_connecting(mortise_socket from, const mortise_event *event)
{
    char user[24] = SEAT_ANONYMOUS;
    mortise_identity who = {.size = sizeof(who), .user = user};

    if (!options.anonymous || mortise_user(from))
        return;
    live_random_name(user + strlen(user), sizeof(user) - strlen(user));
    if (mortise_identify(from, &who) < 0)
        mortise_refuse(event, "The server is out of memory.", "");
}

void events_connect(mortise_socket from, const mortise_event *event)
{
    clients_get(from); /* its ratings are read while it looks around */
}

void events_disconnect(mortise_socket from, const mortise_event *event)
{
    struct client *client = clients_find(from);

    if (client)
        forget(client);
}

/* --- making one */

static int read_options(const mortise_event *event, struct match_options *ret)
{
    static const struct reason late = {"delay_too_long",
                                       "Spectators cannot be so far behind."};

    memset(ret, 0, sizeof(*ret));
    if (events_game(event, &ret->rules, &ret->variant) < 0)
        return -1;
    events_clock(event, &ret->initial, &ret->increment);
    ret->rated = mortise_bool_of(event, "rated", 0) != 0;
    ret->hidden = mortise_bool_of(event, "private", 0) != 0;
    if (ret->hidden)
        live_random_name(ret->code, sizeof(ret->code));
    ret->delay = mortise_int_of(event, "delay", 0) * 1000;
    if (ret->delay > options.delay_max_ms) {
        says_refuse(event, late);
        return -1;
    }
    ret->created = mortise_now();
    ret->grace = options.grace_ms;
    ret->ready = options.ready_ms;
    ret->idle = options.idle_ms;
    return 0;
}

/* Somebody sits down, and is answered when that is written. */
static struct reason sit(struct live *live, struct client *client, int seat,
                         const mortise_event *event)
{
    struct ask ask = {ASKED_ENTER, client->socket, mortise_ack_later(event)};
    struct entry entry;
    struct reason why;

    players_sit(&entry, client->player->user, live->head.options.rules);
    why = live_add(live, ENTRY_SIT, seat, entry.text, &ask);
    if (why.code)
        says_refuse_later(ask.reply, why);
    return why;
}

static void sit_bot(struct live *live, int level, int human)
{
    struct entry entry;

    players_sit_bot(&entry, level);
    if (!live_add(live, ENTRY_SIT, 1 - human, entry.text, NULL).code)
        live_add(live, ENTRY_READY, human, "", NULL);
}

void events_create(mortise_socket from, const mortise_event *event)
{
    static const struct reason many = {"too_many_matches",
                                       "End another match first."};
    struct client *client = events_caller(from, event);
    int bot = (int)mortise_int_of(event, "bot", 0);
    struct match_options o;
    struct live *live;
    int seat;

    if (!client || read_options(event, &o) < 0)
        return;
    if (live_count_of(client->player->user) >= options.per_user ||
        client->watch_count >= WATCHES_MAX) {
        says_refuse(event, many);
        return;
    }
    o.rated = o.rated && bot == 0;
    live = live_new(&o);
    if (!live) {
        says_refuse(event, says_busy);
        return;
    }
    /* Ids are random. */
    seat = (int)mortise_int_of(event, "seat", live->id[0] % SEATS);
    if (sit(live, client, seat, event).code) {
        live_drop(live);
        return;
    }
    if (bot > 0 && live->head.number > 0) /* else it could not be written */
        sit_bot(live, bot, seat);
    live_schedule(live);
}

/* --- coming and going */

static void enter(struct live *live, struct client *client,
                  const mortise_event *event)
{
    struct reason why = {NULL, NULL};
    struct watch *watch = audience_enter(live, client, &why);

    if (!watch) {
        says_refuse(event, why);
        return;
    }
    says_view(client->socket, live, watch->viewer);
    mortise_ack(event, "{ok:true, match:s}", live->id);
    audience_reconcile(live);
    live_schedule(live);
}

void events_watch(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);
    struct live *live = client ? events_match(client, event) : NULL;

    if (live)
        enter(live, client, event);
}

void events_join(mortise_socket from, const mortise_event *event)
{
    static const struct reason full = {"full", "Both seats are taken."};
    static const struct reason many = {"too_many_matches",
                                       "End another match first."};
    struct client *client = events_caller(from, event);
    struct live *live = client ? events_match(client, event) : NULL;
    int seat;

    if (!live)
        return;
    if (match_seat_of(&live->shown, client->player->user) != NOBODY) {
        enter(live, client, event); /* again: as if nothing had been */
        return;
    }
    seat = match_free_seat(&live->head);
    if (seat == NOBODY || live->head.status != MATCH_OPEN)
        says_refuse(event, full);
    else if (live_count_of(client->player->user) >= options.per_user ||
             client->watch_count >= WATCHES_MAX)
        says_refuse(event, many);
    else
        sit(live, client, seat, event);
    live_schedule(live);
}

void events_leave(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);
    struct live *live = client ? events_match(client, event) : NULL;
    struct watch *watch;
    int seat;

    if (!live)
        return;
    seat = match_seat_of(&live->head, client->player->user);
    watch = watch_find(live, client);
    /* Before the start this gives the seat up; later it is for resigning. */
    if (seat != NOBODY && live->head.status < MATCH_RUNNING) {
        struct ask ask = {ASKED_OK, from, mortise_ack_later(event)};
        struct reason why = live_add(live, ENTRY_STAND, seat, "", &ask);
        if (why.code)
            says_refuse_later(ask.reply, why);
    } else {
        /* No more than is told to who is behind. */
        mortise_ack(
            event, "{ok:true, n:I}",
            (int64_t)watch_match(live, watch ? watch->viewer : NOBODY)->number);
    }
    if (watch)
        audience_leave(watch);
    live_schedule(live);
}

void events_entries(mortise_socket from, const mortise_event *event)
{
    struct client *client = events_caller(from, event);
    struct live *live = client ? events_match(client, event) : NULL;
    mortise_writer out;

    if (!live)
        return;
    out = mortise_begin_ack(event);
    mortise_open_object(out, NULL);
    mortise_append(out, "ok:true, match:s", live->id);
    says_so_far(out, live, match_seat_of(&live->shown, client->player->user));
    mortise_end(out);
}

/* --- what players do */

/* With "after" a move counts once, however often it is sent: the second time
 * there is one move more. */
static void act(mortise_socket from, const mortise_event *event, int kind,
                const char *text)
{
    static const struct reason stale = {"stale",
                                        "There has been another move."};
    struct client *client = events_caller(from, event);
    struct live *live = client ? events_match(client, event) : NULL;
    struct ask ask = {ASKED_OK, from, 0};
    struct reason why;
    int seat;

    if (!live)
        return;
    seat = match_seat_of(&live->head, client->player->user);
    if (seat == NOBODY) {
        says_refuse(event, not_yours);
        return;
    }
    if (kind == ENTRY_MOVE && mortise_named(event, "after") &&
        mortise_int_of(event, "after", 0) != (int64_t)live->head.moves) {
        says_refuse(event, stale);
        return;
    }
    ask.reply = mortise_ack_later(event);
    why = live_add(live, kind, seat, text, &ask);
    if (why.code)
        says_refuse_later(ask.reply, why);
    live_schedule(live);
}

void events_ready(mortise_socket from, const mortise_event *event)
{
    act(from, event, ENTRY_READY, "");
}

void events_move(mortise_socket from, const mortise_event *event)
{
    act(from, event, ENTRY_MOVE, mortise_text_of(event, "move", ""));
}

void events_resign(mortise_socket from, const mortise_event *event)
{
    act(from, event, ENTRY_RESIGN, "");
}

void events_offer(mortise_socket from, const mortise_event *event)
{
    act(from, event, ENTRY_OFFER, "");
}

void events_accept(mortise_socket from, const mortise_event *event)
{
    act(from, event, ENTRY_ACCEPT, "");
}

void events_decline(mortise_socket from, const mortise_event *event)
{
    act(from, event, ENTRY_DECLINE, "");
}

void events_rematch(mortise_socket from, const mortise_event *event)
{
    act(from, event, ENTRY_REMATCH, "");
}
