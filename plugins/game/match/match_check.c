/* SPDX-License-Identifier: MIT */
/* What may happen in a match. */
#include <string.h>

#include "match/match.h"

static const struct reason fine = {NULL, NULL};

/* In which status, as bits; whether it has a seat, and that is taken. */
static const struct {
    unsigned statuses;
    bool seat, taken;
} kinds[ENTRY_KINDS] = {
    [ENTRY_SIT] = {1 << MATCH_OPEN, true, false},
    [ENTRY_STAND] = {1 << MATCH_OPEN | 1 << MATCH_FULL, true, true},
    [ENTRY_READY] = {1 << MATCH_FULL, true, true},
    [ENTRY_START] = {1 << MATCH_FULL, false, false},
    [ENTRY_MOVE] = {1 << MATCH_RUNNING, true, true},
    [ENTRY_OFFER] = {1 << MATCH_RUNNING, true, true},
    [ENTRY_DECLINE] = {1 << MATCH_RUNNING, true, true},
    [ENTRY_ACCEPT] = {1 << MATCH_RUNNING, true, true},
    [ENTRY_RESIGN] = {1 << MATCH_RUNNING, true, true},
    [ENTRY_AWAY] = {~0u, true, true},
    [ENTRY_BACK] = {~0u, true, true},
    [ENTRY_FLAG] = {1 << MATCH_RUNNING, true, true},
    [ENTRY_FORFEIT] = {1 << MATCH_RUNNING, true, true},
    [ENTRY_ABORT] = {~(1u << MATCH_OVER), false, false},
    [ENTRY_RESTART] = {~(1u << MATCH_OVER), false, false},
    [ENTRY_REMATCH] = {1 << MATCH_OVER, true, true},
    [ENTRY_NEXT] = {1 << MATCH_OVER, false, false},
};

static struct reason wrong_status(int status, int kind)
{
    static const struct reason not_over = {"not_over",
                                           "The match is not over."};
    static const struct reason reasons[] = {
        [MATCH_OPEN] = {"not_started", "The match has not begun."},
        [MATCH_FULL] = {"not_started", "The match has not begun."},
        [MATCH_RUNNING] = {"started", "The match has begun."},
        [MATCH_OVER] = {"over", "The match is over."},
    };

    return kind == ENTRY_REMATCH || kind == ENTRY_NEXT ? not_over
                                                       : reasons[status];
}

static struct reason check_sit(const struct match *match,
                               const struct entry *entry)
{
    struct seat seat;

    if (seat_take(&seat, entry->text) < 0)
        return (struct reason){"bad_user", "Nobody is called like that."};
    if (match_seat_of(match, seat.user) != NOBODY)
        return (struct reason){"seated", "You have a seat already."};
    if (seat_is_taken(&match->seats[entry->seat]))
        return (struct reason){"taken", "This seat is taken."};
    return fine;
}

static struct reason check_move(const struct match *match,
                                const struct entry *entry)
{
    const char *why;

    if (!(match_turns(match) & 1u << entry->seat))
        return (struct reason){"not_your_turn", "It is not your turn."};
    if (clock_end(&match->clock, entry->seat) <= entry->at)
        return (struct reason){"time_over", "Your time is over."};
    why =
        strlen(entry->text) < MOVE_SIZE
            ? match_rules(match)->check(match->state, entry->seat, entry->text)
            : "A move is not that long.";
    return why ? (struct reason){"illegal_move", why} : fine;
}

static struct reason check_running(const struct match *match,
                                   const struct entry *entry)
{
    const struct seat *seat = &match->seats[entry->seat];
    const struct seat *other = &match->seats[1 - entry->seat];

    switch (entry->kind) {
    case ENTRY_MOVE:
        return check_move(match, entry);
    case ENTRY_OFFER:
        if (!match_rules(match)->draws)
            return (struct reason){"no_draws", "This game knows no draw."};
        if (seat->offers || !seat->may_offer)
            return (struct reason){"offered", "You have offered one already."};
        return fine;
    case ENTRY_DECLINE:
    case ENTRY_ACCEPT:
        return other->offers
                   ? fine
                   : (struct reason){"no_offer", "Nobody offers a draw."};
    case ENTRY_FLAG:
        return clock_end(&match->clock, entry->seat) <= entry->at
                   ? fine
                   : (struct reason){"time_left", "There is time left."};
    case ENTRY_FORFEIT:
        return clock_end(&match->grace, entry->seat) <= entry->at
                   ? fine
                   : (struct reason){"time_left", "There is time left."};
    default:
        return fine;
    }
}

static struct reason check_seated(const struct match *match,
                                  const struct entry *entry)
{
    const struct seat *seat = &match->seats[entry->seat];

    switch (entry->kind) {
    case ENTRY_READY:
        return seat->ready ? (struct reason){"ready", "You are ready."} : fine;
    case ENTRY_AWAY:
        return seat->away || seat->bot
                   ? (struct reason){"away", "Nobody is there."}
                   : fine;
    case ENTRY_BACK:
        return seat->away ? fine : (struct reason){"there", "You are there."};
    case ENTRY_REMATCH:
        return seat->rematch || match->next[0]
                   ? (struct reason){"offered", "You have asked already."}
                   : fine;
    default:
        return fine;
    }
}

struct reason match_check(const struct match *match, const struct entry *entry)
{
    if (entry->kind <= 0 || entry->kind >= ENTRY_KINDS ||
        entry->at < match->at ||
        (kinds[entry->kind].seat ? entry->seat < 0 || entry->seat >= SEATS
                                 : entry->seat != NOBODY))
        return (struct reason){"bad_entry", "This cannot happen."};
    if (!(kinds[entry->kind].statuses & 1u << match->status))
        return wrong_status(match->status, entry->kind);
    if (entry->kind == ENTRY_SIT)
        return check_sit(match, entry);
    if (kinds[entry->kind].taken && !seat_is_taken(&match->seats[entry->seat]))
        return (struct reason){"not_seated", "Nobody has this seat."};
    if (entry->kind == ENTRY_START &&
        (!match->seats[0].ready || !match->seats[1].ready))
        return (struct reason){"not_ready", "Somebody is not ready."};
    if (entry->kind == ENTRY_NEXT && match->next[0])
        return (struct reason){"offered", "There is another one already."};
    if (!kinds[entry->kind].seat)
        return fine;
    return match->status == MATCH_RUNNING && kinds[entry->kind].taken &&
                   entry->kind != ENTRY_AWAY && entry->kind != ENTRY_BACK
               ? check_running(match, entry)
               : check_seated(match, entry);
}
