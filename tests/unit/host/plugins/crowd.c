/* SPDX-License-Identifier: MIT */
/* Everything of mortise/sockets.h, on demand. A target is a text: "me" is who
 * asks, "*" everybody, "!ROOM" the room without who asks, else a room. */
#include <stdlib.h>
#include <string.h>

#include <mortise/sockets.h>

static mortise_target target_of(mortise_socket from, const mortise_event *event)
{
    const char *name = mortise_text(mortise_arg(event, 0), "*");
    if (strcmp(name, "me") == 0)
        return mortise_to(from);
    if (name[0] == '!')
        return mortise_broadcast(from, name[1] ? name + 1 : NULL);
    return mortise_in(from, strcmp(name, "*") == 0 ? NULL : name);
}

static const char *text_at(const mortise_event *event, uint32_t index)
{
    return mortise_text(mortise_arg(event, index), "");
}

static int64_t int_at(const mortise_event *event, uint32_t index)
{
    return mortise_int(mortise_arg(event, index), 0);
}

/* --- acknowledgements --- */

/* survey TARGET TIMEOUT EVENT ...: how many were asked; later `answers`. */
static void on_survey(mortise_socket from, const mortise_event *event)
{
    int asked =
        mortise_survey(target_of(from, event), "answers", int_at(event, 1),
                       from, text_at(event, 2), "v", mortise_arg(event, 3));
    mortise_ack(event, "i", asked);
}

static void on_answers(mortise_socket none, const mortise_event *event)
{
    mortise_list list = mortise_list_new();
    mortise_answer answer;
    uint32_t count = 0, agreeing = 0;

    while (mortise_answer_at(event, count, &answer) == 0) {
        /* A list holds no binary. */
        if (mortise_type(mortise_at(answer.args, 0)) == MORTISE_BINARY)
            mortise_emit(mortise_to(event->cookie), "piece", "v", answer.args);
        else
            mortise_list_add(list, "{who:s, status:i, args:v}",
                             mortise_sid(answer.socket), answer.status,
                             answer.args);
        agreeing += mortise_arg(event, count) == answer.args;
        count++;
    }
    if (none != 0 || count != event->argc || count != agreeing)
        mortise_log(MORTISE_ERROR, "these are no answers");
    mortise_emit(mortise_to(event->cookie), "answers", "i, l", event->status,
                 list);
}

/* ask TIMEOUT ...: one client alone; later `answer`. */
static void on_ask(mortise_socket from, const mortise_event *event)
{
    int result = mortise_emit_ack(from, "answer", int_at(event, 0), from,
                                  "question", "v", mortise_arg(event, 1));
    mortise_ack(event, "i", result);
}

static void on_answer(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(event->cookie), "answer", "i, [*]", event->status,
                 event);
}

/* --- many --- */

static void on_join(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i", mortise_join(from, text_at(event, 0)));
}

static void on_join_all(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i",
                mortise_join_all(target_of(from, event), text_at(event, 1)));
}

static void on_leave_all(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i",
                mortise_leave_all(target_of(from, event), text_at(event, 1)));
}

static void on_disconnect_all(mortise_socket from, const mortise_event *event)
{
    mortise_ack(
        event, "i",
        mortise_disconnect_all(target_of(from, event), (int)int_at(event, 1)));
}

static void on_kick(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "i",
                mortise_kick(target_of(from, event), text_at(event, 1),
                             mortise_text(mortise_arg(event, 2), NULL),
                             int_at(event, 3)));
}

static void on_list(mortise_socket from, const mortise_event *event)
{
    mortise_socket sockets[3];
    mortise_list list = mortise_list_new();
    int count = mortise_list_sockets(target_of(from, event), sockets, 3);

    for (int i = 0; i < count && i < 3; i++)
        mortise_list_add(list, "s", mortise_sid(sockets[i]));
    mortise_ack(event, "i, l", count, list);
}

static void on_rooms(mortise_socket from, const mortise_event *event)
{
    mortise_list list = mortise_list_new();
    const char *room;

    for (uint32_t i = 0; (room = mortise_room_at(from, i)); i++)
        mortise_list_add(list, "s", room);
    mortise_ack(event, "l", list);
}

/* --- slow clients --- */

static void acknowledge_fates(const mortise_event *event, int result)
{
    mortise_fates fates;
    int error = mortise_fates_of_last(&fates);
    if (error < 0)
        mortise_ack(event, "i, i", result, error);
    else
        mortise_ack(event, "i, {queued:i, replaced:i, dropped:i, closed:i}",
                    result, (int)fates.queued, (int)fates.replaced,
                    (int)fates.dropped, (int)fates.closed);
}

/* last TARGET KEY KEEP EVENT ...; KEY null: without; KEEP 0: volatile. */
static void on_last(mortise_socket from, const mortise_event *event)
{
    mortise_target to = target_of(from, event);
    const char *key = mortise_text(mortise_arg(event, 1), NULL);
    int64_t keep = int_at(event, 2);
    int result;

    if (!key)
        result = mortise_emit(keep ? to : mortise_volatile(to),
                              text_at(event, 3), "v", mortise_arg(event, 4));
    else if (keep == 1)
        result = mortise_emit_latest(to, key, text_at(event, 3), "v",
                                     mortise_arg(event, 4));
    else
        result = mortise_emit_last(to, key, (uint32_t)keep, text_at(event, 3),
                                   "v", mortise_arg(event, 4));
    acknowledge_fates(event, result);
}

static void on_fates(mortise_socket from, const mortise_event *event)
{
    acknowledge_fates(event, 0);
}

/* flood TARGET COUNT BYTES: so many positions of which only the latest counts,
 * and with every hundredth a line that must not be lost. */
static void on_flood(mortise_socket from, const mortise_event *event)
{
    mortise_target to = target_of(from, event);
    int count = (int)int_at(event, 1), replaced = 0;
    size_t n = (size_t)int_at(event, 2);
    char *text = malloc(n);
    mortise_fates fates;

    memset(text, 'x', n);
    for (int i = 0; i < count; i++) {
        mortise_emit_latest(to, "position", "position", "i, S", i,
                            (mortise_str){text, n});
        if (mortise_fates_of_last(&fates) == 0)
            replaced += (int)fates.replaced;
        if (i % 100 == 0)
            mortise_emit(to, "line", "i", i);
    }
    free(text);
    mortise_ack(event, "i", replaced);
}

static void on_queued(mortise_socket from, const mortise_event *event)
{
    mortise_socket sockets[1] = {0};
    mortise_list_sockets(target_of(from, event), sockets, 1);
    mortise_ack(event, "I", mortise_queued(sockets[0]));
}

static void on_drain(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "drained", "I", mortise_queued(from));
}

/* --- what is kept --- */

static void on_set(mortise_socket from, const mortise_event *event)
{
    int result = mortise_arg(event, 1)
                     ? mortise_set_data(from, text_at(event, 0), "v",
                                        mortise_arg(event, 1))
                     : mortise_set_data(from, text_at(event, 0), "");
    mortise_ack(event, "i", result);
}

static void on_get(mortise_socket from, const mortise_event *event)
{
    mortise_value value = mortise_data(from, text_at(event, 0));
    mortise_ack(event, "b, v", value != NULL, value);
}

/* swap KEY ...: what was there, read when something else is there already. */
static void on_swap(mortise_socket from, const mortise_event *event)
{
    mortise_value old = mortise_data(from, text_at(event, 0));
    int result =
        mortise_set_data(from, text_at(event, 0), "v", mortise_arg(event, 1));
    mortise_ack(event, "i, s, v", result,
                mortise_text(mortise_get(old, "name"), NULL), old);
}

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    mortise_set_data(from, "auth", "v", mortise_arg(event, 0));
    if (mortise_get(mortise_arg(event, 0), "refuse"))
        mortise_refuse(event, "no", "");
}

static void on_connect(mortise_socket from, const mortise_event *event)
{
    mortise_emit(mortise_to(from), "auth", "v", mortise_data(from, "auth"));
}

/* --- the handshake --- */

static void on_handshake(mortise_socket from, const mortise_event *event)
{
    mortise_list headers = mortise_list_new(), query = mortise_list_new();
    mortise_connection c = {0};
    mortise_str name, value;
    int64_t age;

    if (mortise_connection_of(from, &c) < 0)
        return;
    age = mortise_now() - c.issued;
    for (uint32_t i = 0; mortise_header_at(from, i, &name, &value) == 0; i++)
        mortise_list_add(headers, "[S, S]", name, value);
    for (uint32_t i = 0; mortise_query_at(from, i, &name, &value) == 0; i++)
        mortise_list_add(query, "[S, S]", name, value);
    mortise_ack(event,
                "{secure:i, crossOrigin:i, websocket:i, protocol:i, recent:b, "
                "headers:l, query:l}",
                (int)c.secure, (int)c.cross_origin, (int)c.websocket,
                (int)c.protocol, age >= 0 && age < 600000, headers, query);
}

/* --- wrongly --- */

static void on_wrong(mortise_socket from, const mortise_event *event)
{
    static char key[300];
    mortise_target all = mortise_in(from, NULL);
    mortise_answer answer;
    mortise_fates fates;
    mortise_str bytes = {"x", 1};

    memset(key, 'k', sizeof(key) - 1);
    int results[] = {
        mortise_survey(all, "none", 1, 0, "e", ""),
        mortise_survey(all, "answers", 1, 0, "connect", ""),
        mortise_answer_at(event, 0, &answer),
        mortise_emit_last(all, key, 1, "e", ""),
        mortise_emit_last(all, "k", 0, "e", ""),
        mortise_emit_latest(mortise_volatile(all), "k", "e", ""),
        mortise_kick(all, "Not a code", NULL, 0),
        mortise_kick(all, "a", "\xff", 0),
        mortise_kick(all, "a", NULL, -2),
        mortise_join_all(all, NULL),
        mortise_join_all(all, key),
        mortise_set_data(from, NULL, "i", 1),
        mortise_set_data(from, "k", "i, i", 1, 2),
        mortise_set_data(from, "k", "x", bytes),
        mortise_set_data(from, key, "s", key),
        mortise_fates_of_last(&fates),
    };
    mortise_list list = mortise_list_new();
    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
        mortise_list_add(list, "i", results[i]);
    mortise_ack(event, "l", list);
}

/* Of a socket that has gone, and where there is none. */
static void on_disconnect(mortise_socket from, const mortise_event *event)
{
    mortise_connection c;
    mortise_str s;
    uint64_t gone = from + ((uint64_t)1 << 32);

    mortise_log(
        MORTISE_INFO,
        "gone: survey %d, list %d, kick %d, queued %d, set %d, "
        "connection %d, header %d, query %d, room %d, data %d",
        mortise_survey(mortise_to(gone), "answers", 1, 0, "e", ""),
        mortise_list_sockets(mortise_to(gone), NULL, 0),
        mortise_kick(mortise_in(gone, NULL), "a", NULL, 0),
        (int)mortise_queued(gone), mortise_set_data(gone, "k", ""),
        mortise_connection_of(gone, &c), mortise_header_at(gone, 0, &s, &s),
        mortise_query_at(gone, 0, &s, &s), mortise_room_at(gone, 0) != NULL,
        mortise_data(gone, "auth") != NULL);
}

static int init(mortise_value settings)
{
    mortise_log(
        MORTISE_INFO, "staged: survey %d, list %d, set %d",
        mortise_survey(mortise_all("/", NULL), "answers", 1, 0, "e", ""),
        mortise_list_sockets(mortise_all("/", NULL), NULL, 0),
        mortise_set_data(1, "k", ""));
    return mortise_data(1, "auth") || mortise_room_at(1, 0);
}

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_connecting},
    {MORTISE_CONNECT, on_connect},
    {MORTISE_DISCONNECT, on_disconnect},
    {MORTISE_DRAIN, on_drain},
    {"survey", on_survey},
    {"ask", on_ask},
    {"join", on_join},
    {"join-all", on_join_all},
    {"leave-all", on_leave_all},
    {"disconnect-all", on_disconnect_all},
    {"kick", on_kick},
    {"list", on_list},
    {"rooms", on_rooms},
    {"last", on_last},
    {"fates", on_fates},
    {"flood", on_flood},
    {"queued", on_queued},
    {"set", on_set},
    {"get", on_get},
    {"swap", on_swap},
    {"handshake", on_handshake},
    {"wrong", on_wrong},
};

static const mortise_handler acks[] = {
    {"answers", on_answers},
    {"answer", on_answer},
};

MORTISE_PLUGIN("crowd", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers),
               .acks = MORTISE_TABLE(acks));
