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

struct sio_room *room_new(struct sio_namespace *n, struct str name)
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

void room_free(struct sio_room *room)
{
    if (!room)
        return;
    mem_free(room->members);
    mem_free(room);
}

/* Most sockets are in `all` and nothing else. */
static int make_place(struct sio_socket *s)
{
    if (s->rooms)
        return mem_grow((void **)&s->rooms, &s->room_cap,
                        (size_t)s->room_count + 1, sizeof(s->rooms[0]));
    s->rooms = mem_alloc(sizeof(s->rooms[0]));
    if (!s->rooms)
        return ERR_NOMEM;
    s->room_cap = 1;
    return 0;
}

int room_add(struct sio_room *room, struct sio_socket *s)
{
    int error = mem_grow((void **)&room->members, &room->cap,
                         (size_t)room->count + 1, sizeof(room->members[0]));
    if (error == 0)
        error = make_place(s);
    if (error < 0)
        return error;
    room->members[room->count] = (struct sio_member){s, s->room_count};
    s->rooms[s->room_count] = (struct sio_membership){room, room->count};
    room->count++;
    s->room_count++;
    return 0;
}

/* Takes the socket out of its at-th room. The last member and the last
 * membership move into the gaps, so both ways stay right. An empty room is
 * gone, but for `all`. */
static void leave_at(struct sio_socket *s, uint32_t at)
{
    struct sio_membership gone = s->rooms[at];
    struct sio_room *room = gone.room;

    struct sio_member last = room->members[--room->count];
    if (gone.index < room->count) {
        room->members[gone.index] = last;
        last.socket->rooms[last.back].index = gone.index;
    }
    struct sio_membership moved = s->rooms[--s->room_count];
    if (at < s->room_count) {
        s->rooms[at] = moved;
        moved.room->members[moved.index].back = at;
    }
    if (room->count == 0 && room != room->name_space->all) {
        struct sio_room *removed =
            table_remove(&room->name_space->rooms, room_name(room));
        assert(removed == room);
        room_free(removed);
    }
}

void rooms_leave_all(struct sio_socket *s)
{
    while (s->room_count > 0)
        leave_at(s, s->room_count - 1);
    mem_free(s->rooms);
    s->rooms = NULL;
    s->room_cap = 0;
}

/* Which of the socket's memberships this room is, or room_count. */
static uint32_t membership(const struct sio_socket *s,
                           const struct sio_room *room)
{
    uint32_t at = 0;
    while (at < s->room_count && s->rooms[at].room != room)
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
    if (room && membership(s, room) < s->room_count)
        return 0;
    if (s->room_count > s->client->server->options.rooms_per_socket)
        return ERR_LIMIT; /* `all` is not counted */
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
    uint32_t at = room ? membership(s, room) : s->room_count;
    if (at == s->room_count)
        return ERR_NOENT;
    leave_at(s, at);
    return 0;
}

bool sio_socket_in(const struct sio_socket *s, struct str name)
{
    if (s->room_count > 0 && str_eq(name, sio_socket_sid(s)))
        return true;
    const struct sio_room *room = room_find(s->name_space, name);
    return room && membership(s, room) < s->room_count;
}

uint32_t sio_room_size(const struct sio_namespace *n, struct str name)
{
    const struct sio_room *room = room_find(n, name);
    uint32_t size = room ? room->count : 0;
    return size + (table_get(&n->sockets, name) ? 1 : 0);
}

uint32_t sio_namespace_size(const struct sio_namespace *n)
{
    return n->all->count;
}

struct str sio_socket_room(const struct sio_socket *s, uint32_t index)
{
    if (index >= s->room_count)
        return str_of(NULL, 0);
    /* `all` has the first place; to whoever asks it is the socket's own id. */
    return index == 0 ? sio_socket_sid(s) : room_name(s->rooms[index].room);
}

struct str sio_namespace_room(const struct sio_namespace *n, uint32_t *cursor,
                              uint32_t *ret_size)
{
    const struct sio_room *room = table_next(&n->rooms, cursor);

    *ret_size = room ? room->count : 0;
    return room ? room_name(room) : (struct str){NULL, 0};
}
