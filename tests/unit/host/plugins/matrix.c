/* SPDX-License-Identifier: MIT */
/* What clients of all versions must be able to do, beside an echo: to be
 * refused, to answer, to be told who they are, and to be put out. */
#include <string.h>

#include <mortise/sockets.h>

/* Whoever says so in the query of the connection is not let in. */
static void on_main(mortise_socket from, const mortise_event *event)
{
    if (mortise_handshake(from, MORTISE_QUERY, "refuse"))
        mortise_refuse(event, "not here", "");
}

/* With the token "staff"; "why" has it said at length. */
static void on_staff(mortise_socket from, const mortise_event *event)
{
    mortise_value auth = mortise_arg(event, 0);
    const char *token = mortise_text(mortise_get(auth, "token"), "");

    if (strcmp(token, "why") == 0)
        mortise_refuse(event, "not you", "{reason:s}", "because");
    else if (strcmp(token, "staff") != 0)
        mortise_refuse(event, "not you", "");
}

static void on_about(mortise_socket from, const mortise_event *event)
{
    mortise_connection c = {0};

    mortise_connection_of(from, &c);
    mortise_ack(event, "{id:s, protocol:i, websocket:b, auth:v, query:s}",
                mortise_sid(from), (int)c.protocol, (int)c.websocket,
                mortise_auth(from),
                mortise_handshake(from, MORTISE_QUERY, "token"));
}

/* Asks the same of the client, and shows what it has answered. */
static void on_ask(mortise_socket from, const mortise_event *event)
{
    mortise_emit_ack(from, "answered", 10000, 0, "question", "*", event);
}

static void on_answered(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "answered", "*", event);
}

/* A character of each length, as it has to arrive and is sent. */
#define PLANES                                                                 \
    "a\xc3\xa4\xe2\x82\xac\xe4\xb8\xad\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"

static void on_planes(mortise_socket from, const mortise_event *event)
{
    const char *text = mortise_text(mortise_arg(event, 0), "");

    mortise_ack(event, "b, s", strcmp(text, PLANES) == 0, PLANES);
}

static void on_leave_me(mortise_socket from, const mortise_event *event)
{
    mortise_disconnect(from, (int)mortise_int(mortise_arg(event, 0), 0));
}

#define EVENTS_IN(name_space)                                                  \
    {"about", on_about, name_space}, {"ask", on_ask, name_space},              \
        {"planes", on_planes, name_space},                                     \
    {                                                                          \
        "leave-me", on_leave_me, name_space                                    \
    }

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_main},
    {MORTISE_CONNECTING, on_staff, "/staff"},
    EVENTS_IN(NULL),
    EVENTS_IN("/custom"),
    EVENTS_IN("/staff"),
};

static const mortise_handler acks[] = {{"answered", on_answered}};

MORTISE_PLUGIN("matrix", "1.0.0", .handlers = MORTISE_TABLE(handlers),
               .acks = MORTISE_TABLE(acks));
