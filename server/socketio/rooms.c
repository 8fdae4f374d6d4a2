/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

static struct str room_name(const struct sio_room *room)
{
    return str_of(room->name, room->name_length);
}

struct sio_room *room_find(const struct sio_namespace *n, struct str name)
{
    return table_get(&n->rooms, name);
}

static struct sio_room *room_new(struct sio_namespace *n, struct str name)
{
    struct sio_room *room = mem_zalloc(sizeof(*room) + name.n);
    if (!room)
        return NULL;
    room->name_space = n;
    room->name_length = (uint32_t)name.n;
    if (name.n > 0)
        memcpy(room->name, name.p, name.n);
    return room;
}

static void room_free(struct sio_room *room)
{
    mem_free(room->members);
    mem_free(room);
}

/* --- the namespace --- */

int rooms_enter(struct sio_socket *s)
{
    struct sio_namespace *n = s->name_space;
    uint32_t place = n->sockets.count;
    int error = mem_grow((void **)&n->all, &n->all_cap, (size_t)place + 1,
                         sizeof(struct sio_socket *));

    if (error == 0)
        error = lookup_add(&n->sockets, s);
    if (error < 0)
        return error;
    n->all[place] = s;
    s->place = place;
    s->entered = true;
    return 0;
}

/* The last one moves into its place. */
static void leave_namespace(struct sio_socket *s)
{
    struct sio_namespace *n = s->name_space;
    bool removed = lookup_remove(&n->sockets, s);

    assert(removed && n->all[s->place] == s);
    struct sio_socket *last = n->all[n->sockets.count];
    n->all[s->place] = last;
    last->place = s->place;
    s->entered = false;
}

void rooms_trim(struct sio_namespace *n)
{
    struct sio_room *room;
    uint32_t cursor = 0;

    while ((room = table_next(&n->rooms, &cursor)))
        mem_shrink((void **)&room->members, &room->cap, room->count,
                   sizeof(room->members[0]));
    table_trim(&n->rooms);
    lookup_trim(&n->sockets);
    mem_shrink((void **)&n->all, &n->all_cap, n->sockets.count,
               sizeof(struct sio_socket *));
}

/* --- rooms with a name --- */

/* Room for one more membership; most have none, and many of the others one. */
static int make_place(struct sio_socket *s)
{
    uint32_t count = rooms_count(s);
    struct sio_memberships *rooms = s->rooms;

    if (rooms && count < rooms->cap)
        return 0;
    uint32_t cap = count > 0 ? count * 2 : 1;
    rooms = mem_realloc(rooms, sizeof(*rooms) + cap * sizeof(rooms->at[0]));
    if (!rooms)
        return ERR_NOMEM;
    rooms->count = count;
    rooms->cap = cap;
    s->rooms = rooms;
    return 0;
}

static int room_add(struct sio_room *room, struct sio_socket *s)
{
    int error = mem_grow((void **)&room->members, &room->cap,
                         (size_t)room->count + 1, sizeof(room->members[0]));
    if (error == 0)
        error = make_place(s);
    if (error < 0)
        return error;
    struct sio_memberships *rooms = s->rooms;
    room->members[room->count] = (struct sio_member){s, rooms->count};
    rooms->at[rooms->count] = (struct sio_membership){room, room->count};
    room->count++;
    rooms->count++;
    return 0;
}

/* Takes the socket out of its at-th room. The last member and the last
 * membership move into the gaps, so both ways stay right. An empty room is
 * gone. */
static void leave_at(struct sio_socket *s, uint32_t at)
{
    struct sio_memberships *rooms = s->rooms;
    struct sio_membership gone = rooms->at[at];
    struct sio_room *room = gone.room;

    struct sio_member last = room->members[--room->count];
    if (gone.index < room->count) {
        room->members[gone.index] = last;
        last.socket->rooms->at[last.back].index = gone.index;
    }
    struct sio_membership moved = rooms->at[--rooms->count];
    if (at < rooms->count) {
        rooms->at[at] = moved;
        moved.room->members[moved.index].back = at;
    }
    if (room->count == 0) {
        struct sio_room *removed =
            table_remove(&room->name_space->rooms, room_name(room));
        assert(removed == room);
        room_free(removed);
    }
}

void rooms_leave_all(struct sio_socket *s)
{
    while (rooms_count(s) > 0)
        leave_at(s, s->rooms->count - 1);
    mem_free(s->rooms);
    s->rooms = NULL;
    if (s->entered)
        leave_namespace(s);
}

/* Which of the socket's memberships this room is, or rooms_count(). */
static uint32_t membership(const struct sio_socket *s,
                           const struct sio_room *room)
{
    uint32_t at = 0;
    while (at < rooms_count(s) && s->rooms->at[at].room != room)
        at++;
    return at;
}

int sio_socket_join(struct sio_socket *s, struct str name)
{
    if (s->state != SOCKET_JOINED)
        return ERR_CLOSED;
    if (name.n > SIO_ROOM_MAX)
        return ERR_LIMIT;
    if (str_eq(name, sio_socket_sid(s)))
        return 0; /* everybody is in the room of their own id */

    struct sio_namespace *n = s->name_space;
    struct sio_room *room = room_find(n, name);
    if (room && membership(s, room) < rooms_count(s))
        return 0;
    if (rooms_count(s) >= s->client->server->options.rooms_per_socket)
        return ERR_LIMIT; /* that of its own id is not counted */
    if (room)
        return room_add(room, s);

    room = room_new(n, name);
    if (!room)
        return ERR_NOMEM;
    int error = table_add(&n->rooms, room_name(room), room);
    if (error == 0) {
        error = room_add(room, s);
        if (error < 0)
            table_remove(&n->rooms, room_name(room));
    }
    if (error < 0)
        room_free(room);
    return error;
}

int sio_socket_leave(struct sio_socket *s, struct str name)
{
    struct sio_room *room = room_find(s->name_space, name);
    uint32_t at = room ? membership(s, room) : rooms_count(s);
    if (at == rooms_count(s))
        return ERR_NOENT;
    leave_at(s, at);
    return 0;
}

bool sio_socket_in(const struct sio_socket *s, struct str name)
{
    if (s->entered && str_eq(name, sio_socket_sid(s)))
        return true;
    const struct sio_room *room = room_find(s->name_space, name);
    return room && membership(s, room) < rooms_count(s);
}

uint32_t sio_room_size(const struct sio_namespace *n, struct str name)
{
    const struct sio_room *room = room_find(n, name);
    uint32_t size = room ? room->count : 0;
    return size + (lookup_get(&n->sockets, name) ? 1 : 0);
}

uint32_t sio_namespace_size(const struct sio_namespace *n)
{
    return n->sockets.count;
}

struct str sio_socket_room(const struct sio_socket *s, uint32_t index)
{
    if (!s->entered || index > rooms_count(s))
        return str_of(NULL, 0);
    return index == 0 ? sio_socket_sid(s)
                      : room_name(s->rooms->at[index - 1].room);
}

struct str sio_namespace_room(const struct sio_namespace *n, uint32_t *cursor,
                              uint32_t *ret_size)
{
    const struct sio_room *room = table_next(&n->rooms, cursor);

    *ret_size = room ? room->count : 0;
    return room ? room_name(room) : (struct str){NULL, 0};
}
