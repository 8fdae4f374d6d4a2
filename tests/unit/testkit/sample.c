/* SPDX-License-Identifier: MIT */
/* A plugin that does a little of everything, for the testkit's own tests. */
#include <stdlib.h>
#include <string.h>

#include <mortise/contract.h>
#include <mortise/identity.h>
#include <mortise/jobs.h>
#include <mortise/log.h>
#include <mortise/memory.h>
#include <mortise/services.h>

static mortise_reply owed;

/* --- HTTP --- */

static void on_user(mortise_request request, const mortise_http *http)
{
    mortise_http_set_header(request, "X-Who", http->peer);
    mortise_http_json(request, 200, "{id:s, q:s}",
                      mortise_http_param(request, "id"),
                      mortise_http_query(request, "q"));
}

static void on_post(mortise_request request, const mortise_http *http)
{
    mortise_value body = mortise_http_body_json(request);
    mortise_http_set_cookie(request, "seen", "yes", 60, 0);
    mortise_http_answer(request, body ? 201 : 400, "text/plain", http->body);
}

/* Answered after a minute. */
static mortise_request waiting;

static void on_slow(mortise_request request, const mortise_http *http)
{
    waiting = request;
    mortise_after("answer", 10000, 0, 0);
}

static void on_answer_now(mortise_socket from, const mortise_event *event)
{
    mortise_str text = {"late", 4};
    int error = mortise_http_answer(waiting, 200, "text/plain", text);
    mortise_emit(mortise_all(NULL, NULL), "answered http", "i", error);
}

/* Asks for a word at the door, of those who come by it. */
static void on_allow(mortise_request request, const mortise_http *http)
{
    if (!strstr(http->query, "door="))
        return;
    const char *word = mortise_http_cookie(request, "word");
    const char *colour = mortise_http_header(request, "X-Colour");
    const char *door = mortise_http_query(request, "door");

    if (strcmp(door, "none") == 0)
        mortise_http_refuse(request, "");
    else if (!word || strcmp(word, "please") != 0)
        mortise_http_refuse(request, "Say please.");
    else if (!colour || strcmp(http->peer, "10.0.0.7") != 0)
        mortise_http_refuse(request, http->path);
}

static const mortise_route routes[] = {
    {MORTISE_HTTP_ALLOW, NULL, on_allow, 0, 0},
    {"GET", "/users/:id", on_user, 0, 0},
    {"POST", "/users", on_post, 100, 0},
    {"GET", "/slow", on_slow, 0, 0},
};

/* --- jobs --- */

static int work(const mortise_work *work)
{
    char *out = mortise_work_output(work, work->input.n);
    for (size_t i = 0; out && i < work->input.n; i++)
        out[i] = work->input.p[work->input.n - 1 - i];
    return out ? 5 : MORTISE_ENOMEM;
}

static void on_done(mortise_job job, const mortise_done *done)
{
    mortise_reply_to((mortise_reply)done->cookie, "i, S", (int)done->status,
                     done->output);
}

static void on_reverse(mortise_socket from, const mortise_event *event)
{
    mortise_str text = {"", 0};
    mortise_bytes(mortise_arg(event, 0), &text);
    mortise_job_start("reverse", text, mortise_ack_later(event));
}

static const mortise_job_kind jobs[] = {{"reverse", work, on_done}};

/* --- services --- */

/* n, n - 1, ..., 0 as arrays inside each other: each asks for the next. */
static mortise_value countdown(const mortise_asked *asked)
{
    int64_t n = mortise_int(mortise_at(asked->args, 0), 0);
    mortise_value next = NULL;

    if (n > 0 && mortise_ask(&next, "countdown", 1, "I", n - 1) < 0)
        return NULL;
    return mortise_make("[I, v]", n, next);
}

static void on_countdown(mortise_socket from, const mortise_event *event)
{
    mortise_value answer = NULL;
    int error = mortise_ask(&answer, "countdown", 1, "v, 'more'",
                            mortise_arg(event, 0));
    mortise_value none = NULL;
    int unknown = mortise_ask(&none, "countdown", 2, "");

    mortise_ack(event, "i, v, i, *", error, answer, unknown, event);
}

static const mortise_service services[] = {{"countdown", 1, countdown}};

static int init(mortise_value settings)
{
    if (mortise_offer(services) < 0 || mortise_http_routes(routes) < 0 ||
        mortise_jobs(jobs) < 0)
        return -2;

    if (mortise_bool(mortise_get(settings, "refuse"), 0)) {
        mortise_log(MORTISE_ERROR, "these settings will not do");
        return -1;
    }
    int64_t every = mortise_int(mortise_get(settings, "every"), 0);
    if (every > 0)
        mortise_after("tick", every, every, 7);
    if (mortise_bool(mortise_get(settings, "spin"), 0))
        mortise_after("spin", 0, 0, 0);
    return 0;
}

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    const char *word =
        mortise_text(mortise_get(mortise_arg(event, 0), "word"), "");

    if (word[0] == 'n')
        mortise_refuse(event, "Not you.", "{code:403}");
    else if (word[0] == 'N')
        mortise_refuse(event, "Nobody.", "");
}

/* What the request said. */
static void on_facts(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "s, s, s, s",
                mortise_handshake(from, MORTISE_ADDRESS, NULL),
                mortise_handshake(from, MORTISE_HEADER, "X-Colour"),
                mortise_handshake(from, MORTISE_QUERY, "room"),
                mortise_handshake(from, MORTISE_HEADER, "cookie"));
}

static void on_ask(mortise_socket from, const mortise_event *event)
{
    mortise_emit_ack(from, "answer", 5000, 3, "question", "*", event);
}

static void on_answer(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_all(NULL, NULL), "answered", "i, I, *", event->status,
                 (int64_t)event->cookie, event);
}

static void on_later(mortise_socket from, const mortise_event *event)
{
    owed = mortise_ack_later(event);
    mortise_after("pay", 60000, 0, 0);
}

static void on_pay(mortise_socket from, const mortise_event *event)
{
    mortise_reply_to(owed, "{time:I}", mortise_now());
}

static void on_tick(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_all(NULL, NULL), "tick", "I, I",
                 (int64_t)event->cookie, mortise_now());
}

static void on_spin(mortise_socket from, const mortise_event *event)
{
    mortise_after("spin", 0, 0, 0);
}

static void on_burst(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_volatile(mortise_to(from)), "volatile", "*", event);
    mortise_emit(mortise_to(from), "solid", "*", event);
}

static void on_kick(mortise_socket from, const mortise_event *event)
{
    mortise_disconnect(from, (int)mortise_int(mortise_arg(event, 0), 0));
}

static void on_wrong(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "wrong", "{");
}

static void on_note(mortise_socket from, const mortise_event *event)
{
    mortise_log_with(MORTISE_WARN, "noted", "{what:v, how:s, sid:s}",
                     mortise_arg(event, 0), "with care", mortise_sid(from));
}

static void on_disconnect(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_all(NULL, NULL), "gone", "s", event->reason);
}

/* Every call about rooms. */
static void on_tour(mortise_socket from, const mortise_event *event)
{
    mortise_list list = mortise_list_new();

    mortise_join(from, "a");
    mortise_join(from, "b");
    mortise_list_add(list, "i", mortise_is_in(from, "a"));
    mortise_list_add(list, "{b:i}", mortise_room_size("/", "b"));
    mortise_leave(from, "b");
    mortise_list_add(list, "i", mortise_is_in(from, "b"));
    mortise_emit(mortise_in(from, "a"), "in a", "l, l", list, list);
    mortise_emit(mortise_except(mortise_in(from, NULL), "a"), "not in a", "");
    mortise_emit(mortise_broadcast(from, "a"), "others in a", "");
    mortise_ack(event, "i, i, l", mortise_join(0, "a"),
                mortise_emit(mortise_to(0), "x", ""), list);
}

/* Middleware. */
static void on_use(mortise_socket from, const mortise_event *event)
{
    if (event->name[0] == 's' && event->name[1] == 'h')
        mortise_rewrite(event, "*, 'loud', ?", event);
    if (event->name[0] == 's' && event->name[1] == 'h')
        mortise_rewrite(event, "*, {loud:true}", event);
}

static void on_shout(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i, v, v", (int)event->argc, mortise_arg(event, 0),
                mortise_arg(event, 1));
}

static void on_odd(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "odd", "{n:s}", "no number");
}

static void on_timers(mortise_socket from, const mortise_event *event)
{
    mortise_timer timer = mortise_after("tick", 10, 0, 1);
    int first = mortise_cancel(timer);
    mortise_ack(event, "i, i, b, b", first, mortise_cancel(timer),
                mortise_after("none", 10, 0, 1) == 0,
                mortise_after("tick", 20, 0, 2) != 0);
}

/* In a namespace of its own. */
static void on_enter(mortise_socket from, const mortise_event *event)
{
    for (uint32_t i = 0; i < event->argc; i++)
        mortise_join(from, mortise_text(mortise_arg(event, i), "?"));
    mortise_emit(mortise_in(from, NULL), "entered", "s, i", event->name_space,
                 mortise_room_size("/side", "a"));
}

static const mortise_field typed[] = {
    {"x", MORTISE_INTEGER},
    {"more", MORTISE_ARRAY, .flags = MORTISE_OPTIONAL},
};

static void on_typed(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "I, v, v", mortise_int_of(event, "x", -1),
                mortise_named(event, "more"), mortise_named(event, "none"));
}

/* Says who somebody is, for ten seconds. */
static void on_iam(mortise_socket from, const mortise_event *event)
{
    static const char *const roles[] = {"admin", "cook"};
    const char *user = mortise_text(mortise_arg(event, 0), "");
    mortise_identity who = {sizeof(who),           0,     user,
                            mortise_now() + 10000, roles, 2};
    int error = mortise_identify(from, &who);

    mortise_emit(mortise_to_user(from, user), "you", "s", mortise_user(from));
    mortise_ack(event, "i, s, i, i, i, I", error, mortise_user(from),
                mortise_has_role(from, "cook"), mortise_has_role(from, "king"),
                mortise_user_sockets(user), mortise_expires(from));
}

/* Takes a hundred blocks, one after the other, and says how many there were. */
static void on_spend(mortise_socket from, const mortise_event *event)
{
    int blocks = 0;
    for (void *p; blocks < 100 && (p = mortise_alloc(10)); blocks++)
        mortise_free(p);
    mortise_ack(event, "i", blocks);
}

/* Takes one and forgets it. */
static void on_forget(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "b", mortise_strdup("forgotten") != NULL);
}

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_connecting},
    {MORTISE_DISCONNECT, on_disconnect},
    {"facts", on_facts},
    {"ask", on_ask},
    {"later", on_later},
    {"burst", on_burst},
    {"kick", on_kick},
    {"wrong", on_wrong},
    {"note", on_note},
    {"reverse", on_reverse},
    {"iam", on_iam},
    {"countdown", on_countdown},
    {"tour", on_tour},
    {MORTISE_USE, on_use},
    {"shout", on_shout},
    {"timers", on_timers},
    {"odd", on_odd},
    {"enter", on_enter, "/side"},
    {"spend", on_spend},
    {"forget", on_forget},
    {"typed", on_typed, .contract = MORTISE_MEMBERS(typed)},
};
static const mortise_field odd[] = {{"n", MORTISE_NUMBER}};
static const mortise_handler emits[] = {
    {"odd", .contract = MORTISE_MEMBERS(odd)},
};
static const mortise_handler timers[] = {{"tick", on_tick},
                                         {"pay", on_pay},
                                         {"spin", on_spin},
                                         {"answer", on_answer_now}};
static const mortise_handler acks[] = {{"answer", on_answer}};

MORTISE_PLUGIN("sample", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .acks = MORTISE_TABLE(acks),
               .emits = MORTISE_TABLE(emits));
