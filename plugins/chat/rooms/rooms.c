/* SPDX-License-Identifier: MIT */
#include "rooms/rooms.h"

#include <string.h>

#include <mortise/contract.h>
#include <mortise/sockets.h>
#include <mortise/values.h>

#include "answers.h"
#include "filter/fold.h"
#include "filter/wordlist.h"
#include "people/caller.h"
#include "people/presence.h"
#include "people/targets.h"
#include "people/typists.h"
#include "rooms/views.h"

/* --- what is asked */

/* The name that somebody without an account gives themselves. */
static int take_name(const struct caller *caller, const mortise_event *event)
{
    const char *name = mortise_text_of(event, "name", "");
    int error = 0;

    if (name[0] != '\0' && caller->person->guest)
        error = wordlist_finds(name) ? REFUSED_FILTERED
                                     : people_name(caller->person, name);

    if (error != 0)
        answers_refuse(event, error > 0 ? (enum refusal)error : REFUSED_BUSY,
                       0);
    return error;
}

void rooms_on_hello(mortise_socket from, const mortise_event *event)
{
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) == 0 && take_name(&caller, event) == 0)
        caller_write(&caller, event, OP_HELLO, &ask);
}

void rooms_on_join(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"room", FIELD_ROOM}};
    const char *room = mortise_text_of(event, "room", "");
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) < 0 || take_name(&caller, event) != 0)
        return;
    if (!fold_visible(room) || fold_has_controls(room)) {
        answers_refuse(event, REFUSED_ROOM_NAME, 0);
        return;
    }
    CALLER_TAKE(&ask, event, arguments);
    record_put_int(&ask, FIELD_FILTERED, wordlist_finds(room));
    caller_write(&caller, event, OP_JOIN, &ask);
}

/* An operation whose arguments are taken as they are. */
static void write_as_is(mortise_socket from, const mortise_event *event,
                        enum op op, const struct argument *arguments,
                        size_t count)
{
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) < 0)
        return;
    caller_take(&ask, event, arguments, count);
    caller_write(&caller, event, op, &ask);
}

#define WRITE_AS_IS(op)                                                        \
    write_as_is(from, event, op, arguments,                                    \
                sizeof(arguments) / sizeof(arguments[0]))

void rooms_on_leave(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"room", FIELD_ROOM}};
    WRITE_AS_IS(OP_LEAVE);
}

void rooms_on_create(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"name", FIELD_TITLE},
                                                {"topic", FIELD_TOPIC}};
    const char *name = mortise_text_of(event, "name", "");

    if (!fold_visible(name) || fold_has_controls(name))
        answers_refuse(event, REFUSED_ROOM_NAME, 0);
    else if (wordlist_finds(name) ||
             wordlist_finds(mortise_text_of(event, "topic", "")))
        answers_refuse(event, REFUSED_FILTERED, 0);
    else
        WRITE_AS_IS(OP_CREATE);
}

void rooms_on_invite(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"room", FIELD_ROOM},
                                                {"user", FIELD_TARGET}};
    WRITE_AS_IS(OP_INVITE);
}

void rooms_on_direct(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"user", FIELD_TARGET}};
    WRITE_AS_IS(OP_DIRECT);
}

void rooms_on_topic(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"room", FIELD_ROOM},
                                                {"topic", FIELD_TOPIC}};
    if (wordlist_finds(mortise_text_of(event, "topic", "")))
        answers_refuse(event, REFUSED_FILTERED, 0);
    else
        WRITE_AS_IS(OP_TOPIC);
}

void rooms_on_role(mortise_socket from, const mortise_event *event)
{
    const char *role = mortise_text_of(event, "role", "");
    static const struct argument arguments[] = {{"room", FIELD_ROOM},
                                                {"user", FIELD_TARGET}};
    struct record ask = {0};
    struct caller caller;

    if (caller_of(from, event, &caller) < 0)
        return;
    CALLER_TAKE(&ask, event, arguments);
    record_put_int(&ask, FIELD_ROLE, views_role_of(role));
    caller_write(&caller, event, OP_ROLE, &ask);
}

void rooms_on_who(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {
        {"room", FIELD_ROOM}, {"after", FIELD_AFTER}, {"name", FIELD_TEXT}};

    CALLER_READS(from, event, OP_WHO, arguments);
}

void rooms_on_rooms(mortise_socket from, const mortise_event *event)
{
    static const struct argument arguments[] = {{"after", FIELD_AFTER},
                                                {"find", FIELD_TEXT}};

    CALLER_READS(from, event, OP_ROOMS, arguments);
}

/* --- what has come of it */

/* All sockets of a user hear the room from now on. */
static void subscribe(const char *user, const char *room)
{
    char target[TARGET_SIZE];
    struct names names;

    mortise_join_all(to_user(user, &names), room_of(room, target));
}

static void tell_room(const char *user, mortise_str info)
{
    struct names names;
    mortise_writer out = mortise_begin_emit(to_user(user, &names), "room");

    mortise_open_object(out, NULL);
    views_info(out, info);
    mortise_end(out);
}

static mortise_writer begin_answer(const struct outcome *o)
{
    mortise_writer out = mortise_begin_reply(o->reply);

    mortise_open_object(out, NULL);
    mortise_append(out, "ok:true");
    return out;
}

static void put_info(mortise_writer out, mortise_str info)
{
    mortise_open_object(out, "info");
    views_info(out, info);
    mortise_close(out);
}

/* This socket hears all rooms of the user, and nothing of who is ignored. */
static void enter_all(mortise_socket socket, mortise_str answer)
{
    mortise_str rest = answer, part;
    char target[TARGET_SIZE];

    while (record_next(&rest, FIELD_INFO, &part))
        mortise_join(socket, room_of(record_text(part, FIELD_ROOM), target));
    rest = answer;
    while (record_next(&rest, FIELD_IGNORED, &part))
        mortise_join(socket,
                     ignoring_room(record_text(part, FIELD_TARGET), target));
}

void rooms_told_hello(const struct outcome *o)
{
    mortise_socket socket = (mortise_socket)record_int(o->ask, FIELD_SOCKET);
    struct person *person = people_of(socket);
    mortise_str rest = o->answer, part;

    if (!person || strcmp(person->user, record_text(o->ask, FIELD_USER)) != 0)
        return; /* it has gone, or is somebody else by now */
    /* A guest who comes back has the name of an earlier time, if it is free. */
    if (person->guest)
        people_name(person, record_text(o->answer, FIELD_NAME));
    enter_all(socket, o->answer);
    mortise_writer out = begin_answer(o);
    mortise_append(out, "you:{id:s, name:s, guest:b, moderator:b}",
                   person->user, person->name, person->guest,
                   (int)record_int(o->ask, FIELD_POWERS));
    mortise_open_array(out, "rooms");
    while (record_next(&rest, FIELD_INFO, &part)) {
        mortise_open_object(out, NULL);
        views_info(out, part);
        mortise_close(out);
    }
    mortise_close(out);
    mortise_open_array(out, "invites");
    rest = o->answer;
    while (record_next(&rest, FIELD_ENTRY, &part))
        mortise_append(
            out, "{room:s, name:s, by:{id:s, name:s}}",
            record_text(part, FIELD_ROOM), record_text(part, FIELD_TITLE),
            record_text(part, FIELD_USER), record_text(part, FIELD_NAME));
    mortise_close(out);
    mortise_open_array(out, "ignored");
    rest = o->answer;
    while (record_next(&rest, FIELD_IGNORED, &part))
        mortise_append(out, "{id:s, name:s}", record_text(part, FIELD_TARGET),
                       record_text(part, FIELD_NAME));
    mortise_end(out);
    presence_announce(person, socket);
}

/* An anonymous user may have gone while they were let in. */
static bool is_gone(const struct outcome *o)
{
    return record_int(o->ask, FIELD_ANONYMOUS) &&
           !people_find(record_text(o->ask, FIELD_USER));
}

void rooms_told_join(const struct outcome *o)
{
    const char *user = record_text(o->ask, FIELD_USER);
    const char *name = record_text(o->ask, FIELD_NAME);
    const char *room = record_text(o->ask, FIELD_ROOM);
    bool repeated = record_int(o->answer, FIELD_REPEATED) != 0;
    mortise_str info = record_part(o->answer, FIELD_INFO);
    struct names names;

    if (is_gone(o))
        return;
    subscribe(user, room);
    if (!repeated) {
        mortise_emit(to_others(room, user, &names), "joined",
                     "{room:s, id:s, name:s}", room, user, name);
        tell_room(user, info);
    }
    mortise_writer out = begin_answer(o);
    mortise_append(out, "room:s, you:s, name:s", room, user, name);
    put_info(out, info);
    views_people(out, o->answer);
    mortise_end(out);
}

static void tell_role(const char *room, const char *user, enum role role)
{
    char target[TARGET_SIZE];

    mortise_emit(mortise_all(NULL, room_of(room, target)), "role",
                 "{room:s, id:s, role:s}", room, user, views_role(role));
}

void rooms_put_out(const char *room, const char *user, const char *name,
                   const char *heir)
{
    char target[TARGET_SIZE];
    struct names names;

    mortise_emit(to_room(room, user, &names), "left", "{room:s, id:s, name:s}",
                 room, user, name);
    mortise_leave_all(to_user(user, &names), room_of(room, target));
    typists_forget(room, user);
    if (heir[0] != '\0')
        tell_role(room, heir, ROLE_OWNER);
}

/* A name of one's own choice is held for as long as somebody can be met under
 * it. */
static void free_name(mortise_socket socket)
{
    struct person *person = people_of(socket);
    const char *name;

    if (!person || !person->anonymous)
        return;
    for (uint32_t i = 0; (name = mortise_room_at(socket, i)); i++)
        if (room_address(name))
            return;
    people_drop_name(person);
}

void rooms_told_leave(const struct outcome *o)
{
    const char *room = record_text(o->ask, FIELD_ROOM);

    if (!record_int(o->answer, FIELD_REPEATED))
        rooms_put_out(room, record_text(o->ask, FIELD_USER),
                      record_text(o->ask, FIELD_NAME),
                      record_text(o->answer, FIELD_HEIR));
    free_name((mortise_socket)record_int(o->ask, FIELD_SOCKET));
    mortise_reply_to(o->reply, "{ok:true}");
}

static void answer_room(const struct outcome *o, mortise_str info)
{
    mortise_writer out = begin_answer(o);

    mortise_append(out, "room:s", record_text(info, FIELD_ROOM));
    put_info(out, info);
    mortise_end(out);
}

void rooms_told_create(const struct outcome *o)
{
    mortise_str info = record_part(o->answer, FIELD_INFO);
    const char *user = record_text(o->ask, FIELD_USER);

    subscribe(user, record_text(info, FIELD_ROOM));
    tell_room(user, info);
    answer_room(o, info);
}

void rooms_told_invite(const struct outcome *o)
{
    mortise_str info = record_part(o->answer, FIELD_INFO);
    struct names names;

    mortise_emit(to_user(record_text(o->answer, FIELD_TARGET), &names),
                 "invited", "{room:s, name:s, by:{id:s, name:s}}",
                 record_text(info, FIELD_ROOM), record_text(info, FIELD_TITLE),
                 record_text(o->ask, FIELD_USER),
                 record_text(o->ask, FIELD_NAME));
    mortise_reply_to(o->reply, "{ok:true}");
}

/* Of a new room of two the other one hears too: what it is like for them is
 * the second info. */
void rooms_told_direct(const struct outcome *o)
{
    const char *user = record_text(o->ask, FIELD_USER);
    const char *other = record_text(o->answer, FIELD_TARGET);
    mortise_str rest = o->answer, info, theirs;

    if (!record_next(&rest, FIELD_INFO, &info))
        return;
    subscribe(user, record_text(info, FIELD_ROOM));
    if (!record_int(o->answer, FIELD_REPEATED)) {
        subscribe(other, record_text(info, FIELD_ROOM));
        tell_room(user, info);
        if (record_next(&rest, FIELD_INFO, &theirs))
            tell_room(other, theirs);
    }
    answer_room(o, info);
}

void rooms_told_topic(const struct outcome *o)
{
    const char *room = record_text(o->ask, FIELD_ROOM);
    const char *topic = record_text(o->ask, FIELD_TOPIC);
    char target[TARGET_SIZE];

    mortise_emit(mortise_all(NULL, room_of(room, target)), "topic",
                 "{room:s, topic:s, by:s}", room, topic,
                 record_text(o->ask, FIELD_USER));
    mortise_reply_to(o->reply, "{ok:true}");
}

void rooms_told_role(const struct outcome *o)
{
    tell_role(record_text(o->ask, FIELD_ROOM),
              record_text(o->answer, FIELD_TARGET),
              (enum role)record_int(o->ask, FIELD_ROLE));
    mortise_reply_to(o->reply, "{ok:true}");
}

void rooms_told_who(const struct outcome *o)
{
    mortise_writer out = begin_answer(o);

    mortise_append(out, "room:s", record_text(o->ask, FIELD_ROOM));
    views_people(out, o->answer);
    mortise_end(out);
}

void rooms_told_rooms(const struct outcome *o)
{
    mortise_writer out = begin_answer(o);
    mortise_str rest = o->answer, part;

    mortise_open_array(out, "rooms");
    while (record_next(&rest, FIELD_INFO, &part))
        mortise_append(
            out, "{room:s, topic:s, members:I}", record_text(part, FIELD_ROOM),
            record_text(part, FIELD_TOPIC), record_int(part, FIELD_MEMBERS));
    mortise_close(out);
    mortise_append(out, "more:b", (int)record_int(o->answer, FIELD_MORE));
    mortise_end(out);
}
