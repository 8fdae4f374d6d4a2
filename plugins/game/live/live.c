/* SPDX-License-Identifier: MIT */
#include "live/live.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <common/entropy.h>

#include "live/counts.h"
#include "live/live_state.h"
#include "live/news.h"
#include "live/rematch.h"
#include "live/says.h"
#include "live/thinking.h"
#include "live/watches.h"
#include "options.h"
#include "store/store.h"

enum {
    RETRY_MS = 1000,
    CANCELLED_MS = 5000,
    BATCH_MAX = 256,
    BATCH_BYTES = 1 << 20
};

static void told(int kind, uint64_t cookie, mortise_str ask, int status,
                 mortise_str answer);

struct writer live_writer = {
    .job = LIVE_JOB,
    .told = told,
    .batch_max = BATCH_MAX,
    .batch_bytes_max = BATCH_BYTES,
};

/* --- entries */

/* The head is what is shown, and what is being written still. */
static void go_back(struct live *live)
{
    entries_cut(&live->log, live->shown_offset, live->shown.number);
    live->head = live->shown;
    live->generation++;
    live->not_before = mortise_now() + RETRY_MS;
}

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
        live->not_before = mortise_now() + RETRY_MS;
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

/* --- what is told */

static bool summary_differs(const struct match *a, const struct match *b)
{
    return a->status != b->status ||
           strcmp(a->seats[0].user, b->seats[0].user) != 0 ||
           strcmp(a->seats[1].user, b->seats[1].user) != 0;
}

/* Spectators who are behind see what is old enough. */
static void catch_up(struct live *live)
{
    struct entry entry;
    size_t offset = live->late_offset;
    int64_t now = mortise_now(), delay = live->head.options.delay;

    /* Without a delay at once: also when the wall clock was set back. */
    while (offset < live->shown_offset &&
           entries_next(&live->log, &offset, &entry) &&
           (delay == 0 || entry.at + delay <= now)) {
        struct match before = live->late;
        match_apply(&live->late, &entry);
        live->late_offset = offset;
        says_delta(live, NOBODY, &before, &live->late, &entry);
    }
}

static void rate(const struct live *live, mortise_str answer)
{
    mortise_str rest = answer, player;

    while (record_next(&rest, FIELD_PLAYER, &player))
        players_rated(live->head.options.rules, player);
    says_rated(live, answer);
}

/* The next entry was written: everybody who may see it is told. */
static void show(struct live *live, mortise_str answer)
{
    struct match before = live->shown;
    struct entry entry;
    int found = entries_next(&live->log, &live->shown_offset, &entry);

    assert(found == 1);
    match_apply(&live->shown, &entry);
    for (int seat = 0; seat < SEATS; seat++)
        says_delta(live, seat, &before, &live->shown, &entry);
    catch_up(live);
    counts_entry(entry.kind, before.status != MATCH_OVER &&
                                 live->shown.status == MATCH_OVER);
    if (record_part(answer, FIELD_PLAYER).n > 0)
        rate(live, answer);
    if (summary_differs(&before, &live->shown))
        live_news.listed(live);
    if (before.status != live->shown.status)
        live_news.status(live, before.status);
    if (entry.kind == ENTRY_SIT || entry.kind == ENTRY_STAND)
        watch_reseat(live);
    if (entry.kind == ENTRY_STAND && live->head.options.quick)
        live_news.stood(live);
    if (entry.kind == ENTRY_REMATCH)
        rematch_consider(live);
}

/* Who asked for it is answered. */
static void answer_to(struct live *live, mortise_str ask, mortise_reply reply)
{
    mortise_socket socket = (mortise_socket)record_int(ask, FIELD_SOCKET);
    enum asked what = (enum asked)record_int(ask, FIELD_FOR);
    struct client *client = clients_find(socket);
    struct reason why = says_busy; /* unless there is a better one */
    struct watch *watch;

    if (what == ASKED_OK)
        mortise_reply_to(reply, "{ok:true, n:I}",
                         record_int(ask, FIELD_NUMBER));
    if (what != ASKED_ENTER && what != ASKED_BEGIN)
        return;
    watch = client ? watch_begin(live, client, &why) : NULL;
    if (watch)
        says_view(socket, live, watch->viewer);
    if (watch && reply != 0)
        mortise_reply_to(reply, "{ok:true, match:s}", live->id);
    else if (reply != 0)
        says_refuse_later(reply, why);
    watch_reconcile(live);
}

static void told(int kind, uint64_t cookie, mortise_str ask, int status,
                 mortise_str answer)
{
    struct live *live = live_find(record_text(ask, FIELD_MATCH));

    if (kind == WRITE_FORGET) {
        live_news.forgotten(cookie, ask, status, answer);
        return;
    }
    if (kind == WRITE_RENAME)
        return; /* whoever comes the next time tries again */
    if (status != 0) {
        mortise_log(MORTISE_WARN, "match %s: entry %lld was not written",
                    record_text(ask, FIELD_MATCH),
                    (long long)record_int(ask, FIELD_NUMBER));
        counts_failed();
        if (cookie != 0)
            says_refuse_later(cookie, status == MORTISE_ELIMIT ? says_busy
                                                               : says_unstored);
        if (live && live->generation == record_int(ask, FIELD_GENERATION))
            go_back(live);
    } else if (live) {
        live->telling = true;
        show(live, answer);
        answer_to(live, ask, cookie);
        live->telling = false;
    }
    if (live)
        live_schedule(live);
    live_news.written();
}

void live_written(mortise_job job, const mortise_done *done)
{
    writer_done(&live_writer, done);
}

/* --- time */

static int64_t soonest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* When it will be forgotten: late spectators have seen the end by then. */
static int64_t forgotten_at(const struct live *live)
{
    int64_t keep = live->shown.started ? options.keep_ms : CANCELLED_MS;

    if (live->shown.status != MATCH_OVER ||
        live->shown.number != live->head.number)
        return INT64_MAX;
    return live->shown.at +
           (keep > live->head.options.delay ? keep : live->head.options.delay) +
           1;
}

static int64_t next_at(const struct live *live)
{
    struct entry entry;
    size_t offset = live->late_offset;
    int64_t at = match_due(&live->head, &entry);

    at = soonest(at, thinking_at(live));
    if (live->not_before > 0) /* what has failed is tried again then */
        at = live->not_before;
    at = soonest(at, forgotten_at(live));
    if (offset < live->shown_offset &&
        entries_next(&live->log, &offset, &entry))
        at = soonest(at, entry.at + live->head.options.delay);
    return at;
}

void live_schedule(struct live *live)
{
    int64_t now = mortise_now(), at, delay;

    live_settle(live);
    at = next_at(live);
    if (at == live->timer_at && live->timer != 0)
        return;
    if (live->timer != 0)
        mortise_cancel(live->timer);
    live->timer = 0;
    live->timer_at = at;
    if (at == INT64_MAX)
        return;
    delay = at > now ? at - now : 0;
    live->timer = mortise_after(LIVE_TIMER, delay, 0, live->key);
}

void live_due(mortise_socket none, const mortise_event *event)
{
    struct live *live = live_find_key(event->cookie);

    if (!live)
        return;
    live->timer = 0;
    if (live->not_before > 0 && live->not_before <= mortise_now()) {
        live->not_before = 0;
        watch_reconcile(live);
    }
    live_settle(live);
    catch_up(live);
    if (forgotten_at(live) <= mortise_now() || live->log.count == 0) {
        says_closed(live); /* or has never been: nothing of it was written */
        live_drop(live);
        return;
    }
    if (thinking_at(live) <= mortise_now())
        thinking_start(live);
    live_schedule(live);
}
