/* SPDX-License-Identifier: MIT */
/*
 * A first chat: rooms by name, who is in them, and what they say. Every
 * request is acknowledged with one object: {ok: true, ...} or, as the host
 * does when a contract is broken, {error: {code, message}}.
 */
#include <string.h>

#include <mortise/contract.h>
#include <mortise/state.h>

#include "people.h"

enum { TEXT_MAX = 2000 }; /* characters of one message */

static int64_t last_id;

static void fail(const mortise_event *event, const char *code,
                 const char *message)
{
    mortise_ack(event, "{error:{code:s, message:s}}", code, message);
}

/* The sender in the room they named; answers and gives NULL when they are not
 * in it. */
static struct person *member(mortise_socket from, const mortise_event *event)
{
    struct person *p = people_find(from, mortise_text_of(event, "room", ""));
    if (!p)
        fail(event, "not_in_room", "Join the room first.");
    return p;
}

static mortise_list people_in(const char *room)
{
    mortise_list list = mortise_list_new();
    for (struct person *p = NULL; (p = people_next(p));)
        if (strcmp(p->room, room) == 0)
            mortise_list_add(list, "{id:s, name:s}", p->sid, p->name);
    return list;
}

static void on_join(mortise_socket from, const mortise_event *event)
{
    const char *room = mortise_text_of(event, "room", "");
    const char *name = mortise_text_of(event, "name", "");

    if (people_find(from, room)) {
        fail(event, "joined", "You are in this room already.");
    } else if (people_has_name(room, name)) {
        fail(event, "name_taken", "Somebody in the room has this name.");
    } else if (people_count_rooms(from) >= ROOMS_MAX ||
               mortise_join(from, room) < 0) {
        fail(event, "too_many_rooms", "Leave another room first.");
    } else if (!people_add(from, mortise_sid(from), room, name)) {
        mortise_leave(from, room);
        fail(event, "busy", "The server is out of memory.");
    } else {
        mortise_emit(mortise_broadcast(from, room), "joined",
                     "{room:s, id:s, name:s}", room, mortise_sid(from), name);
        mortise_ack(event, "{ok:true, room:s, you:s, people:l}", room,
                    mortise_sid(from), people_in(room));
    }
}

static void on_say(mortise_socket from, const mortise_event *event)
{
    const struct person *p = member(from, event);

    if (!p)
        return;
    mortise_emit(mortise_in(from, p->room), "said",
                 "{room:s, id:I, from:s, name:s, text:s, time:I}", p->room,
                 ++last_id, p->sid, p->name, mortise_text_of(event, "text", ""),
                 mortise_now());
    mortise_ack(event, "{ok:true, id:I}", last_id);
}

static void on_who(mortise_socket from, const mortise_event *event)
{
    const struct person *p = member(from, event);
    if (p)
        mortise_ack(event, "{ok:true, room:s, people:l}", p->room,
                    people_in(p->room));
}

static void part(struct person *p)
{
    mortise_emit(mortise_broadcast(p->socket, p->room), "left",
                 "{room:s, id:s, name:s}", p->room, p->sid, p->name);
    mortise_leave(p->socket, p->room);
    people_remove(p);
}

static void on_leave(mortise_socket from, const mortise_event *event)
{
    struct person *p = member(from, event);
    if (!p)
        return;
    part(p);
    mortise_ack(event, "{ok:true}");
}

static void on_disconnecting(mortise_socket from, const mortise_event *event)
{
    struct person *next;
    for (struct person *p = people_next(NULL); p; p = next) {
        next = p->next;
        if (p->socket == from)
            part(p);
    }
}

/* --- what a newer build takes over */

static int save(mortise_saving to)
{
    mortise_save_int(to, "last_id", last_id);
    for (struct person *p = NULL; (p = people_next(p));) {
        mortise_save_open(to, "person");
        mortise_save_int(to, "socket", (int64_t)p->socket);
        mortise_save_text(to, "sid", p->sid);
        mortise_save_text(to, "room", p->room);
        mortise_save_text(to, "name", p->name);
        mortise_save_close(to);
    }
    return 0;
}

static int restore(uint32_t version, mortise_saved from)
{
    mortise_saved each;

    last_id = mortise_saved_int(from, "last_id", 0);
    while ((each = mortise_saved_next(from, "person")) != 0)
        if (!people_add((mortise_socket)mortise_saved_int(each, "socket", 0),
                        mortise_saved_text(each, "sid", ""),
                        mortise_saved_text(each, "room", ""),
                        mortise_saved_text(each, "name", "")))
            return MORTISE_ENOMEM;
    return 0;
}

static const mortise_state state =
    MORTISE_STATE(.version = 1, .save = save, .restore = restore);

/* --- what is said, both ways */

static const mortise_field join[] = {
    {"room", MORTISE_STRING, .min = 1, .max = ROOM_MAX},
    {"name", MORTISE_STRING, .min = 1, .max = NAME_LENGTH_MAX},
};
static const mortise_field say[] = {
    {"room", MORTISE_STRING, .min = 1, .max = ROOM_MAX},
    {"text", MORTISE_STRING, .min = 1, .max = TEXT_MAX},
};
static const mortise_field room[] = {
    {"room", MORTISE_STRING, .min = 1, .max = ROOM_MAX},
};

static const mortise_field person[] = {
    {"id", MORTISE_STRING, .description = "The person's Socket.IO id."},
    {"name", MORTISE_STRING},
};
static const mortise_field each[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(person)},
};
static const mortise_field present[] = {
    {"ok", MORTISE_BOOL},
    {"room", MORTISE_STRING},
    {"you", MORTISE_STRING, MORTISE_OPTIONAL, .description = "After join."},
    {"people", MORTISE_ARRAY, MORTISE_NESTED(each)},
};
static const mortise_field done[] = {
    {"ok", MORTISE_BOOL},
    {"id", MORTISE_INTEGER, MORTISE_OPTIONAL, .description = "After say."},
};

static const mortise_field presence[] = {
    {"room", MORTISE_STRING},
    {"id", MORTISE_STRING, .description = "The person's Socket.IO id."},
    {"name", MORTISE_STRING},
};
static const mortise_field said[] = {
    {"room", MORTISE_STRING},
    {"id", MORTISE_INTEGER, .description = "The message's number."},
    {"from", MORTISE_STRING, .description = "The person's id."},
    {"name", MORTISE_STRING},
    {"text", MORTISE_STRING},
    {"time", MORTISE_INTEGER, .description = "Milliseconds since 1970."},
};

#define ASKED .ack = MORTISE_ACK_REQUIRED

static const mortise_handler handlers[] = {
    {"join", on_join,
     .contract = MORTISE_MEMBERS(join, ASKED, MORTISE_ANSWER(present))},
    {"say", on_say,
     .contract = MORTISE_MEMBERS(say, ASKED, .per_second = 5, .burst = 50,
                                 MORTISE_ANSWER(done))},
    {"who", on_who,
     .contract = MORTISE_MEMBERS(room, ASKED, MORTISE_ANSWER(present))},
    {"leave", on_leave,
     .contract = MORTISE_MEMBERS(room, ASKED, MORTISE_ANSWER(done))},
    {MORTISE_DISCONNECTING, on_disconnecting},
};

static const mortise_handler emits[] = {
    {"joined", .contract = MORTISE_MEMBERS(presence)},
    {"left", .contract = MORTISE_MEMBERS(presence)},
    {"said", .contract = MORTISE_MEMBERS(said)},
};

MORTISE_PLUGIN("chat", "0.2.0", .handlers = MORTISE_TABLE(handlers),
               .emits = MORTISE_TABLE(emits), .state = &state,
               .fini = people_free,
               .description = "Rooms in which people talk.");
