/* SPDX-License-Identifier: MIT */
#include "live/says.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live/watches.h"

const struct reason says_busy = {"busy", "Too much is going on. Try again."};
const struct reason says_unstored = {"unavailable",
                                     "This cannot be stored now. Try again."};

void says_refuse(const mortise_event *event, struct reason why)
{
    mortise_ack(event, "{error:{code:s, message:s}}", why.code, why.message);
}

void says_refuse_later(mortise_reply reply, struct reason why)
{
    mortise_reply_to(reply, "{error:{code:s, message:s}}", why.code,
                     why.message);
}

/* --- parts */

/* A member's key is a literal of the rules: a plain word, as formats want it.
 */
static void append_member(mortise_writer out, const struct view_member *m)
{
    char key[VIEW_KEY_SIZE + 8];

    switch (m->kind) {
    case VIEW_NUMBER:
        snprintf(key, sizeof(key), "%s:I", m->key);
        mortise_append(out, key, m->number[0]);
        break;
    case VIEW_TEXT:
        snprintf(key, sizeof(key), "%s:s", m->key);
        mortise_append(out, key, m->text[0]);
        break;
    case VIEW_NUMBERS:
        snprintf(key, sizeof(key), "%s:[I, I]", m->key);
        mortise_append(out, key, m->number[0], m->number[1]);
        break;
    case VIEW_TEXTS:
        snprintf(key, sizeof(key), "%s:[s, s]", m->key);
        mortise_append(out, key, m->text[0], m->text[1]);
        break;
    }
}

static void append_view(mortise_writer out, const struct view *view)
{
    mortise_open_object(out, "view");
    for (int i = 0; i < view->count; i++)
        append_member(out, &view->members[i]);
    mortise_close(out);
}

static void append_seats(mortise_writer out, const struct match *match)
{
    mortise_open_array(out, "seats");
    for (int i = 0; i < SEATS; i++) {
        const struct seat *seat = &match->seats[i];
        if (!seat_is_taken(seat)) {
            mortise_append(out, "null");
            continue;
        }
        mortise_open_object(out, NULL);
        mortise_append(out,
                       "user:s, name:s, ready:b, away:b, offers:b, rematch:b",
                       seat->user, seat->name, seat->ready, seat->away,
                       seat->offers, seat->rematch);
        if (seat->bot)
            mortise_append(out, "bot:i", seat->bot);
        else
            mortise_append(out, "bot:null");
        if (seat->rating > 0)
            mortise_append(out, "rating:i, deviation:i", seat->rating,
                           seat->deviation);
        else
            mortise_append(out, "rating:null, deviation:null");
        mortise_close(out);
    }
    mortise_close(out);
}

static void append_bits(mortise_writer out, const char *key, unsigned bits)
{
    mortise_open_array(out, key);
    for (int seat = 0; seat < SEATS; seat++)
        if (bits & 1u << seat)
            mortise_append(out, "i", seat);
    mortise_close(out);
}

/* Clocks as of the last entry: what runs goes on from `at`. */
static void append_time(mortise_writer out, const struct match *match)
{
    mortise_open_object(out, "time");
    mortise_append(out, "at:I, now:I", match->at, mortise_now());
    if (match->options.initial > 0)
        mortise_append(out, "left:[I, I]", match->clock.left[0],
                       match->clock.left[1]);
    else
        mortise_append(out, "left:null");
    append_bits(out, "running", match->clock.running);
    mortise_append(out, "allowance:[I, I]", match->grace.left[0],
                   match->grace.left[1]);
    append_bits(out, "away", match->grace.running);
    if (match->status == MATCH_FULL)
        mortise_append(out, "readyUntil:I",
                       match->full_at + match->options.ready);
    else
        mortise_append(out, "readyUntil:null");
    mortise_close(out);
}

static void append_result(mortise_writer out, const struct match *match)
{
    if (match->status != MATCH_OVER)
        mortise_append(out, "result:null");
    else if (match->winner == UNDECIDED)
        mortise_append(out, "result:{winner:null, drawn:false, why:s}",
                       match->why);
    else if (match->winner == DRAWN)
        mortise_append(out, "result:{winner:null, drawn:true, why:s}",
                       match->why);
    else
        mortise_append(out, "result:{winner:i, drawn:false, why:s}",
                       match->winner, match->why);
}

static void append_next(mortise_writer out, const struct match *match)
{
    mortise_append(out, "next:s", match->next[0] ? match->next : NULL);
}

static void append_clock(mortise_writer out, const struct match_options *o)
{
    if (o->initial > 0)
        mortise_append(out, "clock:{seconds:I, increment:I}", o->initial / 1000,
                       o->increment / 1000);
    else
        mortise_append(out, "clock:null");
}

static void append_options(mortise_writer out, const struct live *live)
{
    const struct match_options *o = &live->head.options;
    const struct rules *rules = rules_at(o->rules);

    mortise_append(out, "match:s, game:s, variant:s, rated:b", live->id,
                   rules->name, rules->variants[o->variant], o->rated);
    mortise_append(out, "delay:I, created:I", o->delay / 1000, o->created);
    append_clock(out, o);
}

/* --- whole */

/* All that a viewer may see, as members of the object that is open. */
static void append_match(mortise_writer out, const struct live *live,
                         int viewer)
{
    const struct match *match = watch_match(live, viewer);
    const struct match_options *o = &match->options;
    struct view view;

    append_options(out, live);
    mortise_append(out, "private:b, quick:b, code:s, draws:b", o->hidden,
                   o->quick, viewer != NOBODY && o->hidden ? o->code : NULL,
                   match_rules(match)->draws);
    if (viewer == NOBODY)
        mortise_append(out, "you:null");
    else
        mortise_append(out, "you:i", viewer);
    mortise_append(out, "n:I, status:s, moves:I, spectators:i",
                   (int64_t)match->number, match_status_name(match->status),
                   (int64_t)match->moves, live->spectators);
    append_seats(out, match);
    append_bits(out, "turns", match_turns(match));
    append_time(out, match);
    append_result(out, match);
    append_next(out, match);
    match_view(match, viewer, &view);
    append_view(out, &view);
}

void says_view(mortise_socket to, const struct live *live, int viewer)
{
    mortise_writer out = mortise_begin_emit(mortise_to(to), "match:view");

    mortise_open_object(out, NULL);
    append_match(out, live, viewer);
    mortise_end(out);
}

/* --- changes */

static void append_entry(mortise_writer out, const struct match *before,
                         const struct entry *entry, int viewer)
{
    mortise_append(out, "at:I, kind:s", entry->at, entry_name(entry->kind));
    if (entry->seat == NOBODY)
        mortise_append(out, "seat:null");
    else
        mortise_append(out, "seat:i", entry->seat);
    mortise_append(out, "move:s",
                   entry->kind == ENTRY_MOVE &&
                           match_shows(before, entry, viewer)
                       ? entry->text
                       : NULL);
}

void says_delta(const struct live *live, int viewer, const struct match *before,
                const struct match *after, const struct entry *entry)
{
    struct view then, now, changes;
    char room[WATCH_ROOM_SIZE];
    mortise_writer out;

    if (!watch_any(live, viewer))
        return;
    watch_room(live, viewer, room);
    out = mortise_begin_emit(mortise_all(NULL, room), "match:delta");
    mortise_open_object(out, NULL);
    mortise_append(out, "match:s, n:I", live->id, (int64_t)after->number);
    append_entry(out, before, entry, viewer);
    if (before->status != after->status) {
        mortise_append(out, "status:s", match_status_name(after->status));
        append_result(out, after);
    }
    if (memcmp(before->seats, after->seats, sizeof(before->seats)) != 0)
        append_seats(out, after);
    if (match_turns(before) != match_turns(after))
        append_bits(out, "turns", match_turns(after));
    if (before->moves != after->moves)
        mortise_append(out, "moves:I", (int64_t)after->moves);
    if (strcmp(before->next, after->next) != 0)
        append_next(out, after);
    append_time(out, after);
    match_view(before, viewer, &then);
    match_view(after, viewer, &now);
    view_changes(&then, &now, &changes);
    append_view(out, &changes);
    mortise_end(out);
}

/* --- to all of a match */

static mortise_target players_of(const struct live *live,
                                 char names[SEATS + 1][WATCH_ROOM_SIZE])
{
    mortise_target to = mortise_all(NULL, NULL);

    to.flags = 0;
    for (int seat = 0; seat < SEATS; seat++) {
        watch_room(live, seat, names[seat]);
        to.rooms[to.room_count++] = names[seat];
    }
    return to;
}

static mortise_target everybody(const struct live *live,
                                char names[SEATS + 1][WATCH_ROOM_SIZE])
{
    mortise_target to = players_of(live, names);

    watch_room(live, NOBODY, names[SEATS]);
    to.rooms[to.room_count++] = names[SEATS];
    return to;
}

void says_audience(const struct live *live)
{
    char names[SEATS + 1][WATCH_ROOM_SIZE];

    mortise_emit(everybody(live, names), "match:audience",
                 "{match:s, spectators:i}", live->id, live->spectators);
}

void says_closed(const struct live *live)
{
    char names[SEATS + 1][WATCH_ROOM_SIZE];

    mortise_emit(everybody(live, names), "match:closed", "{match:s}", live->id);
}

/* What a viewer sees, or with `open` who sees everything. */
static void seen_view(const struct match *match, int viewer, bool open,
                      struct view *ret)
{
    ret->count = 0;
    if (match->started)
        match_rules(match)->view(match->state, viewer,
                                 open || match->status == MATCH_OVER, ret);
}

static void append_past(mortise_writer out, struct match *match,
                        const struct entry *entry, int viewer, bool open)
{
    bool shows = open || match_shows(match, entry, viewer);
    struct view then, now, changes;

    seen_view(match, viewer, open, &then);
    match_apply(match, entry);
    seen_view(match, viewer, open, &now);
    view_changes(&then, &now, &changes);
    mortise_open_object(out, NULL);
    mortise_append(out, "n:I", (int64_t)match->number);
    mortise_append(out, "at:I, kind:s, text:s", entry->at,
                   entry_name(entry->kind), shows ? entry->text : "");
    if (entry->seat == NOBODY)
        mortise_append(out, "seat:null");
    else
        mortise_append(out, "seat:i", entry->seat);
    if (match->options.initial > 0)
        mortise_append(out, "left:[I, I]", match->clock.left[0],
                       match->clock.left[1]);
    else
        mortise_append(out, "left:null");
    append_view(out, &changes);
    mortise_close(out);
}

void says_replayed(mortise_writer out, struct match *match,
                   const struct entry *entry)
{
    append_past(out, match, entry, NOBODY, true);
}

void says_so_far(mortise_writer out, const struct live *live, int viewer)
{
    const struct match *seen = watch_match(live, viewer);
    struct match match;
    struct entry entry;
    size_t offset = 0;

    match_init(&match, &live->head.options);
    mortise_append(out, "n:I", (int64_t)seen->number);
    mortise_open_array(out, "entries");
    while (match.number < seen->number &&
           entries_next(&live->log, &offset, &entry))
        append_past(out, &match, &entry, viewer, seen->status == MATCH_OVER);
    mortise_close(out);
}

void says_rated(const struct live *live, mortise_str answer)
{
    mortise_str rest = answer, player;
    mortise_list list = mortise_list_new();
    char names[SEATS + 1][WATCH_ROOM_SIZE];

    while (record_next(&rest, FIELD_PLAYER, &player)) {
        mortise_list_add(
            list,
            "{seat:I, user:s, before:I, rating:I, deviation:I, "
            "games:I}",
            record_int(player, FIELD_PLACE), record_text(player, FIELD_USER),
            (int64_t)lround(fields_double(player, FIELD_BEFORE)),
            (int64_t)lround(fields_double(player, FIELD_RATING)),
            (int64_t)lround(fields_double(player, FIELD_DEVIATION)),
            record_int(player, FIELD_GAMES));
    }
    /* Who is behind would know the end from it. */
    mortise_emit(live->head.options.delay > 0 ? players_of(live, names)
                                              : everybody(live, names),
                 "match:rated", "{match:s, ratings:l}", live->id, list);
}

void says_members(mortise_writer out, const struct live *live)
{
    append_options(out, live);
    mortise_append(out, "status:s, spectators:i",
                   match_status_name(live->shown.status), live->spectators);
    append_seats(out, &live->shown);
}

void says_summary(mortise_writer out, const struct live *live)
{
    mortise_open_object(out, NULL);
    says_members(out, live);
    mortise_close(out);
}
