/* SPDX-License-Identifier: MIT */
/*
 * Builds of one plugin to be exchanged for each other; V says which one this
 * is. They differ in what they have:
 *     1  state of version 1; alone has "old" in all tables, and "/old"
 *     2  state of version 2; alone has "new" in all tables, and "/new"
 *     3  saves, and has no restore
 *     4  no state at all, no "/side", and nothing in "/d-*"
 *     5  wants "event", which the plugin "good" has
 *     6  crashes while it is loaded
 * Whatever else they do wrong is in the settings: what init, save, restore and
 * acquire return, and which of them tries what nobody may meanwhile.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mortise/http.h>
#include <mortise/jobs.h>
#include <mortise/metrics.h>
#include <mortise/sockets.h>
#include <mortise/state.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

#if V == 1
#define MINE "old"
#else
#define MINE "new"
#endif

/* What crosses. */
static int64_t count;
static mortise_reply reply;
static mortise_timer timer;
static mortise_job job;
static mortise_socket last;
static mortise_request request;

static mortise_metric counted;
static int64_t save_result, restore_result, acquire_result;
static char meddles_in[16], crashes_in[16], hangs_in[16], exits_in[16],
    prints_in[16]; /* "save", ... */

static void copy_word(char to[16], mortise_value word)
{
    strncpy(to, mortise_text(word, ""), 15);
}

static void maybe_crash(const char *where)
{
    if (strcmp(crashes_in, where) == 0)
        abort();
    while (strcmp(hangs_in, where) == 0)
        pause();
    if (strcmp(exits_in, where) == 0)
        exit(0);
    if (strcmp(prints_in, where) == 0)
        puts("a plugin that prints\n.as others do");
}

/* What calls returned, in their order. */
static char line[256];

static void did(const char *what, int result)
{
    size_t n = strlen(line);
    snprintf(line + n, sizeof(line) - n, "%s%s %d", n ? ", " : "", what,
             result);
}

/* Everything that a build which is not in place may not do. */
static void meddle(const char *where)
{
    mortise_str text = {"x", 1};
    did("emit", mortise_emit(mortise_to(last), "x", ""));
    did("ask", mortise_emit_ack(last, "answered", 10, 1, "x", ""));
    did("reply", mortise_reply_to(reply, "i", V));
    did("join", mortise_join(last, "x"));
    did("leave", mortise_leave(last, "room"));
    did("data", mortise_set_data(last, "note", "i", 1));
    did("kick", mortise_disconnect(last, 0));
    did("header", mortise_http_set_header(request, "X-Y", "z"));
    did("answer", mortise_http_say(request, 200, "x"));
    SAY("%s: %s", where, line);
    line[0] = '\0';
    did("timer", mortise_after("tick", 1, 0, 99) != 0);
    did("cancel", mortise_cancel(timer));
    did("start", mortise_job_start("work", text, 99) != 0);
    did("stop", mortise_job_cancel(job));
    SAY("%s: %s", where, line);
    line[0] = '\0';
}

/* --- events --- */

static void on_who(mortise_socket from, const mortise_event *event)
{
    last = from;
    mortise_ack(event, "i, s", V, event->name_space);
}

static void on_count(mortise_socket from, const mortise_event *event)
{
    mortise_metric_add(counted, 1);
    mortise_ack(event, "I", ++count);
}

/* The name of the row, and a number. */
static void on_await(mortise_socket from, const mortise_event *event)
{
    last = from;
    mortise_emit_ack(from, mortise_text(mortise_arg(event, 0), ""), 60000,
                     (uint64_t)mortise_int(mortise_arg(event, 1), 0),
                     "question", "");
}

static void on_postpone(mortise_socket from, const mortise_event *event)
{
    reply = mortise_ack_later(event);
}

static void on_fulfil(mortise_socket from, const mortise_event *event)
{
    SAY("reply %d", mortise_reply_to(reply, "i", V));
}

/* Name, delay, period, cookie. */
static void on_alarm(mortise_socket from, const mortise_event *event)
{
    timer = mortise_after(mortise_text(mortise_arg(event, 0), ""),
                          mortise_int(mortise_arg(event, 1), 0),
                          mortise_int(mortise_arg(event, 2), 0),
                          (uint64_t)mortise_int(mortise_arg(event, 3), 0));
}

static void on_cancel(mortise_socket from, const mortise_event *event)
{
    SAY("cancel %d", mortise_cancel(timer));
}

static void on_job(mortise_socket from, const mortise_event *event)
{
    mortise_str text = {"x", 1};
    job = mortise_job_start("work", text, 7);
}

static void on_note(mortise_socket from, const mortise_event *event)
{
    mortise_set_data(from, "note", "v", mortise_arg(event, 0));
    mortise_join(from, "room");
}

static void on_noted(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "v, b", mortise_data(from, "note"),
                mortise_is_in(from, "room"));
}

static void on_gone(mortise_socket from, const mortise_event *event)
{
    SAY("%s in %s", event->reason, event->name_space);
}

/* A reload that is asked for by a handler. */
static void on_hangup(mortise_socket from, const mortise_event *event)
{
    kill(getpid(), SIGHUP);
    mortise_ack(event, "i", V);
}

static void on_mine(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "s", MINE);
}

/* --- and what comes by itself --- */

static void on_answered(mortise_socket from, const mortise_event *event)
{
    SAY("%s %d, cookie %d, argc %u", event->name, event->status,
        (int)event->cookie, event->argc);
}

static void on_tick(mortise_socket from, const mortise_event *event)
{
    SAY("%s %d", event->name, (int)event->cookie);
}

static int work(const mortise_work *work)
{
    char *out = (char *)mortise_work_output(work, 1);
    *out = '0' + V;
    return 0;
}

static void on_done(mortise_job number, const mortise_done *done)
{
    SAY("done %d: work of %.*s", (int)done->cookie, (int)done->output.n,
        done->output.p);
}

static void on_request(mortise_request number, const mortise_http *http)
{
    if (strcmp(http->path, "/swap/wait") == 0)
        request = number;
    else
        mortise_http_json(number, 200, "i", V);
}

static void on_release_request(mortise_socket from, const mortise_event *event)
{
    SAY("answer %d", mortise_http_say(request, 200, "late"));
}

/* --- state --- */

static int save(mortise_saving to)
{
    SAY("save");
    maybe_crash("save");
    if (strcmp(meddles_in, "save") == 0)
        meddle("save");
    mortise_save_int(to, "count", count);
    mortise_save_int(to, "reply", (int64_t)reply);
    mortise_save_int(to, "timer", (int64_t)timer);
    mortise_save_int(to, "job", (int64_t)job);
    mortise_save_int(to, "last", (int64_t)last);
    mortise_save_int(to, "request", (int64_t)request);
    return (int)save_result;
}

static int restore(uint32_t version, mortise_saved from)
{
    SAY("restore of version %u", version);
    count = mortise_saved_int(from, "count", 0);
    reply = (mortise_reply)mortise_saved_int(from, "reply", 0);
    timer = (mortise_timer)mortise_saved_int(from, "timer", 0);
    job = (mortise_job)mortise_saved_int(from, "job", 0);
    last = (mortise_socket)mortise_saved_int(from, "last", 0);
    request = (mortise_request)mortise_saved_int(from, "request", 0);
    maybe_crash("restore");
    if (strcmp(meddles_in, "restore") == 0)
        meddle("restore");
    return (int)restore_result;
}

static int acquire(void)
{
    SAY("acquire");
    return (int)acquire_result;
}

static void release(void)
{
    SAY("release");
}

static const mortise_state state =
    MORTISE_STATE(.version = V == 1 ? 1 : 2, .save = save,
                  .restore = V == 3 ? NULL : restore, .acquire = acquire,
                  .release = release);

/* --- beginning and end --- */

static const mortise_job_kind kinds[] = {{"work", work, on_done}};
/* Its path is gone with the build. */
static mortise_route routes[] = {{"GET", NULL, on_request}};

#if V == 6
__attribute__((constructor)) static void constructed(void)
{
    abort();
}
#endif

static int init(mortise_value settings)
{
    mortise_value after = mortise_get(settings, "after");
    int wants_job = mortise_bool(mortise_get(settings, "job"), 0);
    mortise_str text = {"x", 1};

    SAY("init");
    copy_word(meddles_in, mortise_get(settings, "meddle"));
    copy_word(crashes_in, mortise_get(settings, "crash"));
    copy_word(hangs_in, mortise_get(settings, "hang"));
    copy_word(exits_in, mortise_get(settings, "exit"));
    copy_word(prints_in, mortise_get(settings, "print"));
    maybe_crash("init");
    save_result = mortise_int(mortise_get(settings, "save"), 0);
    restore_result = mortise_int(mortise_get(settings, "restore"), 0);
    acquire_result = mortise_int(mortise_get(settings, "acquire"), 0);
    counted = mortise_counter("counted_total", "Counted");
    routes[0].path = strdup("/swap/:what");
    if (mortise_jobs(kinds) != 0 || mortise_http_routes(routes) != 0)
        return -1;
    if (after)
        timer = mortise_after("tick", mortise_int(mortise_at(after, 0), 0),
                              mortise_int(mortise_at(after, 1), 0),
                              (uint64_t)mortise_int(mortise_at(after, 2), 0));
    if (wants_job)
        job = mortise_job_start("work", text, 8);
    if (counted == 0 || (after && timer == 0) || (wants_job && job == 0))
        return MORTISE_ENOMEM;
    return (int)mortise_int(mortise_get(settings, "init"), 0);
}

static void fini(void)
{
    maybe_crash("fini");
    meddle("fini");
    free((void *)(uintptr_t)routes[0].path);
}

static const mortise_handler handlers[] = {
    {"who", on_who},
    {"count", on_count},
    {"await", on_await},
    {"postpone", on_postpone},
    {"fulfil", on_fulfil},
    {"alarm", on_alarm},
    {"cancel", on_cancel},
    {"job", on_job},
    {"note", on_note},
    {"noted", on_noted},
    {"hangup", on_hangup},
    {"answer request", on_release_request},
    {MORTISE_DISCONNECT, on_gone},
    {MINE, on_mine},
    {"who", on_who, "/" MINE},
    {MORTISE_DISCONNECT, on_gone, "/" MINE},
#if V != 4
    {"who", on_who, "/side"},
    {"who", on_who, "/d-*"},
#endif
#if V == 5
    {"event", on_who},
#endif
};
static const mortise_handler timers[] = {{"tick", on_tick}, {MINE, on_tick}};
static const mortise_handler acks[] = {{"answered", on_answered},
                                       {MINE, on_answered}};

MORTISE_PLUGIN("swap", "0." MINE, .init = init, .fini = fini,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .acks = MORTISE_TABLE(acks),
               .state = V == 4 ? NULL : &state);
