/* SPDX-License-Identifier: MIT */
/*
 * Matches between two: README.md beside this file is for who writes a page, the
 * rules of another game, or runs it.
 *
 * A match is what follows from its log (match/match.h) by the rules of its game
 * (games/rules.h). Live ones are in memory (live/live.h), followed by sockets
 * (live/watches.h), found in the lobby or by the queue (lobby/). Whatever
 * happens is written first, and told then (store/store.h, live/says.h).
 * Includes go down: games < match, rating < store < live < lobby < front; what
 * the live matches tell upwards stands below (live/news.h).
 */
#include <string.h>

#include <mortise/jobs.h>
#include <mortise/state.h>

#include <common/place.h>

#include "front/commands.h"
#include "front/contracts.h"
#include "front/events.h"
#include "live/counts.h"
#include "live/live_state.h"
#include "live/news.h"
#include "live/answers.h"
#include "live/reads.h"
#include "live/thinking.h"
#include "lobby/here.h"
#include "lobby/invites.h"
#include "lobby/lobby.h"
#include "lobby/quick.h"
#include "options.h"
#include "store/owner.h"
#include "store/store.h"

static bool restored; /* from the build before: no need to load */
static bool opened;   /* the database */
static bool owns;     /* its matches, loaded or taken over */

static int write_work(const mortise_work *work)
{
    return writer_work(work, store_writer(), store_write);
}

static const mortise_job_kind jobs[] = {
    {LIVE_JOB, write_work, live_written},
    {READS_JOB, store_read, answers_done},
    {THINKING_JOB, thinking_work, live_thought},
};

/* --- what the live matches tell */

static void on_status(const struct live *live, int before)
{
    here_status(live, before);
    if (live->shown.status != MATCH_OPEN)
        invites_end(live);
}

static void on_dropped(const struct live *live)
{
    lobby_changed(live);
    invites_end(live);
}

static void on_written(void)
{
    counts_now(live_count(), quick_count());
}

const struct live_news live_news = {
    .listed = lobby_changed,
    .status = on_status,
    .stood = quick_again,
    .dropped = on_dropped,
    .player = here_changed,
    .written = on_written,
    .forgotten = commands_forgotten,
};

/* --- the life of the plugin */

static void on_begin(mortise_socket none, const mortise_event *event)
{
    live_begin();
}

static int init(mortise_value settings)
{
    int error = options_read(settings);

    if (error != 0)
        return error;
    place_check(options.database);
    counts_init();
    error = mortise_jobs(jobs);
    if (error == 0)
        error = commands_init();
    if (error == 0 && mortise_after("begin", 0, 0, 0) == 0)
        error = MORTISE_ENOMEM;
    if (error != 0)
        options_free(); /* fini is for an init that has succeeded */
    return error;
}

static void fini(void)
{
    here_free();
    live_free();
    quick_free();
    clients_free();
    store_close();
    options_free();
}

/* --- what a newer build takes over */

static int save(mortise_saving to)
{
    owner_hand_over();
    mortise_save_text(to, "database", options.database);
    mortise_save_int(to, "owns", owns);
    here_save(to);
    live_save(to);
    invites_save(to);
    quick_save(to);
    return lobby_save(to);
}

static int restore(uint32_t version, mortise_saved from)
{
    const char *database =
        mortise_saved_text(from, "database", options.database);
    int error = version > 1 ? MORTISE_EINVAL : 0;

    if (strcmp(database, options.database) != 0) {
        mortise_log(MORTISE_ERROR,
                    "the matches that run are in %s: another "
                    "database needs a restart",
                    database);
        error = MORTISE_EINVAL;
    }
    if (error == 0) {
        here_restore(from);
        invites_restore(from);
        error = live_restore(from);
    }
    if (error == 0)
        error = quick_restore(from);
    if (error == 0)
        error = lobby_restore(from);
    /* A build that had to leave them alone has nothing to hand over. */
    restored = error == 0 && mortise_saved_int(from, "owns", 1) != 0;
    return error;
}

/* Who is asked again, because no newer build came of it, has all of it still
 * but the lock. A database that somebody else has is left alone; but matches
 * that were ours have to stay it. */
static int acquire(void)
{
    int error = opened ? 0 : store_open(options.database);

    opened = opened || error == 0;
    if (error == 0)
        error = owner_take(options.database);
    if (error == MORTISE_ELIMIT && !restored && !owns)
        return 0;
    if (error == 0 && !restored && !owns)
        error = store_load(live_load);
    owns = owns || error == 0;
    if (error != 0)
        owner_release();
    return error;
}

/* The jobs of the old build may still be at work, with connections of their
 * own, which stay open until fini. */
static void release(void)
{
    owner_release();
}

static const mortise_state state =
    MORTISE_STATE(.version = 1, .save = save, .restore = restore,
                  .acquire = acquire, .release = release);

/* --- tables */

#define ASKED   .ack = MORTISE_ACK_REQUIRED, .login = MORTISE_USER
#define SLOWLY  .per_second = 1, .burst = 10, .per = MORTISE_PER_USER
#define BRISKLY .per_second = 10, .burst = 30, .per = MORTISE_PER_USER

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, events_connecting},
    {MORTISE_CONNECT, events_connect},
    {MORTISE_DISCONNECT, events_disconnect},
    {"games", events_games,
     .contract = MORTISE_NO_FIELDS(ASKED, BRISKLY, MORTISE_ANSWER(games),
                                   .description = "What can be played.")},
    {"lobby:enter", events_lobby,
     .contract = MORTISE_MEMBERS(lobby, ASKED, SLOWLY, MORTISE_ANSWER(listed),
                                 .description = "Matches that are not private, "
                                                "and changes from now on.")},
    {"lobby:leave", events_lobby_leave,
     .contract = MORTISE_NO_FIELDS(ASKED, BRISKLY, MORTISE_ANSWER(ok))},
    {"lobby:players", events_here,
     .contract = MORTISE_MEMBERS(here, ASKED, SLOWLY, MORTISE_ANSWER(present),
                                 .description = "Who is here, by their ids, "
                                                "and changes from now on.")},
    {"quick:join", events_quick,
     .contract = MORTISE_MEMBERS(quick, ASKED, SLOWLY, MORTISE_ANSWER(queued),
                                 .description = "Waits for an opponent of "
                                                "about the same rating.")},
    {"quick:leave", events_quick_leave,
     .contract = MORTISE_NO_FIELDS(ASKED, BRISKLY, MORTISE_ANSWER(unqueued))},
    {"match:create", events_create,
     .contract =
         MORTISE_MEMBERS(create, ASKED, SLOWLY, MORTISE_ANSWER(entered))},
    {"match:join", events_join,
     .contract =
         MORTISE_MEMBERS(which_code, ASKED, BRISKLY, MORTISE_ANSWER(entered),
                         .description = "Takes a seat.")},
    {"match:watch", events_watch,
     .contract =
         MORTISE_MEMBERS(which_code, ASKED, BRISKLY, MORTISE_ANSWER(entered),
                         .description = "Follows it: from your seat, "
                                        "if you have one. Also after a "
                                        "lost connection, or when a "
                                        "number was left out.")},
    {"match:leave", events_leave,
     .contract =
         MORTISE_MEMBERS(which_code, ASKED, BRISKLY, MORTISE_ANSWER(done))},
    {"match:ready", events_ready,
     .contract = MORTISE_MEMBERS(which, ASKED, BRISKLY, MORTISE_ANSWER(done))},
    {"match:move", events_move,
     .contract = MORTISE_MEMBERS(move, ASKED, BRISKLY, MORTISE_ANSWER(done))},
    {"match:resign", events_resign,
     .contract = MORTISE_MEMBERS(which, ASKED, BRISKLY, MORTISE_ANSWER(done))},
    {"match:offer", events_offer,
     .contract = MORTISE_MEMBERS(which, ASKED, BRISKLY, MORTISE_ANSWER(done),
                                 .description = "A draw.")},
    {"match:accept", events_accept,
     .contract = MORTISE_MEMBERS(which, ASKED, BRISKLY, MORTISE_ANSWER(done))},
    {"match:decline", events_decline,
     .contract = MORTISE_MEMBERS(which, ASKED, BRISKLY, MORTISE_ANSWER(done))},
    {"match:rematch", events_rematch,
     .contract = MORTISE_MEMBERS(which, ASKED, BRISKLY, MORTISE_ANSWER(done))},
    {"match:mine", events_mine,
     .contract = MORTISE_NO_FIELDS(ASKED, BRISKLY, MORTISE_ANSWER(mine),
                                   .description = "Where you have a seat, or "
                                                  "are invited to one.")},
    {"match:find", events_find,
     .contract =
         MORTISE_MEMBERS(find, ASKED, SLOWLY, MORTISE_ANSWER(found_match),
                         .description = "A private match, by its "
                                        "code.")},
    {"match:invite", events_invite,
     .contract = MORTISE_MEMBERS(invite, ASKED, SLOWLY, MORTISE_ANSWER(ok),
                                 .description = "Invites somebody who is here "
                                                "to your open match.")},
    {"match:refuse", events_refuse,
     .contract = MORTISE_MEMBERS(which, ASKED, BRISKLY, MORTISE_ANSWER(ok),
                                 .description = "The invitation to it.")},
    {"player", events_player,
     .contract = MORTISE_MEMBERS(player, ASKED, SLOWLY, MORTISE_ANSWER(profile),
                                 .description = "Anybody's profile.")},
    {"match:replay", events_replay,
     .contract =
         MORTISE_MEMBERS(which_code, ASKED, SLOWLY, MORTISE_ANSWER(replayed))},
    {"match:entries", events_entries,
     .contract =
         MORTISE_MEMBERS(which_code, ASKED, SLOWLY, MORTISE_ANSWER(so_far),
                         .description = "What has happened so far, "
                                        "as you may see it.")},
    {"match:history", events_history,
     .contract = MORTISE_MEMBERS(history, ASKED, SLOWLY, MORTISE_ANSWER(past),
                                 .description = "What you have played.")},
    {"leaderboard", events_board,
     .contract = MORTISE_MEMBERS(board, ASKED, SLOWLY, MORTISE_ANSWER(ranked))},
    {"leaderboard:around", events_around,
     .contract = MORTISE_MEMBERS(around, ASKED, SLOWLY, MORTISE_ANSWER(ranked),
                                 .description = "The page with you in its "
                                                "middle.")},
};

static const mortise_handler timers[] = {
    {"begin", on_begin},       {LIVE_TIMER, live_due},
    {LOBBY_TIMER, lobby_tick}, {HERE_TIMER, here_tick},
    {QUICK_TIMER, quick_tick},
};

static const mortise_handler emits[] = {
    {"match:view", .contract = MORTISE_MEMBERS(
                       match_of, .description = "All of a match: before the "
                                                "answer of who enters it, and "
                                                "when the server has given "
                                                "you a seat.")},
    {"match:delta",
     .contract = MORTISE_MEMBERS(delta, .description = "One entry of the log, "
                                                       "and what it changes.")},
    {"match:rated", .contract = MORTISE_MEMBERS(rated)},
    {"match:audience", .contract = MORTISE_MEMBERS(audience)},
    {"match:closed",
     .contract = MORTISE_MEMBERS(closed, .description = "It can be replayed, "
                                                        "and no more.")},
    {"quick:waiting", .contract = MORTISE_MEMBERS(waiting)},
    {"lobby:changes", .contract = MORTISE_MEMBERS(changes)},
    {"players:changes", .contract = MORTISE_MEMBERS(people)},
    {"match:invited",
     .contract = MORTISE_MEMBERS(invite_of, .description = "To join it is to "
                                                           "accept.")},
    {"match:uninvited",
     .contract = MORTISE_MEMBERS(closed, .description = "It is not open any "
                                                        "more, or you have "
                                                        "refused.")},
    {"match:refused",
     .contract = MORTISE_MEMBERS(refused, .description = "To who has invited "
                                                         "them.")},
};

MORTISE_PLUGIN("game", "1.0.0", .init = init, .fini = fini, .state = &state,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .emits = MORTISE_TABLE(emits),
               .description = "Matches between two, and their ratings.");
