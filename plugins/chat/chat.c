/* SPDX-License-Identifier: MIT */
/*
 * A first chat: rooms by name, who is in them, and what they say. Every
 * request is acknowledged with one object: {ok: true, ...} or {ok: false,
 * error, message}.
 */
#include <string.h>

#include <mortise/plugin.h>

#include "people.h"

enum { TEXT_MAX = 2000 }; /* characters of one message */

static int64_t last_id;

static void fail(const mortise_event *event, const char *error,
                 const char *message)
{
    mortise_ack(event, "{ok:false, error:s, message:s}", error, message);
}

/* A string of the first argument that is neither empty nor too long; NULL
 * otherwise. */
static const char *field(const mortise_event *event, const char *key, int most)
{
    const char *text =
        mortise_text(mortise_get(mortise_arg(event, 0), key), "");
    int length = people_length(text);
    return length >= 1 && length <= most ? text : NULL;
}

/* The sender in the room they named; answers and gives NULL when they are not
 * in it. */
static struct person *member(mortise_socket from, const mortise_event *event)
{
    const char *room = field(event, "room", ROOM_MAX);
    struct person *p = room ? people_find(from, room) : NULL;
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
    const char *room = field(event, "room", ROOM_MAX);
    const char *name = field(event, "name", NAME_LENGTH_MAX);

    if (!room) {
        fail(event, "bad_room", "A room's name has 1 to 64 characters.");
    } else if (!name) {
        fail(event, "bad_name", "A name has 1 to 32 characters.");
    } else if (people_find(from, room)) {
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
    const char *text = field(event, "text", TEXT_MAX);
    struct person *p = member(from, event);

    if (!p)
        return;
    if (!text) {
        fail(event, "bad_text", "A message has 1 to 2000 characters.");
        return;
    }
    mortise_emit(mortise_in(from, p->room), "said",
                 "{room:s, id:I, from:s, name:s, text:s, time:I}", p->room,
                 ++last_id, p->sid, p->name, text, mortise_now());
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

static const mortise_handler handlers[] = {
    {"join", on_join, NULL},
    {"say", on_say, NULL},
    {"who", on_who, NULL},
    {"leave", on_leave, NULL},
    {MORTISE_DISCONNECTING, on_disconnecting, NULL},
};

MORTISE_PLUGIN("chat", "0.1.0", .handlers = MORTISE_TABLE(handlers),
               .fini = people_free,
               .description = "Rooms in which people talk.");
