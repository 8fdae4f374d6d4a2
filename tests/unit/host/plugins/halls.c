/* SPDX-License-Identifier: MIT */
/* Namespaces that come and go: what a plugin sees of them, and does by their
 * names. Its rows are in the namespace of the configuration, but for
 * "/hall-vip", which has one of its own. */
#include <mortise/metrics.h>
#include <mortise/sockets.h>

static mortise_metric joined;

static const char *text_at(const mortise_event *event, uint32_t index)
{
    return mortise_text(mortise_arg(event, index), NULL);
}

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "connecting %s", event->name_space);
    if (mortise_get(mortise_arg(event, 0), "refuse"))
        mortise_refuse(event, "no", "");
}

static void on_connect(mortise_socket from, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "connect %s", event->name_space);
    mortise_metric_add(joined, 1);
}

static void on_disconnecting(mortise_socket from, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "disconnecting %s", event->name_space);
}

/* When nobody is left it asks all the same. */
static void on_disconnect(mortise_socket from, const mortise_event *event)
{
    int left = mortise_list_sockets(mortise_in(from, NULL), NULL, 0);
    mortise_log(MORTISE_INFO, "disconnect %s, %d left", event->name_space,
                left);
    if (left == 0)
        mortise_survey(mortise_all(event->name_space, NULL), "answers", 1000, 1,
                       "anybody", "");
    mortise_metric_add(joined, -1);
}

static void on_use(mortise_socket from, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "use %s", event->name_space);
}

static void on_outgoing(mortise_socket to, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "outgoing %s %s", event->name_space, event->name);
}

static void on_where(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "s", event->name_space);
}

static void on_where_vip(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "'the one and only', s", event->name_space);
}

/* join ROOM */
static void on_join(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i", mortise_join(from, text_at(event, 0)));
}

/* tell NAMESPACE ROOM TEXT: who is not there is not told. */
static void on_tell(mortise_socket from, const mortise_event *event)
{
    mortise_target to = mortise_all(text_at(event, 0), text_at(event, 1));
    mortise_ack(event, "i", mortise_emit(to, "told", "s", text_at(event, 2)));
}

/* tell-last NAMESPACE TEXT */
static void on_tell_last(mortise_socket from, const mortise_event *event)
{
    mortise_target to = mortise_all(text_at(event, 0), NULL);
    mortise_fates fates = {0};
    int result = mortise_emit_latest(to, "key", "told", "s", text_at(event, 1));
    mortise_fates_of_last(&fates);
    mortise_ack(event, "i, i", result, (int)fates.queued);
}

/* count NAMESPACE ROOM: by its size, and by its list, which is asked for later:
 * it leaves a namespace that nobody is in until this has returned. */
static void on_count(mortise_socket from, const mortise_event *event)
{
    const char *name_space = text_at(event, 0), *room = text_at(event, 1);
    int size = mortise_room_size(name_space, room ? room : "");
    int listed = mortise_list_sockets(mortise_all(name_space, room), NULL, 0);

    mortise_ack(event, "i, i", size, listed);
}

/* survey NAMESPACE: how many were asked; later `answers`. */
static void on_survey(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i",
                mortise_survey(mortise_all(text_at(event, 0), NULL), "answers",
                               1000, from, "anybody", ""));
}

static void on_answers(mortise_socket none, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "answers %s %d", event->name_space,
                (int)event->argc);
}

static void on_ask(mortise_socket from, const mortise_event *event)
{
    mortise_emit_ack(from, "answer", 1000, 0, "well?", "");
}

static void on_answer(mortise_socket from, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "answer %s", event->name_space);
}

/* end NAMESPACE: puts everybody out of it. */
static void on_end(mortise_socket from, const mortise_event *event)
{
    mortise_ack(
        event, "i",
        mortise_disconnect_all(mortise_all(text_at(event, 0), NULL), 0));
}

static void on_later(mortise_socket from, const mortise_event *event)
{
    mortise_after("tick", 100, 0, 0);
}

/* No namespace gives it one: it says what the configuration says. */
static void on_tick(mortise_socket none, const mortise_event *event)
{
    int result = mortise_emit(mortise_all(NULL, NULL), "tick", "");
    mortise_log(MORTISE_INFO, "tick %s: %d", event->name_space, result);
}

static int init(mortise_value settings)
{
    joined = mortise_gauge("joined", "Sockets.");
    return 0;
}

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_connecting},
    {MORTISE_CONNECT, on_connect},
    {MORTISE_DISCONNECTING, on_disconnecting},
    {MORTISE_DISCONNECT, on_disconnect},
    {MORTISE_USE, on_use},
    {MORTISE_OUTGOING, on_outgoing},
    {"where", on_where},
    {"join", on_join},
    {"tell", on_tell},
    {"tell-last", on_tell_last},
    {"count", on_count},
    {"survey", on_survey},
    {"ask", on_ask},
    {"end", on_end},
    {"later", on_later},
    {"where", on_where_vip, "/hall-vip"},
};

static const mortise_handler timers[] = {{"tick", on_tick}};

static const mortise_handler acks[] = {
    {"answers", on_answers},
    {"answer", on_answer},
};

MORTISE_PLUGIN("halls", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .acks = MORTISE_TABLE(acks));
