/* SPDX-License-Identifier: MIT */
#include "people/presence.h"

#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>
#include <mortise/sockets.h>

#include "options.h"
#include "people/targets.h"
#include "people/typists.h"
#include "work/operations.h"

/* --- rooms of the host, one behind the other with their NULs */

struct list {
    char *names;
    size_t n;
};

static int add(struct list *list, const char *name)
{
    size_t n = strlen(name) + 1;
    char *names = mortise_realloc(list->names, list->n + n);

    if (!names)
        return MORTISE_ENOMEM;
    memcpy(names + list->n, name, n);
    list->names = names;
    list->n += n;
    return 0;
}

/* The chat's rooms that a socket is in. What memory does not suffice for is
 * not told, and no more. */
static struct list rooms_of(mortise_socket socket)
{
    struct list list = {0};
    const char *name;

    for (uint32_t i = 0; (name = mortise_room_at(socket, i)); i++)
        if (room_address(name) && add(&list, name) < 0)
            break;
    return list;
}

/* All of them: NULL begins, NULL is the end. */
static const char *next_name(const struct list *list, const char *name)
{
    name = name ? name + strlen(name) + 1 : list->names;
    return name && name < list->names + list->n ? name : NULL;
}

/* --- telling */

static void tell(const struct person *person, struct list rooms, bool online)
{
    const char *names[MORTISE_LIST_ROOMS];
    char own[TARGET_SIZE], ignoring[TARGET_SIZE];
    uint32_t count = 0;

    /* In a crowd everybody's coming and going would be news for everybody. */
    for (const char *name = NULL; (name = next_name(&rooms, name));)
        if (count < MORTISE_LIST_ROOMS &&
            mortise_room_size(NULL, name) <= (int)options.presence)
            names[count++] = name;
    if (count == 0)
        return;
    mortise_target to = mortise_rooms(mortise_all(NULL, NULL), names, count);
    to = mortise_except(to, user_room(person->user, own));
    to = mortise_except(to, ignoring_room(person->user, ignoring));
    mortise_emit(to, "presence", "{id:s, name:s, online:b}", person->user,
                 person->name, online);
}

void presence_announce(struct person *person, mortise_socket socket)
{
    if (person->announced || person->anonymous)
        return; /* joining is news enough of somebody who is nowhere else */
    struct list rooms = rooms_of(socket);
    person->announced = true;
    tell(person, rooms, true);
    mortise_free(rooms.names);
}

void presence_withdraw(const char *user, mortise_str answer)
{
    struct person *person = people_find(user);
    struct list rooms = {0};
    char name[TARGET_SIZE];
    struct names names;
    mortise_str part;

    typists_stop_all(user);
    while (record_next(&answer, FIELD_ROOM, &part)) {
        mortise_leave_all(to_user(user, &names), room_of(part.p, name));
        if (person && person->announced && add(&rooms, name) < 0)
            break;
    }
    if (!person)
        return;
    tell(person, rooms, false);
    mortise_free(rooms.names);
    person->announced = false;
    mortise_free(person->rooms); /* who is going has gone already */
    person->rooms = NULL;
    person->rooms_size = 0;
}

/* --- coming */

struct person *presence_arrive(mortise_socket socket, const char *user,
                               const char *name, bool guest, bool anonymous)
{
    char own[TARGET_SIZE];
    struct person *person;

    if (mortise_join(socket, user_room(user, own)) < 0)
        return NULL;
    person = people_arrive(socket, user, name, guest, anonymous);
    if (!person) {
        mortise_leave(socket, own);
        return NULL;
    }
    mortise_cancel(person->going);
    person->going = 0;
    return person;
}

/* --- going */

/* Nobody can come back as them. */
static void forget(struct person *person, mortise_socket socket,
                   struct list rooms)
{
    struct record ask = {0};
    struct names names;

    for (const char *name = NULL; (name = next_name(&rooms, name));)
        mortise_emit(to_others(room_address(name), person->user, &names),
                     "left", "{room:s, id:s, name:s}", room_address(name),
                     person->user, person->name);
    record_put(&ask, FIELD_USER, person->user);
    if (ask.error == 0)
        operations_write(OP_FORGET, 0, record_bytes(&ask));
    record_free(&ask);
    people_remove(person);
}

static void depart(mortise_socket socket)
{
    struct person *person = people_depart(socket);
    struct list rooms;

    if (!person || person->sockets > 0)
        return;
    typists_stop_all(person->user);
    rooms = rooms_of(socket);
    if (person->anonymous) {
        forget(person, socket, rooms);
        mortise_free(rooms.names);
        return;
    }
    mortise_free(person->rooms);
    person->rooms = rooms.names;
    person->rooms_size = rooms.n;
    person->going =
        mortise_after("gone", options.grace_ms, 0, person->by_user.hash);
    if (person->going == 0) /* too many timers */
        people_remove(person);
}

void presence_leave(mortise_socket socket)
{
    struct list all = {0};
    const char *name;

    depart(socket);
    for (uint32_t i = 0; (name = mortise_room_at(socket, i)); i++)
        if (name[0] != '\0' && name[1] == ':' && add(&all, name) < 0)
            break;
    for (const char *each = NULL; (each = next_name(&all, each));)
        mortise_leave(socket, each);
    mortise_free(all.names);
}

void presence_on_disconnecting(mortise_socket from, const mortise_event *event)
{
    depart(from);
}

void presence_on_gone(mortise_socket none, const mortise_event *event)
{
    struct person *person = people_going(event->cookie);

    if (!person)
        return;
    person->going = 0;
    tell(person, (struct list){person->rooms, person->rooms_size}, false);
    people_remove(person);
}
