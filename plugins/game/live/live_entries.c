/* SPDX-License-Identifier: MIT */
/* Entries that are made, and handed over to be written. */
#include <stdio.h>
#include <string.h>

#include <common/entropy.h>

#include "live/live_state.h"
#include "live/says.h"
#include "options.h"
#include "store/store.h"

static void put_result(struct record *r, const struct match *match)
{
    record_put_int(r, FIELD_OVER, 1);
    record_put(r, FIELD_GAME, match_rules(match)->name);
    record_put_int(r, FIELD_WINNER, match->winner);
    record_put(r, FIELD_WHY, match->why);
    record_put_int(r, FIELD_MOVES, match->moves);
    record_put_int(r, FIELD_ENDED, match->at);
    record_put_int(r, FIELD_RATED, match_is_rated(match));
    for (int seat = 0; seat < SEATS; seat++) {
        struct record player = {0};
        if (!seat_is_taken(&match->seats[seat]))
            continue;
        record_put(&player, FIELD_USER, match->seats[seat].user);
        record_put(&player, FIELD_NAME, match->seats[seat].name);
        record_put_int(&player, FIELD_PLACE, seat);
        if (player.error != 0)
            r->error = player.error;
        record_put_bytes(r, FIELD_PLAYER, record_bytes(&player));
        record_free(&player);
    }
}

int live_write(enum write kind, uint64_t cookie, mortise_str ask)
{
    live_writer.waiting_max = (size_t)options.waiting;
    live_writer.waiting_bytes_max = (size_t)options.waiting_bytes;
    return writer_add(&live_writer, kind, cookie, ask);
}

/* Hands the entry that was applied last to the writer. */
static int write(struct live *live, const struct entry *entry, bool ended,
                 const struct ask *ask)
{
    struct entries one = {0};
    struct record r = {0};
    int error = entries_add(&one, entry) < 0 ? MORTISE_ENOMEM : 0;

    record_put(&r, FIELD_MATCH, live->id);
    record_put_int(&r, FIELD_NUMBER, live->head.number);
    record_put_int(&r, FIELD_GENERATION, live->generation);
    record_put_bytes(&r, FIELD_ENTRIES,
                     (mortise_str){(const char *)one.p, one.n});
    if (ask) {
        record_put_int(&r, FIELD_FOR, ask->what);
        record_put_int(&r, FIELD_SOCKET, (int64_t)ask->socket);
    }
    if (live->head.number == 1)
        store_put_options(&r, &live->head.options);
    if (ended)
        put_result(&r, &live->head);
    if (error == 0)
        error = r.error;
    if (error == 0)
        error = live_write(WRITE_ENTRY, ask ? ask->reply : 0, record_bytes(&r));
    record_free(&r);
    entries_free(&one);
    return error;
}

static struct reason add(struct live *live, const struct entry *entry,
                         const struct ask *ask)
{
    static const struct reason forgotten = {"over", "The match is over."};
    static const struct reason worn = {
        "full", "Too many have come and gone. Make another match."};
    struct match before = live->head;
    struct entries log = live->log;
    struct reason why = match_check(&live->head, entry);

    if (why.code)
        return why;
    if (entry->kind == ENTRY_SIT && log.count >= ENTRIES_SIT_MAX)
        return worn;
    if (before.status == MATCH_OVER && !before.started)
        return forgotten; /* the log knows nothing of it any more */
    if ((entry->kind == ENTRY_AWAY && log.count >= ENTRIES_AWAY_MAX) ||
        entries_add(&live->log, entry) < 0)
        return says_busy;
    match_apply(&live->head, entry);
    if (write(live, entry,
              live->head.status == MATCH_OVER && before.status != MATCH_OVER,
              ask) != 0) {
        entries_cut(&live->log, log.n, log.count);
        live->head = before;
        live->not_before = mortise_now() + LIVE_RETRY_MS;
        return says_busy;
    }
    return (struct reason){NULL, NULL};
}

struct reason live_add(struct live *live, int kind, int seat, const char *text,
                       const struct ask *ask)
{
    struct entry entry;

    memset(&entry, 0, sizeof(entry));
    entry.at = live_now(live);
    entry.kind = (int8_t)kind;
    entry.seat = (int8_t)seat;
    if (strlen(text) >= sizeof(entry.text))
        return (struct reason){"illegal_move", "A move is not that long."};
    memcpy(entry.text, text, strlen(text));
    return add(live, &entry, ask);
}

void live_settle(struct live *live)
{
    struct entry due;
    int64_t now = live_now(live);

    /* A write that fails at once makes it wait, too. */
    while (now >= live->not_before && match_due(&live->head, &due) <= now) {
        if (due.kind == ENTRY_START) {
            uint64_t seed = 0;
            entropy_fill(&seed, sizeof(seed));
            snprintf(due.text, sizeof(due.text), "%llx",
                     (unsigned long long)seed);
        }
        if (add(live, &due, NULL).code)
            return; /* the database has failed; tried again in a while */
    }
}
