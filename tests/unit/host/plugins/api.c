/* SPDX-License-Identifier: MIT */
/* The server API from end to end, for stock clients: who may come, what may be
 * done, who is told, and what is heard of those who go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mortise/sockets.h>

#define STAFF "/staff"

static const char *text_at(const mortise_event *event, uint32_t index)
{
    return mortise_text(mortise_arg(event, index), "");
}

/* --- who may come --- */

/* io("/staff", {auth: {steps: "", stop: "first"}}) */
static void on_connecting(mortise_socket from, const mortise_event *event)
{
    mortise_value auth = mortise_arg(event, 0);

    if (strcmp(mortise_text(mortise_get(auth, "stop"), ""), "first") == 0)
        mortise_refuse(event, "stopped first", "{step:i, why:v}", 1,
                       mortise_get(auth, "why"));
    mortise_set_data(from, "steps", "s", "first");
}

static void on_connect(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "welcome", "{space:s, steps:v}",
                 event->name_space, mortise_data(from, "steps"));
}

/* --- what may be done --- */

static void on_use(mortise_socket from, const mortise_event *event)
{
    if (strcmp(event->name, "veto") == 0)
        mortise_refuse(event, "not that", "{rule:i}", 7);
    else if (strcmp(event->name, "answer") == 0)
        mortise_ack(event, "'from the middle'");
    else if (strcmp(event->name, "rewrite") == 0)
        mortise_rewrite(event, "*, s", event, "added");
}

static void on_back(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "*", event);
}

/* Whatever nobody else has a row for. */
static void on_any(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "any", "s, *", event->name, event);
}

/* What is sent is counted by its name; `watch` resets and shows. */
static int seen;
static char watched[64];

static void on_outgoing(mortise_socket to, const mortise_event *event)
{
    seen += strcmp(event->name, watched) == 0;
}

static void on_watch(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i", seen);
    seen = 0;
    snprintf(watched, sizeof(watched), "%s", text_at(event, 0));
}

static void on_reserved(mortise_socket from, const mortise_event *event)
{
    static const char *const names[] = {
        "connect",     "connect_error",  "disconnect",    "disconnecting",
        "newListener", "removeListener", "mortise:notice"};
    mortise_list list = mortise_list_new();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        mortise_list_add(list, "i, i",
                         mortise_emit(mortise_to(from), names[i], ""),
                         mortise_emit_ack(from, "row", 9, 1, names[i], ""));
    mortise_ack(event, "l", list);
}

/* --- who is told --- */

#define NAMES_MAX 40

static uint32_t names_of(mortise_value list, const char **names)
{
    uint32_t n = mortise_count(list);
    for (uint32_t i = 0; i < n && i < NAMES_MAX; i++)
        names[i] = mortise_text(mortise_at(list, i), "");
    return n < NAMES_MAX ? n : NAMES_MAX;
}

/* say {rooms, except, broadcast, volatile, local, plain} EVENT ...: how many
 * it was for. Without rooms the whole namespace. */
static void on_say(mortise_socket from, const mortise_event *event)
{
    mortise_value how = mortise_arg(event, 0);
    mortise_value rooms = mortise_get(how, "rooms");
    mortise_value except = mortise_get(how, "except");
    const char *names[NAMES_MAX], *others[NAMES_MAX];
    mortise_target to = mortise_in(from, NULL);

    if (mortise_bool(mortise_get(how, "broadcast"), 0))
        to = mortise_broadcast(from, NULL);
    if (rooms)
        to = mortise_rooms(to, names, names_of(rooms, names));
    if (except)
        to = mortise_except_rooms(to, others, names_of(except, others));
    if (mortise_bool(mortise_get(how, "volatile"), 0))
        to = mortise_volatile(to);
    if (mortise_bool(mortise_get(how, "local"), 0))
        to = mortise_local(to);
    to = mortise_compress(to, !mortise_bool(mortise_get(how, "plain"), 0));
    mortise_ack(
        event, "i",
        mortise_emit(to, text_at(event, 1), "v", mortise_arg(event, 2)));
}

static void on_join(mortise_socket from, const mortise_event *event)
{
    const char *names[NAMES_MAX];
    uint32_t n = names_of(mortise_arg(event, 0), names);
    int joined = 0;

    for (uint32_t i = 0; i < n; i++)
        joined += mortise_join(from, names[i]) == 0;
    mortise_ack(event, "i", joined);
}

/* unknown: targets that only a newer header can have made. */
static void on_unknown(mortise_socket from, const mortise_event *event)
{
    mortise_target flag = mortise_to(from), more = mortise_to(from);

    flag.flags |= 0x80000000u;
    more.reserved[1] = 1;
    mortise_ack(event, "i, i", mortise_emit(flag, "x", ""),
                mortise_join_all(more, "x"));
}

/* more: as many rooms as there may be in a list, and one more. */
static void on_more(mortise_socket from, const mortise_event *event)
{
    static const char *names[MORTISE_LIST_ROOMS + 1];
    mortise_target to = mortise_to(from);

    for (int i = 0; i < MORTISE_LIST_ROOMS + 1; i++)
        names[i] = "here";
    mortise_join(from, "here");
    mortise_ack(
        event, "i, i, i, i",
        mortise_emit(mortise_rooms(to, names, MORTISE_LIST_ROOMS), "more", ""),
        mortise_emit(mortise_rooms(to, names, MORTISE_LIST_ROOMS + 1), "x", ""),
        mortise_emit(mortise_except_rooms(mortise_in(from, NULL), names, 1),
                     "x", ""),
        mortise_emit(mortise_rooms(to, names, 0), "x", ""));
}

/* list ROOM: who is there, all that is known of them. */
static void on_list(mortise_socket from, const mortise_event *event)
{
    mortise_list list = mortise_list_new();
    mortise_socket sockets[NAMES_MAX];
    int n = mortise_list_sockets(mortise_in(from, text_at(event, 0)), sockets,
                                 NAMES_MAX);

    for (int i = 0; i < n && i < NAMES_MAX; i++) {
        mortise_list rooms = mortise_list_new();
        mortise_connection c = {0};
        const char *room;
        mortise_connection_of(sockets[i], &c);
        for (uint32_t k = 0; (room = mortise_room_at(sockets[i], k)); k++)
            mortise_list_add(rooms, "s", room);
        mortise_list_add(
            list,
            "{id:s, rooms:l, data:v, auth:v, url:s, address:s, agent:s, "
            "secure:b, since:I}",
            mortise_sid(sockets[i]), rooms, mortise_data(sockets[i], "name"),
            mortise_auth(sockets[i]),
            mortise_handshake(sockets[i], MORTISE_URL, NULL),
            mortise_handshake(sockets[i], MORTISE_ADDRESS, NULL),
            mortise_handshake(sockets[i], MORTISE_HEADER, "user-agent"),
            (int)c.secure, c.issued);
    }
    mortise_ack(event, "l", list);
}

static void on_name(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i",
                mortise_set_data(from, "name", "v", mortise_arg(event, 0)));
}

/* --- who goes --- */

/* To those who watch, in their room: what can still be read. */
static void tell_of(mortise_socket from, const mortise_event *event)
{
    mortise_emit(
        mortise_in(from, "watchers"),
        strcmp(event->name, "disconnect") == 0 ? "gone" : "going",
        "{id:s, reason:s, inside:i, room:b, url:s, address:s, token:s, auth:v, "
        "data:v}",
        mortise_sid(from), event->reason, mortise_room_size(NULL, "leavers"),
        mortise_is_in(from, "leavers"),
        mortise_handshake(from, MORTISE_URL, NULL),
        mortise_handshake(from, MORTISE_ADDRESS, NULL),
        mortise_handshake(from, MORTISE_QUERY, "token"), mortise_auth(from),
        mortise_data(from, "name"));
    mortise_log(MORTISE_INFO, "%s %s", event->name, event->reason);
}

static void on_leave(mortise_socket from, const mortise_event *event)
{
    mortise_disconnect(from, (int)mortise_int(mortise_arg(event, 0), 0));
}

/* --- who is slow --- */

/* pour COUNT BYTES: so many broadcasts to everybody else. */
static void on_pour(mortise_socket from, const mortise_event *event)
{
    int64_t count = mortise_int(mortise_arg(event, 0), 0);
    size_t n = (size_t)mortise_int(mortise_arg(event, 1), 0);
    char *text = malloc(n);
    int64_t queued = 0;

    memset(text, 'x', n);
    for (int64_t i = 0; i < count; i++)
        queued += mortise_emit(mortise_broadcast(from, "slow"), "drop", "I, S",
                               i, (mortise_str){text, n});
    free(text);
    mortise_ack(event, "I", queued);
}

/* queues: packets and bytes that wait for all in the room `slow`. */
static void on_queues(mortise_socket from, const mortise_event *event)
{
    mortise_socket sockets[200];
    int n = mortise_list_sockets(mortise_in(from, "slow"), sockets, 200);
    int64_t packets = 0, bytes = 0;

    for (int i = 0; i < n && i < 200; i++) {
        packets += mortise_queued_packets(sockets[i]);
        bytes += mortise_queued(sockets[i]);
    }
    mortise_ack(event, "i, I, I", n, packets, bytes);
}

static void on_row(mortise_socket from, const mortise_event *event)
{
}

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_connecting, STAFF},
    {MORTISE_CONNECT, on_connect, STAFF},
    {MORTISE_CONNECT, on_connect},
    {MORTISE_DISCONNECTING, tell_of},
    {MORTISE_DISCONNECT, tell_of},
    {MORTISE_USE, on_use},
    {MORTISE_ANY, on_any},
    {MORTISE_OUTGOING, on_outgoing},
    {"veto", on_back},
    {"answer", on_back},
    {"rewrite", on_back},
    {"watch", on_watch},
    {"reserved", on_reserved},
    {"say", on_say},
    {"join", on_join},
    {"more", on_more},
    {"unknown", on_unknown},
    {"list", on_list},
    {"name", on_name},
    {"leave", on_leave},
    {"pour", on_pour},
    {"queues", on_queues},
};

static const mortise_handler acks[] = {{"row", on_row}};

MORTISE_PLUGIN("api", "1.0.0", .handlers = MORTISE_TABLE(handlers),
               .acks = MORTISE_TABLE(acks));
