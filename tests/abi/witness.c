/* SPDX-License-Identifier: MIT */
/*
 * A plugin that calls everything there is in mortise/plugin.h and contract.h,
 * so that every wrapper is compiled: as C99 and as C++20, with all warnings as
 * errors.
 */
#include <mortise/contract.h>

static mortise_reply reply;
static mortise_timer timer;

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    if (mortise_get(mortise_arg(event, 0), "token") == NULL)
        mortise_refuse(event, "no token", "{code:i, sid:s}", 1,
                       mortise_sid(from));
}

static void on_use(mortise_socket from, const mortise_event *event)
{
    mortise_rewrite(event, "*, s", event, mortise_sid(from));
}

static void on_read(mortise_socket from, const mortise_event *event)
{
    mortise_value v = mortise_arg(event, 0);
    mortise_list list = mortise_list_new();
    mortise_str bytes = {"", 0};

    for (uint32_t i = 0; i < mortise_count(v); i++)
        mortise_list_add(list, "{key:s, type:i}", mortise_key_at(v, i),
                         (int)mortise_type(mortise_at(v, i)));
    mortise_bytes(v, &bytes);
    mortise_ack(event, "l, S, x, I, d, b, s, v", list, bytes, bytes,
                mortise_int(v, -1), mortise_number(v, 0.5), mortise_bool(v, 0),
                mortise_text(v, ""), v);
    mortise_log(MORTISE_DEBUG, "%s %s at %lld",
                mortise_handshake(from, MORTISE_ADDRESS, NULL),
                mortise_handshake(from, MORTISE_QUERY, "x"),
                (long long)mortise_now());
}

static void on_tell(mortise_socket from, const mortise_event *event)
{
    mortise_target to = mortise_broadcast(from, "room");
    mortise_join(from, "room");
    mortise_emit(mortise_volatile(mortise_except(to, "quiet")), "x", "");
    mortise_emit(mortise_all("/", NULL), "size", "i",
                 mortise_room_size("/", "room"));
    mortise_emit_ack(from, "answered", 1000, 1, "question", "");
    reply = mortise_ack_later(event);
    timer = mortise_after("tick", 10, 0, 7);
    if (mortise_is_in(from, "room"))
        mortise_leave(from, "room");
}

static void on_tick(mortise_socket from, const mortise_event *event)
{
    mortise_reply_to(reply, "s", event->name);
    mortise_cancel(timer);
    mortise_disconnect(from, 0);
}

static int init(mortise_value settings)
{
    return (int)mortise_int(mortise_get(settings, "returns"), 0);
}

static void fini(void)
{
}

static void on_say(mortise_socket from, const mortise_event *event)
{
    mortise_log(MORTISE_DEBUG, "%s %lld %g %d", mortise_text_of(event, "s", ""),
                (long long)mortise_int_of(event, "n", 0),
                mortise_number_of(event, "n", 0),
                mortise_bool_of(event, "b", 0));
}

/* Members in their order, which C++ wants; an array's name for its count. */
#define FIELD(name, type, ...) {name, type, 0, __VA_ARGS__}
#define NO_MORE                NULL, NULL, 0, NULL
static const mortise_field say[] = {
    FIELD("s", MORTISE_STRING, 1, 9, NO_MORE),
    FIELD("n", MORTISE_INTEGER, 0, 0, NO_MORE),
    FIELD("b", MORTISE_BOOL, 0, 0, NO_MORE),
};

static const mortise_handler handlers[] = {
    {"say", on_say, NULL,
     MORTISE_FIELDS(say, .ack = MORTISE_ACK_REQUIRED, .per_second = 5,
                    MORTISE_ANSWER(say))},
    {"tell us", on_say, NULL, MORTISE_MEMBERS(say, .role = "admin")},
    {"ready", on_say, NULL, MORTISE_NO_FIELDS(.description = "Ready.")},
    {"plain", on_say, NULL, MORTISE_FIELDS(say)},
    {"object", on_say, NULL, MORTISE_MEMBERS(say)},
    {"nothing", on_say, NULL, MORTISE_NO_FIELDS()},
    {MORTISE_CONNECTING, on_connecting, NULL, NULL},
    {MORTISE_USE, on_use, NULL, NULL},
    {"read", on_read, NULL, NULL},
    {"tell", on_tell, "/other", NULL},
};
static const mortise_handler rows[] = {{"tick", on_tick, NULL, NULL},
                                       {"answered", on_tick, NULL, NULL}};

MORTISE_PLUGIN("witness", "1.0.0", .init = init, .fini = fini,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(rows), .acks = MORTISE_TABLE(rows),
               .description = "Calls everything.");
