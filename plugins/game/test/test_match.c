/* SPDX-License-Identifier: MIT */
/*
 * The match by itself, without a server. Whatever is tried in whatever order,
 * at whatever times: the match stays sound, what was refused has changed
 * nothing, the log gives the same bytes again, and who has had every change of
 * a view has the view.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mortise/testkit.h>

#include "games/random.h"
#include "match/match.h"

enum { ROUNDS = 400, STEPS = 600, CREATED = 1000000 };

static struct match_options options_of(uint64_t *seed)
{
    struct match_options options;
    uint32_t games = 0, variants = 0;

    memset(&options, 0, sizeof(options));
    while (rules_at((int)games))
        games++;
    options.rules = (int32_t)random_below(seed, games);
    while (rules_at(options.rules)->variants[variants])
        variants++;
    options.variant = (int32_t)random_below(seed, variants);
    options.rated = random_below(seed, 2);
    options.quick = random_below(seed, 8) == 0;
    options.created = CREATED;
    options.initial = random_below(seed, 3) == 0 ? 0 : 60000;
    options.increment = 2000;
    options.grace = 30000;
    options.ready = 20000;
    options.idle = 600000;
    return options;
}

static bool is_sound(const struct match *match)
{
    unsigned turns = match_turns(match), taken = 0;

    for (int seat = 0; seat < SEATS; seat++) {
        const struct seat *s = &match->seats[seat];
        taken += seat_is_taken(s);
        if ((!seat_is_taken(s) && (s->ready || s->away || s->rematch)) ||
            (s->bot && s->away) || match->clock.left[seat] < 0 ||
            match->grace.left[seat] < 0 ||
            match->grace.left[seat] > match->options.grace)
            return false;
    }
    if (taken == SEATS && match_seat_of(match, match->seats[1].user) != 1)
        return false; /* somebody plays against themselves */
    switch (match->status) {
    case MATCH_OPEN:
        return taken < SEATS && turns == 0 && match->why[0] == '\0';
    case MATCH_FULL:
        return taken == SEATS && turns == 0 && match->why[0] == '\0';
    case MATCH_RUNNING:
        return taken == SEATS && turns != 0 && match->why[0] == '\0' &&
               (match->clock.running & ~turns) == 0;
    default:
        return match->clock.running == 0 && match->grace.running == 0 &&
               match->why[0] != '\0' &&
               (match->winner == UNDECIDED) ==
                   (strcmp(match->why, "aborted") == 0 ||
                    strcmp(match->why, "cancelled") == 0);
    }
}

/* Some move, which may be none. */
static void any_move(const struct match *match, int seat, uint64_t *seed,
                     char text[MOVE_SIZE])
{
    struct view view;

    switch (random_below(seed, 6)) {
    case 0:
        for (uint32_t i = random_below(seed, MOVE_SIZE); i > 0; i--)
            *text++ = (char)(1 + random_below(seed, 127));
        *text = '\0';
        break;
    case 1:
        snprintf(text, MOVE_SIZE, "place a1h c3v e5h a9h j1v");
        text[6 + random_below(seed, 19)] = (char)('a' + random_below(seed, 12));
        break;
    default:
        match_view(match, seat, &view);
        if (match->status != MATCH_RUNNING ||
            match_rules(match)->bot(&view, seat, 1 + (int)random_below(seed, 2),
                                    random_next(seed), text) < 0)
            snprintf(text, MOVE_SIZE, "1");
    }
}

static struct entry any_entry(const struct match *match, int64_t at,
                              uint64_t *seed)
{
    static const char *const users[] = {"ann", "bob", "eve", "bot:2", "bot:9"};
    static const int8_t usual[] = {ENTRY_SIT,  ENTRY_READY, ENTRY_MOVE,
                                   ENTRY_MOVE, ENTRY_MOVE,  ENTRY_MOVE,
                                   ENTRY_MOVE, ENTRY_BACK,  ENTRY_BACK};
    struct entry entry;

    memset(&entry, 0, sizeof(entry));
    entry.at = at;
    entry.kind = random_below(seed, 8) != 0
                     ? usual[random_below(seed, sizeof(usual))]
                     : (int8_t)random_below(seed, ENTRY_KINDS + 1);
    entry.seat =
        (int8_t)((int)random_below(seed, 2 + (entry.kind == 0)) -
                 (entry.kind == ENTRY_START || entry.kind == ENTRY_ABORT ||
                  entry.kind == ENTRY_RESTART || entry.kind == ENTRY_NEXT));
    if (entry.kind == ENTRY_SIT)
        entry_sit(&entry, users[random_below(seed, 5)], "Somebody",
                  (int)random_below(seed, 3000), 100);
    else if (entry.kind == ENTRY_MOVE)
        any_move(match, entry.seat < 0 ? 0 : entry.seat, seed, entry.text);
    else if (entry.kind == ENTRY_START)
        snprintf(entry.text, sizeof(entry.text), "5eed");
    return entry;
}

struct run {
    struct match match;
    struct entries log;
    struct view seen[SEATS + 1]; /* by each seat, and by who watches */
};

/* It happens, if it may: then everybody is told what has changed. */
static void happen(struct run *run, const struct entry *entry)
{
    struct match before = run->match;
    struct view now, changes;

    if (match_check(&run->match, entry).code != NULL) {
        ck_assert_int_eq(memcmp(&before, &run->match, sizeof(before)), 0);
        return;
    }
    ck_assert_int_eq(entries_add(&run->log, entry), 0);
    match_apply(&run->match, entry);
    ck_assert_msg(is_sound(&run->match), "%s", entry_name(entry->kind));
    for (int viewer = NOBODY; viewer < SEATS; viewer++) {
        struct view *seen = &run->seen[viewer + 1];
        match_view(&run->match, viewer, &now);
        view_changes(seen, &now, &changes);
        view_merge(seen, &changes);
        ck_assert_int_eq(seen->count, now.count);
        for (int i = 0; i < now.count; i++)
            ck_assert(
                view_same(&now.members[i], view_get(seen, now.members[i].key)));
    }
}

static void replays_to(const struct run *run)
{
    struct match again;
    struct entry entry;
    size_t offset = 0;
    uint32_t n = 0;

    match_init(&again, &run->match.options);
    while (entries_next(&run->log, &offset, &entry)) {
        ck_assert_ptr_null(match_check(&again, &entry).code);
        match_apply(&again, &entry);
        n++;
    }
    ck_assert_uint_eq(n, run->log.count);
    ck_assert_int_eq(memcmp(&again, &run->match, sizeof(again)), 0);
}

START_TEST(stays_sound_whatever_happens)
{
    int played = 0, late = 0, left = 0;

    for (uint64_t round = 1; round <= ROUNDS; round++) {
        uint64_t seed = round;
        struct match_options options = options_of(&seed);
        struct run run;
        int64_t now = CREATED;
        memset(&run, 0, sizeof(run));
        match_init(&run.match, &options);
        for (int i = 0; i < STEPS; i++) {
            struct entry entry, due;
            now += random_below(&seed, 20) != 0
                       ? (int64_t)random_below(&seed, 1000)
                       : (int64_t)random_below(&seed, 30000);
            while (match_due(&run.match, &due) <= now) {
                if (due.kind == ENTRY_START)
                    snprintf(due.text, sizeof(due.text), "abc");
                uint32_t n = run.match.number;
                happen(&run, &due);
                /* What is due may always happen. */
                ck_assert_uint_eq(run.match.number, n + 1);
            }
            entry = any_entry(&run.match, now, &seed);
            happen(&run, &entry);
        }
        replays_to(&run);
        played += strcmp(run.match.why, "played") == 0;
        late += strcmp(run.match.why, "time") == 0;
        left += strcmp(run.match.why, "left") == 0;
        entries_free(&run.log);
    }
    ck_assert_int_gt(played, 5);
    ck_assert_int_gt(late, 5);
    ck_assert_int_gt(left, 5);
}
END_TEST

TESTKIT_MAIN("match", stays_sound_whatever_happens)
