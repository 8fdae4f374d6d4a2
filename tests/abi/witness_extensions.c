/* SPDX-License-Identifier: MIT */
/*
 * A plugin that calls everything there is in the headers beside plugin.h and
 * contract.h, as witness.c does for those.
 */
#include <mortise/commands.h>
#include <mortise/http.h>
#include <mortise/identity.h>
#include <mortise/jobs.h>
#include <mortise/log.h>
#include <mortise/metrics.h>
#include <mortise/services.h>
#include <mortise/settings.h>
#include <mortise/sockets.h>

static mortise_metric counter, gauge, histogram;

/* --- sockets.h --- */

static void on_answers(mortise_socket from, const mortise_event *event)
{
    mortise_answer answer;

    if (mortise_answer_at(event, 0, &answer) == 0)
        mortise_log(MORTISE_DEBUG, "%llu: %d, %u",
                    (unsigned long long)answer.socket, (int)answer.status,
                    mortise_count(answer.args));
    mortise_emit(mortise_to(from), "x", "v", mortise_data(from, "key"));
}

static void on_all(mortise_socket from, const mortise_event *event)
{
    mortise_target all = mortise_in(from, NULL);
    mortise_fates fates;
    mortise_connection connection;
    mortise_str name, value;
    mortise_socket sockets[4];

    mortise_survey(all, "answers", 1000, 0, "question", "s", event->name);
    mortise_emit_latest(all, "key", "x", "i", 1);
    mortise_emit_last(all, "key", 3, "x", "");
    mortise_fates_of_last(&fates);
    mortise_log(MORTISE_DEBUG, "%u %lld", fates.queued,
                (long long)mortise_queued(from));
    mortise_list_sockets(all, sockets, 4);
    mortise_join_all(all, "room");
    mortise_leave_all(all, "room");
    mortise_room_at(from, 0);
    mortise_set_data(from, "key", "{a:i}", 1);
    mortise_connection_of(from, &connection);
    mortise_header_at(from, 0, &name, &value);
    mortise_query_at(from, 0, &name, &value);
    mortise_kick(all, "over", NULL, -1);
    mortise_disconnect_all(all, 0);
}

/* --- identity.h --- */

static void on_sign_in(mortise_socket from, const mortise_event *event)
{
    const char *const roles[] = {"admin"};
    mortise_identity who = {
        sizeof(who), MORTISE_IDENTITY_STAY, "bob", 0, roles, 1};

    mortise_identify(from, &who);
    mortise_ack(event, "{user:s, admin:b, until:I, sockets:i}",
                mortise_user(from), mortise_has_role(from, "admin"),
                mortise_expires(from), mortise_user_sockets("bob"));
    mortise_emit(mortise_to_user(from, "bob"), "hello", "");
    mortise_emit(mortise_all(NULL, mortise_user_room("bob")), "hello", "");
    mortise_revoke("bob");
}

/* --- http.h --- */

static void on_get(mortise_request request, const mortise_http *http)
{
    mortise_http_set_header(request, "X-Peer", http->peer);
    mortise_http_set_cookie(request, "a", "b", -1, MORTISE_COOKIE_STRICT);
    mortise_identify_request(request, NULL);
    mortise_http_json(
        request, 200, "{id:s, q:s, h:s, c:s, f:s, body:v, user:s, admin:b}",
        mortise_http_param(request, "id"), mortise_http_query(request, "q"),
        mortise_http_header(request, "h"), mortise_http_cookie(request, "c"),
        mortise_http_form(request, "f"), mortise_http_body_json(request),
        mortise_request_user(request),
        mortise_request_has_role(request, "admin"));
}

static void on_post(mortise_request request, const mortise_http *http)
{
    mortise_http_redirect(request, 303, http->path);
    mortise_http_answer(request, 200, NULL, mortise_http_body(request));
    mortise_http_say(request, 200, "said");
}

static void on_allow(mortise_request request, const mortise_http *http)
{
    if (http->secure)
        mortise_http_refuse(request, "no");
}

static const mortise_route routes[] = {
    {"GET", "/witness/:id", on_get, 0, 0},
    {"POST", "/witness", on_post, 1024, 1000},
    {MORTISE_HTTP_BEFORE, "/witness", on_allow, 0, 0},
    {MORTISE_HTTP_ALLOW, "/", on_allow, 0, 0},
};

/* --- jobs.h, log.h, metrics.h, services.h --- */

static int work(const mortise_work *given)
{
    if (mortise_log_with(MORTISE_DEBUG, "working", "{job:s, input:S}",
                         given->name, given->input) < 0)
        return MORTISE_EINVAL;
    return mortise_work_output(given, given->input.n) ? 0 : MORTISE_ENOMEM;
}

static void done(mortise_job job, const mortise_done *told)
{
    mortise_metric_add(counter, 1);
    mortise_metric_set(gauge, (double)told->output.n);
    mortise_metric_observe(histogram, told->status);
    mortise_job_cancel(job);
}

static const mortise_job_kind jobs[] = {{"work", work, done}};

static mortise_value serve(const mortise_asked *asked)
{
    mortise_str none = {"", 0};
    mortise_value answer = NULL;

    mortise_job_start("work", none, 1);
    mortise_ask(&answer, "witness", 1, "v", asked->args);
    return mortise_make("{first:v, answer:v}", mortise_at(asked->args, 0),
                        answer);
}

static const mortise_service services[] = {{"witness", 1, serve}};

/* --- commands.h --- */

static void on_command(mortise_order order, const mortise_ordered *given)
{
    mortise_command_print(order, "%s: %u\n", given->name, given->argc);
    if (given->input.n > 0)
        mortise_command_fail(order, "no\n");
    else
        mortise_command_answer(order, 0, "v", given->args);
}

static const mortise_command commands[] = {
    {"witness", on_command, "answers", NULL, "a word", 1000}};

/* --- settings.h --- */

static int init(mortise_value settings)
{
    static const char *const words[] = {"one", "two", NULL};
    const double bounds[] = {1, 2};
    int64_t returns = mortise_setting_int(settings, "returns", 0, 0, 9);

    mortise_setting_number(settings, "number", 0.5, 0, 1);
    mortise_setting_bool(settings, "bool", 1);
    mortise_setting_text(settings, "text", NULL);
    mortise_setting_choice(settings, "choice", words, 0);
    mortise_setting_value(settings, "value", MORTISE_OBJECT);
    counter = mortise_counter("done_total", "Jobs that are done");
    gauge = mortise_gauge("size", "Bytes of the last one");
    histogram = mortise_histogram("status", "What they returned", bounds, 2);
    if (mortise_http_routes(routes) < 0 || mortise_jobs(jobs) < 0 ||
        mortise_offer(services) < 0 || mortise_commands(commands) < 0 ||
        counter == 0 || gauge == 0 || histogram == 0)
        return MORTISE_EINVAL;
    return returns != 0 ? (int)returns : mortise_settings_done(settings);
}

static const mortise_handler handlers[] = {
    {"all", on_all, NULL, NULL},
    {"sign in", on_sign_in, NULL, NULL},
};
static const mortise_handler acks[] = {{"answers", on_answers, NULL, NULL}};

MORTISE_PLUGIN("witness-extensions", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers),
               .acks = MORTISE_TABLE(acks));
