/* SPDX-License-Identifier: MIT */
#include "match/match.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *match_status_name(int status)
{
    static const char *const names[] = {"open", "full", "running", "over"};

    return names[status];
}

void match_init(struct match *match, const struct match_options *options)
{
    memset(match, 0, sizeof(*match));
    match->options = *options;
    match->at = options->created;
    match->winner = UNDECIDED;
    clock_set(&match->clock, options->initial, match->at);
    clock_set(&match->grace, options->grace, match->at);
}

const struct rules *match_rules(const struct match *match)
{
    return rules_at(match->options.rules);
}

unsigned match_turns(const struct match *match)
{
    return match->status == MATCH_RUNNING
               ? match_rules(match)->turns(match->state)
               : 0;
}

int match_seat_of(const struct match *match, const char *user)
{
    for (int seat = 0; seat < SEATS; seat++)
        if (seat_is_taken(&match->seats[seat]) &&
            strcmp(match->seats[seat].user, user) == 0)
            return seat;
    return NOBODY;
}

int match_free_seat(const struct match *match)
{
    for (int seat = 0; seat < SEATS; seat++)
        if (!seat_is_taken(&match->seats[seat]))
            return seat;
    return NOBODY;
}

void match_view(const struct match *match, int viewer, struct view *ret)
{
    ret->count = 0;
    if (match->started)
        match_rules(match)->view(match->state, viewer,
                                 match->status == MATCH_OVER, ret);
}

bool match_shows(const struct match *match, const struct entry *entry,
                 int viewer)
{
    switch (entry->kind) {
    case ENTRY_MOVE:
        return viewer == entry->seat || match->status == MATCH_OVER ||
               !match_rules(match)->secret(match->state, entry->seat,
                                           entry->text);
    case ENTRY_START: /* what is left to chance follows from the seed */
        return false;
    default:
        return true;
    }
}

/* A bot has no rating, nor has who is somebody else with each connection. */
static bool has_rating(const struct seat *seat)
{
    return !seat->bot &&
           strncmp(seat->user, SEAT_ANONYMOUS, sizeof(SEAT_ANONYMOUS) - 1) != 0;
}

bool match_is_rated(const struct match *match)
{
    return match->options.rated && match->status == MATCH_OVER &&
           match->winner != UNDECIDED && has_rating(&match->seats[0]) &&
           has_rating(&match->seats[1]);
}

/* --- what it does */

/* Ends it. why: "played", "resigned", "agreed", "time", "left", "idle"; without
 * a result: "aborted"; and before the start "cancelled". */
static void match_end(struct match *match, int winner, const char *why)
{
    match->status = MATCH_OVER;
    match->winner = winner;
    snprintf(match->why, sizeof(match->why), "%s", why);
    for (int seat = 0; seat < SEATS; seat++)
        match->seats[seat].offers = false;
}

static void apply_stand(struct match *match, int seat)
{
    bool somebody = false;

    memset(&match->seats[seat], 0, sizeof(match->seats[seat]));
    match->status = MATCH_OPEN;
    match->grace.left[seat] = match->options.grace;
    if (match->options.quick) {
        match_end(match, UNDECIDED, "cancelled");
        return;
    }
    for (int i = 0; i < SEATS; i++) {
        struct seat *other = &match->seats[i];
        other->ready = other->bot != 0;
        somebody = somebody || (seat_is_taken(other) && !other->bot);
    }
    if (!somebody)
        match_end(match, UNDECIDED, "cancelled");
}

static void apply_sit(struct match *match, const struct entry *entry)
{
    int taken = seat_take(&match->seats[entry->seat], entry->text);

    assert(taken == 0);
    match->grace.left[entry->seat] = match->options.grace;
    if (match_free_seat(match) == NOBODY) {
        match->status = MATCH_FULL;
        match->full_at = entry->at;
    }
}

static void apply_start(struct match *match, const struct entry *entry)
{
    const struct rules *rules = match_rules(match);

    match->status = MATCH_RUNNING;
    match->started = true;
    memset(match->state, 0, sizeof(match->state));
    match->moved_at = entry->at;
    rules->setup(match->state, match->options.variant,
                 strtoull(entry->text, NULL, 16));
    clock_set(&match->clock, match->options.initial, entry->at);
    for (int seat = 0; seat < SEATS; seat++)
        match->grace.left[seat] = match->options.grace;
}

static void apply_move(struct match *match, const struct entry *entry)
{
    const struct rules *rules = match_rules(match);
    struct seat *seat = &match->seats[entry->seat];

    rules->apply(match->state, entry->seat, entry->text);
    match->moves++;
    match->moved_at = entry->at;
    if (match->options.initial > 0)
        match->clock.left[entry->seat] += match->options.increment;
    seat->may_offer = true;
    match->seats[1 - entry->seat].offers = false; /* declined by playing on */
    if (rules->result(match->state) != UNDECIDED)
        match_end(match, rules->result(match->state), "played");
}

/* The server was down: nobody's time has gone by, and everybody has to find
 * the way back, for which there is the whole allowance again. */
static void apply_restart(struct match *match)
{
    for (int seat = 0; seat < SEATS; seat++) {
        match->seats[seat].away =
            seat_is_taken(&match->seats[seat]) && !match->seats[seat].bot;
        match->grace.left[seat] = match->options.grace;
    }
    if (match->status == MATCH_FULL)
        match->full_at = match->at;
}

/* A player did not come back. Who leaves before both have moved has not played,
 * and when both are away nobody has won. */
static void apply_forfeit(struct match *match, int seat)
{
    if (match->moves < SEATS || match->seats[1 - seat].away)
        match_end(match, UNDECIDED, "aborted");
    else
        match_end(match, 1 - seat, "left");
}

/* Who lets a match lie whose turn it is has lost: else not to move would save
 * what is lost. */
static void apply_abort(struct match *match, const struct entry *entry)
{
    unsigned turns = match_turns(match);

    if (match->status != MATCH_RUNNING)
        match_end(match, UNDECIDED, "cancelled");
    else if (strcmp(entry->text, "idle") == 0 && match->moves >= SEATS &&
             (turns == 1 || turns == 2))
        match_end(match, turns == 1 ? 1 : 0, "idle");
    else
        match_end(match, UNDECIDED, "aborted");
}

static void apply_kind(struct match *match, const struct entry *entry)
{
    struct seat *seat = &match->seats[entry->seat == NOBODY ? 0 : entry->seat];
    struct seat *other =
        &match->seats[entry->seat == NOBODY ? 1 : 1 - entry->seat];

    switch (entry->kind) {
    case ENTRY_SIT:
        apply_sit(match, entry);
        break;
    case ENTRY_STAND:
        apply_stand(match, entry->seat);
        break;
    case ENTRY_READY:
        seat->ready = true;
        break;
    case ENTRY_START:
        apply_start(match, entry);
        break;
    case ENTRY_MOVE:
        apply_move(match, entry);
        break;
    case ENTRY_OFFER:
        seat->offers = true;
        seat->may_offer = false;
        if (other->offers) /* two who offer have agreed */
            match_end(match, DRAWN, "agreed");
        break;
    case ENTRY_DECLINE:
        other->offers = false;
        break;
    case ENTRY_ACCEPT:
        match_end(match, DRAWN, "agreed");
        break;
    case ENTRY_RESIGN:
        match_end(match, 1 - entry->seat, "resigned");
        break;
    case ENTRY_AWAY:
        seat->away = true;
        seat->rematch = false;
        break;
    case ENTRY_BACK:
        seat->away = false;
        break;
    case ENTRY_FLAG:
        match_end(match, 1 - entry->seat, "time");
        break;
    case ENTRY_FORFEIT:
        apply_forfeit(match, entry->seat);
        break;
    case ENTRY_ABORT:
        apply_abort(match, entry);
        break;
    case ENTRY_RESTART:
        apply_restart(match);
        break;
    case ENTRY_REMATCH:
        seat->rematch = true;
        other->rematch = other->rematch || other->bot;
        break;
    case ENTRY_NEXT:
        snprintf(match->next, sizeof(match->next), "%.12s", entry->text);
        break;
    default:
        assert(!"match_check() lets no other pass");
    }
}

/* Whose clocks run now. */
static void run_clocks(struct match *match)
{
    unsigned away = 0;

    for (int seat = 0; seat < SEATS; seat++)
        away |= match->seats[seat].away ? 1u << seat : 0;
    match->clock.running =
        match->options.initial > 0 ? match_turns(match) & ~away : 0;
    match->grace.running = match->status == MATCH_OVER ? 0 : away;
}

void match_apply(struct match *match, const struct entry *entry)
{
    if (entry->kind == ENTRY_RESTART) {
        clock_skip(&match->clock, entry->at);
        clock_skip(&match->grace, entry->at);
    } else {
        clock_advance(&match->clock, entry->at);
        clock_advance(&match->grace, entry->at);
    }
    match->at = entry->at;
    match->number++;
    apply_kind(match, entry);
    run_clocks(match);
}
