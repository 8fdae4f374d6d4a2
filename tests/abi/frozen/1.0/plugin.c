/* SPDX-License-Identifier: MIT */
/*
 * A plugin of 1.0 that uses something of each header, and tells a client what
 * came of it. It is built against the headers beside it, which nobody changes,
 * and served by the server of today; frozen.py knows what is to be heard.
 */
#include <string.h>

#include <mortise/commands.h>
#include <mortise/contract.h>
#include <mortise/http.h>
#include <mortise/identity.h>
#include <mortise/jobs.h>
#include <mortise/log.h>
#include <mortise/memory.h>
#include <mortise/metrics.h>
#include <mortise/plugin.h>
#include <mortise/services.h>
#include <mortise/settings.h>
#include <mortise/sockets.h>
#include <mortise/state.h>
#include <mortise/values.h>

static int64_t count, limit;
static mortise_metric counted;
static mortise_reply waiting;

/* ["read", any...]: the types of the arguments, and the first as it came. */
static void on_read(mortise_socket from, const mortise_event *event)
{
    mortise_list types = mortise_list_new();
    mortise_str bytes = {"b", 1};

    for (uint32_t i = 0; i < event->argc; i++)
        mortise_list_add(types, "i", (int)mortise_type(mortise_arg(event, i)));
    mortise_ack(event, "{types:l, first:v, s:s, I:I, d:d, b:b, S:S, x:x}",
                types, mortise_arg(event, 0), "s", (int64_t)1 << 40, 0.5, 1,
                bytes, bytes);
}

static void on_rooms(mortise_socket from, const mortise_event *event)
{
    const char *const rooms[] = {"here", "there"};
    mortise_target all = mortise_in(from, NULL);
    mortise_fates fates;
    int joined = mortise_join(from, "here");
    int told = mortise_emit(mortise_in(from, "here"), "news", "s", "in");
    int others = mortise_emit(mortise_broadcast(from, "here"), "news", "");
    int listed = mortise_emit(mortise_rooms(all, rooms, 2), "news", "i", 2);
    int except = mortise_emit(mortise_except(all, "here"), "news", "");

    mortise_emit_latest(mortise_to(from), "key", "news", "i", 3);
    if (mortise_fates_of_last(&fates) != 0 || fates.queued != 1)
        told = -1;
    int inside = mortise_is_in(from, "here");
    int size = mortise_room_size(event->name_space, "here");
    int left = mortise_leave(from, "here");
    mortise_ack(event, "i, i, i, i, i, i, i, i, i", joined, told, others,
                listed, except, inside, size, left, mortise_leave(0, "here"));
}

static void on_tick(mortise_socket none, const mortise_event *event)
{
    mortise_reply_to(waiting, "s, I", event->name, (int64_t)event->cookie);
}

static void on_later(mortise_socket from, const mortise_event *event)
{
    waiting = mortise_ack_later(event);
    mortise_cancel(mortise_after("tick", 60000, 0, 1));
    mortise_after("tick", 1, 0, 42);
}

static void on_polled(mortise_socket none, const mortise_event *event)
{
    mortise_answer answer;
    int error = mortise_answer_at(event, 0, &answer);

    mortise_emit(mortise_to(answer.socket), "polled", "i, i, v", error,
                 (int)event->argc, answer.args);
}

/* Asks the client back, who says to "question" what it was asked. */
static void on_poll(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i",
                mortise_survey(mortise_to(from), "polled", 5000, 1, "question",
                               "s", "why"));
}

static void on_keep(mortise_socket from, const mortise_event *event)
{
    mortise_connection c;
    mortise_socket sockets[2];
    char *copy = mortise_strdup("kept");
    int n = mortise_list_sockets(mortise_in(from, NULL), sockets, 2);

    mortise_set_data(from, "key", "{a:s}", copy);
    mortise_free(copy);
    mortise_ack(event, "v, i, b, i, s", mortise_data(from, "key"), n,
                sockets[0] == from, mortise_connection_of(from, &c),
                mortise_room_at(from, 1));
}

static void on_who(mortise_socket from, const mortise_event *event)
{
    const char *const roles[] = {"admin", "chat.*"};
    mortise_identity who = {sizeof(who), 0, "bob", 0, roles, 2};

    mortise_identify(from, &who);
    mortise_emit(mortise_to_user(from, "bob"), "news", "s", "bob");
    mortise_ack(event, "s, b, b, b, i", mortise_user(from),
                mortise_has_role(from, "admin"),
                mortise_has_role(from, "chat.mute"),
                mortise_has_role(from, "x"), mortise_user_sockets("bob"));
}

static int work(const mortise_work *given)
{
    char *output = (char *)mortise_work_output(given, given->input.n);
    if (!output)
        return MORTISE_ENOMEM;
    for (size_t i = 0; i < given->input.n; i++)
        output[i] = given->input.p[given->input.n - 1 - i];
    return 0;
}

static void worked(mortise_job job, const mortise_done *done)
{
    mortise_reply_to(done->cookie, "i, S", (int)done->status, done->output);
}

static void on_work(mortise_socket from, const mortise_event *event)
{
    mortise_str input = {"abc", 3};
    mortise_job_start("work", input, mortise_ack_later(event));
}

static mortise_value serve(const mortise_asked *asked)
{
    return mortise_make("{by:s, name:s, version:i, args:v}", asked->plugin,
                        asked->name, (int)asked->version, asked->args);
}

static void on_ask(mortise_socket from, const mortise_event *event)
{
    mortise_value answer = NULL, none = NULL;
    int error = mortise_ask(&answer, "old.echo", 1, "i, s", 1, "two");

    mortise_ack(event, "i, v, i", error, answer,
                mortise_ask(&none, "old.echo", 2, ""));
}

static void on_write(mortise_socket from, const mortise_event *event)
{
    mortise_writer out = mortise_begin_ack(event);
    mortise_value v;

    mortise_open_object(out, NULL);
    mortise_open_array(out, "rows");
    for (v = mortise_first(mortise_arg(event, 0)); v; v = mortise_next(v))
        mortise_append(out, "v", v);
    mortise_end(out);
}

/* What a contract lets through. */
static void on_say(mortise_socket from, const mortise_event *event)
{
    mortise_metric_add(counted, 1);
    mortise_log_with(MORTISE_INFO, "said", "{text:s, of:I}",
                     mortise_text_of(event, "text", ""), limit);
    mortise_ack(event, "I", ++count);
}

static void on_use(mortise_socket from, const mortise_event *event)
{
    if (strcmp(event->name, "forbidden") == 0)
        mortise_refuse(event, "no", "{why:s}", "forbidden");
}

static void on_any(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "s, *", event->name, event);
}

static void on_get(mortise_request request, const mortise_http *http)
{
    mortise_http_set_header(request, "X-Old", http->method);
    mortise_http_json(request, 200, "{id:s, q:s}",
                      mortise_http_param(request, "id"),
                      mortise_http_query(request, "q"));
}

static void on_count(mortise_order order, const mortise_ordered *given)
{
    mortise_command_print(order, "%s: %lld of %u\n", given->name,
                          (long long)count, given->argc);
    mortise_command_answer(order, 0, "{count:I}", count);
}

static int save(mortise_saving to)
{
    mortise_save_open(to, "count");
    mortise_save_int(to, "n", count);
    mortise_save_close(to);
    return 0;
}

static int restore(uint32_t version, mortise_saved from)
{
    mortise_saved record = mortise_saved_next(from, "count");
    count = version == 1 ? mortise_saved_int(record, "n", -1) : -2;
    return 0;
}

static const mortise_route routes[] = {{"GET", "/old/:id", on_get}};
static const mortise_job_kind jobs[] = {{"work", work, worked}};
static const mortise_service services[] = {{"old.echo", 1, serve}};
static const mortise_field words[] = {
    {"word", MORTISE_STRING, .flags = MORTISE_OPTIONAL}};
static const mortise_command commands[] = {
    {"count", on_count, "says how many", .contract = MORTISE_FIELDS(words)}};

static int init(mortise_value settings)
{
    limit = mortise_setting_int(settings, "limit", 1, 1, 9);
    counted = mortise_counter("said_total", "What was said");
    if (mortise_http_routes(routes) < 0 || mortise_jobs(jobs) < 0 ||
        mortise_offer(services) < 0 || mortise_commands(commands) < 0)
        return MORTISE_EINVAL;
    return mortise_settings_done(settings);
}

static const mortise_field say[] = {
    {"text", MORTISE_STRING, .min = 1, .max = 4}};
static const mortise_handler handlers[] = {
    {"read", on_read},     {"rooms", on_rooms},
    {"later", on_later},   {"poll", on_poll},
    {"keep", on_keep},     {"who", on_who},
    {"work", on_work},     {"ask", on_ask},
    {"write", on_write},   {"say", on_say, .contract = MORTISE_FIELDS(say)},
    {MORTISE_USE, on_use}, {MORTISE_ANY, on_any},
};
static const mortise_handler timers[] = {{"tick", on_tick}};
static const mortise_handler acks[] = {{"polled", on_polled}};
static const mortise_state state =
    MORTISE_STATE(.version = 1, .save = save, .restore = restore);

#ifndef BUILD
#define BUILD "1.0.0"
#endif
MORTISE_PLUGIN("old", BUILD, .init = init, .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .acks = MORTISE_TABLE(acks),
               .description = "Of 1.0.", .state = &state);
