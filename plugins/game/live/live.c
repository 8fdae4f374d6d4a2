/* SPDX-License-Identifier: MIT */
#include "live/live.h"

#include <assert.h>
#include <string.h>

#include "live/audience.h"
#include "live/counts.h"
#include "live/live_state.h"
#include "live/news.h"
#include "live/rematch.h"
#include "live/says.h"
#include "live/thinking.h"

enum { BATCH_MAX = 256, BATCH_BYTES = 1 << 20 };

static void told(int kind, uint64_t cookie, mortise_str ask, int status,
                 mortise_str answer);

struct writer live_writer = {
    .job = LIVE_JOB,
    .told = told,
    .batch_max = BATCH_MAX,
    .batch_bytes_max = BATCH_BYTES,
};

/* The head is what is shown, and what is being written still. */
static void go_back(struct live *live)
{
    entries_cut(&live->log, live->shown_offset, live->shown.number);
    live->head = live->shown;
    live->generation++;
    live->not_before = mortise_now() + LIVE_RETRY_MS;
}

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
        audience_reseat(live);
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
    watch = client ? audience_enter(live, client, &why) : NULL;
    if (watch)
        says_view(socket, live, watch->viewer);
    if (watch && reply != 0)
        mortise_reply_to(reply, "{ok:true, match:s}", live->id);
    else if (reply != 0)
        says_refuse_later(reply, why);
    audience_reconcile(live);
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

void live_due(mortise_socket none, const mortise_event *event)
{
    struct live *live = live_find_key(event->cookie);

    if (!live)
        return;
    live->timer = 0;
    if (live->not_before > 0 && live->not_before <= mortise_now()) {
        live->not_before = 0;
        audience_reconcile(live);
    }
    live_settle(live);
    catch_up(live);
    if (live_forgotten_at(live) <= mortise_now() || live->log.count == 0) {
        says_closed(live); /* or has never been: nothing of it was written */
        live_drop(live);
        return;
    }
    if (thinking_at(live) <= mortise_now())
        thinking_start(live);
    live_schedule(live);
}

/* --- bots */

static void move_bot(struct live *live, const char *move)
{
    int seat;

    live->thinking = false;
    live_settle(live);
    seat = thinking_seat(&live->head);
    if (!move)
        live->not_before = mortise_now() + LIVE_RETRY_MS;
    else if (seat != NOBODY)
        live_add(live, ENTRY_MOVE, seat, move, NULL);
}

void live_thought(mortise_job job, const mortise_done *done)
{
    struct live *live = live_find_key(done->cookie);
    const char *move = thinking_end(done);

    if (live)
        move_bot(live, move);
    for (live = NULL; (live = live_next(live));)
        if (live->head.status == MATCH_RUNNING)
            live_schedule(live);
}
