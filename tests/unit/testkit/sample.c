/* SPDX-License-Identifier: MIT */
/* A plugin that does a little of everything, for the testkit's own tests. */
#include <stdlib.h>

#include <mortise/plugin.h>

static mortise_reply owed;

static int init(mortise_value settings)
{
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

static void on_disconnect(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_all(NULL, NULL), "gone", "s", event->reason);
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
};
static const mortise_handler timers[] = {
    {"tick", on_tick}, {"pay", on_pay}, {"spin", on_spin}};
static const mortise_handler acks[] = {{"answer", on_answer}};

MORTISE_PLUGIN("sample", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .acks = MORTISE_TABLE(acks));
