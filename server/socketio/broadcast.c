/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "socketio/internal.h"

struct delivery {
    const struct sio_target *target;
    struct sio_packet *packet;
    uint64_t mark; /* sockets that carry it have had their turn; 0: no need */
    int count;
};

static void deliver(struct delivery *d, struct sio_socket *s)
{
    if (d->mark != 0) {
        if (s->mark == d->mark)
            return;
        s->mark = d->mark;
    }
    if (s == d->target->skip || s->state != SOCKET_JOINED)
        return;
    if (client_send(s->client, d->packet, d->target->is_volatile) == 0)
        d->count++;
}

static void deliver_room(struct delivery *d, const struct sio_room *room)
{
    for (uint32_t i = 0; i < room->count; i++)
        deliver(d, room->members[i].socket);
}

/* A name is that of a room, of a socket (its own room), or both. */
static void deliver_name(struct delivery *d, struct str name)
{
    const struct sio_namespace *n = d->target->name_space;
    const struct sio_room *room = room_find(n, name);
    if (room)
        deliver_room(d, room);
    struct sio_socket *alone = table_get(&n->sockets, name);
    if (alone)
        deliver(d, alone);
}

/* Gives everybody in these rooms the mark, as if they had been served. */
static void mark_excepted(const struct sio_target *t, uint64_t mark)
{
    for (uint32_t i = 0; i < t->except_count; i++) {
        const struct sio_room *room = room_find(t->name_space, t->except[i]);
        for (uint32_t k = 0; room && k < room->count; k++)
            room->members[k].socket->mark = mark;
        struct sio_socket *alone =
            table_get(&t->name_space->sockets, t->except[i]);
        if (alone)
            alone->mark = mark;
    }
}

int sio_broadcast(const struct sio_target *target, struct sio_packet *packet)
{
    struct sio_namespace *n = target->name_space;
    struct delivery d = {.target = target, .packet = packet};

    /* Sending changes no membership: whoever has to go waits until we leave. */
    sio_server_enter(n->server);
    if (target->except_count > 0 || (!target->all && target->room_count > 1)) {
        d.mark = ++n->mark;
        mark_excepted(target, d.mark);
    }
    if (target->all) {
        deliver_room(&d, n->all);
    } else {
        for (uint32_t i = 0; i < target->room_count; i++)
            deliver_name(&d, target->rooms[i]);
    }
    sio_server_leave(n->server);
    return d.count;
}
