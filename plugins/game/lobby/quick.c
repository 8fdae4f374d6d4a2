/* SPDX-License-Identifier: MIT */
#include "lobby/quick.h"

#include <stdio.h>
#include <string.h>

#include "games/random.h"
#include "live/counts.h"
#include "live/says.h"
#include "live/watches.h"
#include "options.h"

enum { TICK_MS = 1000, PAIRS_A_TICK = 100 };

static struct queue queue;
static mortise_timer timer;

static struct window window_now(void)
{
    return (struct window){options.window, options.window_step,
                           options.window_step_ms, options.window_max};
}

size_t quick_count(void)
{
    return queue.count;
}

/* The rating may have come meanwhile. */
static void look_up(struct ticket *ticket)
{
    const struct player *player = players_find(ticket->user);

    ticket->known = player && player->loaded;
    if (!ticket->known ||
        ticket->rating == player->ratings[ticket->rules].rating)
        return;
    ticket->rating = player->ratings[ticket->rules].rating;
    queue.sorted = false;
}

static void sit(struct live *live, int seat, const struct ticket *ticket)
{
    struct ask ask = {ASKED_BEGIN, ticket->socket, 0};
    struct entry entry;

    if (ticket->user[0] != '\0') {
        players_sit(&entry, ticket->user, ticket->rules);
        live_add(live, ENTRY_SIT, seat, entry.text, &ask);
    } else {
        players_sit_bot(&entry, ticket->bot);
        live_add(live, ENTRY_SIT, seat, entry.text, NULL);
    }
}

static void wait_on(const struct ticket pair[SEATS])
{
    for (int i = 0; i < SEATS; i++)
        if (pair[i].user[0] != '\0')
            queue_add(&queue, &pair[i]);
}

static void begin(const struct ticket pair[SEATS])
{
    struct match_options o;
    struct live *live;
    int first;

    memset(&o, 0, sizeof(o));
    o.rules = pair[0].rules;
    o.variant = pair[0].variant;
    o.rated = pair[0].rated && pair[1].rated;
    o.quick = true;
    o.created = mortise_now();
    o.initial = pair[0].initial;
    o.increment = pair[0].increment;
    o.grace = options.grace_ms;
    o.ready = options.ready_ms;
    o.idle = options.idle_ms;
    live = live_new(&o);
    if (!live) {
        wait_on(pair);
        return;
    }
    first = live->id[0] % SEATS; /* ids are random */
    for (int seat = 0; seat < SEATS; seat++)
        sit(live, seat, &pair[(seat + first) % SEATS]);
    if (live->head.status != MATCH_FULL) { /* it could not be written */
        live_add(live, ENTRY_ABORT, NOBODY, "unavailable", NULL);
        wait_on(pair);
    }
    live_schedule(live);
}

static void pair_up(void)
{
    struct window window = window_now();
    struct ticket pair[SEATS];
    int pairs = PAIRS_A_TICK; /* others have to be served too */

    for (size_t i = 0; i < queue.count; i++)
        look_up(&queue.tickets[i]);
    while (pairs-- > 0 && queue_pair(&queue, &window, mortise_now(), pair))
        begin(pair);
}

/* Nobody has come for so long: a bot does. */
static void play_bots(void)
{
    for (size_t i = 0; i < queue.count; i++) {
        struct ticket pair[SEATS] = {queue.tickets[i]};
        if (pair[0].bot == 0 ||
            mortise_now() - pair[0].since < options.bot_after_ms)
            continue;
        pair[1].bot = pair[0].bot; /* a ticket of nobody, and not rated */
        queue_remove(&queue, pair[0].user);
        begin(pair);
        return; /* the queue is another now; the next ones soon */
    }
}

static void keep_ticking(void)
{
    counts_now(live_count(), queue.count);
    if (queue.count > 0 && timer == 0)
        timer = mortise_after(QUICK_TIMER, TICK_MS, TICK_MS, 0);
    if (queue.count == 0 && timer != 0) {
        mortise_cancel(timer);
        timer = 0;
    }
}

void quick_tick(mortise_socket none, const mortise_event *event)
{
    struct window window = window_now();

    pair_up();
    play_bots();
    for (size_t i = 0; i < queue.count; i++) {
        const struct ticket *t = &queue.tickets[i];
        int64_t waited = mortise_now() - t->since;
        if (waited % options.window_step_ms < TICK_MS)
            mortise_emit(mortise_to(t->socket), "quick:waiting",
                         "{since:I, window:I, waiting:I}", t->since,
                         queue_window(t, &window, mortise_now()),
                         (int64_t)queue.count);
    }
    keep_ticking();
}

struct reason quick_join(const struct ticket *ticket)
{
    struct ticket mine = *ticket;

    if (queue.count >= (size_t)options.queue_max)
        return says_busy;
    look_up(&mine);
    if (queue_add(&queue, &mine) < 0)
        return says_busy;
    pair_up();
    keep_ticking();
    return (struct reason){NULL, NULL};
}

int quick_leave(const char *user)
{
    int left = queue_remove(&queue, user) == 0;

    keep_ticking();
    return left;
}

void quick_gone(const struct client *client)
{
    const struct ticket *ticket = queue_find(&queue, client->player->user);

    if (ticket && ticket->socket == client->socket)
        quick_leave(client->player->user);
}

/* The seat that is still taken is that of who was ready, or is there. */
void quick_again(struct live *live)
{
    const struct match_options *o = &live->shown.options;

    for (const struct watch *w = live->watches; w; w = w->next) {
        const char *user = w->client->player->user;
        struct ticket ticket;
        int seat = match_seat_of(&live->shown, user);
        if (seat == NOBODY || !live->shown.seats[seat].ready)
            continue;
        memset(&ticket, 0, sizeof(ticket));
        snprintf(ticket.user, sizeof(ticket.user), "%s", user);
        ticket.socket = w->client->socket;
        ticket.rules = o->rules;
        ticket.variant = o->variant;
        ticket.rated = o->rated;
        ticket.initial = o->initial;
        ticket.increment = o->increment;
        ticket.since = o->created;
        quick_join(&ticket);
        return; /* one socket of theirs is enough */
    }
}

/* --- what a newer build takes over */

int quick_save(mortise_saving to)
{
    mortise_save_int(to, "quick_timer", (int64_t)timer);
    for (size_t i = 0; i < queue.count; i++) {
        const struct ticket *t = &queue.tickets[i];
        const struct rules *rules = rules_at(t->rules);
        mortise_save_open(to, "ticket");
        mortise_save_text(to, "user", t->user);
        mortise_save_int(to, "socket", (int64_t)t->socket);
        mortise_save_text(to, "game", rules->name);
        mortise_save_text(to, "variant", rules->variants[t->variant]);
        mortise_save_int(to, "rated", t->rated);
        mortise_save_int(to, "initial", t->initial);
        mortise_save_int(to, "increment", t->increment);
        mortise_save_int(to, "since", t->since);
        mortise_save_int(to, "bot", t->bot);
        mortise_save_close(to);
    }
    return 0;
}

int quick_restore(mortise_saved from)
{
    mortise_saved each;
    int error = 0;

    timer = (mortise_timer)mortise_saved_int(from, "quick_timer", 0);
    while (error == 0 && (each = mortise_saved_next(from, "ticket")) != 0) {
        const char *user = mortise_saved_text(each, "user", "");
        struct ticket t;
        memset(&t, 0, sizeof(t));
        snprintf(t.user, sizeof(t.user), "%s", user);
        t.socket = (mortise_socket)mortise_saved_int(each, "socket", 0);
        t.rules = rules_find(mortise_saved_text(each, "game", ""));
        t.variant =
            t.rules < 0
                ? -1
                : rules_variant(rules_at(t.rules),
                                mortise_saved_text(each, "variant", ""));
        t.rated = mortise_saved_int(each, "rated", 0) != 0;
        t.initial = mortise_saved_int(each, "initial", 0);
        t.increment = mortise_saved_int(each, "increment", 0);
        t.since = mortise_saved_int(each, "since", 0);
        t.bot = (int32_t)mortise_saved_int(each, "bot", 0);
        if (t.variant >= 0 && clients_get(t.socket))
            error = queue_add(&queue, &t);
    }
    return error;
}

void quick_free(void)
{
    queue_free(&queue);
}
