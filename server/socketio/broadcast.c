/* SPDX-License-Identifier: MIT */
/* What is done to many sockets at once: they are sent a packet, join or leave a
 * room, or are put out. */
#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

struct delivery {
    const struct sio_target *target;
    struct sio_packet *packet;
    struct sio_fates fates;
};

static void deliver(void *user, struct sio_socket *s)
{
    struct delivery *d = user;
    const struct sio_target *t = d->target;
    int result = t->policy ? client_send_with(s, d->packet, t->policy)
                           : client_send(s->client, d->packet, t->is_volatile);
    if (result == ERR_DROPPED) {
        d->fates.dropped++;
    } else if (result < 0) {
        d->fates.closed++;
    } else {
        d->fates.queued++;
        d->fates.replaced += result > 0;
    }
}

int sio_broadcast(const struct sio_target *target, struct sio_packet *packet)
{
    struct sio_server *server = target->name_space->server;
    struct delivery d = {.target = target, .packet = packet};

    if (target->policy && !policy_valid(target->policy))
        return ERR_INVAL;
    /* Sending changes no membership: whoever has to go waits until we leave. */
    sio_server_enter(server);
    target_visit(target, deliver, &d);
    sio_server_leave(server);
    if (target->ret_fates)
        *target->ret_fates = d.fates;
    return (int)d.fates.queued;
}

/* --- rooms, and the end --- */

struct action {
    struct str room;
    bool close;
    struct sio_notice why;
};

/* Calls `act` for each; how many of the calls returned 0. */
static int act_on(const struct sio_target *target,
                  int (*act)(struct sio_socket *s, const struct action *a),
                  const struct action *a)
{
    struct sio_server *server = target->name_space->server;
    struct sio_socket **sockets;
    uint32_t total;
    int done = 0;

    sio_server_enter(server);
    int error = target_collect(target, &sockets, &total);
    if (error == 0) {
        for (uint32_t i = 0; i < total; i++)
            done += act(sockets[i], a) == 0;
        mem_free(sockets);
    }
    sio_server_leave(server);
    return error < 0 ? error : done;
}

static int join(struct sio_socket *s, const struct action *a)
{
    return sio_socket_join(s, a->room);
}

int sio_target_join(const struct sio_target *target, struct str room)
{
    struct action a = {.room = room};
    return room.n <= SIO_ROOM_MAX ? act_on(target, join, &a) : ERR_LIMIT;
}

static int leave(struct sio_socket *s, const struct action *a)
{
    return sio_socket_leave(s, a->room);
}

int sio_target_leave(const struct sio_target *target, struct str room)
{
    struct action a = {.room = room};
    return act_on(target, leave, &a);
}

static int kick(struct sio_socket *s, const struct action *a)
{
    sio_socket_kick(s, a->close, &a->why);
    return 0;
}

int sio_target_kick(const struct sio_target *target, bool close,
                    const struct sio_notice *why)
{
    struct action a = {
        .close = close,
        .why = why ? *why : sio_notice_of(SIO_NOTICE_DISCONNECTED),
    };
    return act_on(target, kick, &a);
}

void sio_namespace_close(struct sio_namespace *n, const struct sio_notice *why)
{
    struct sio_server *server = n->server;
    struct sio_notice notice =
        why ? *why : sio_notice_of(SIO_NOTICE_DISCONNECTED);
    struct sio_socket *s;
    uint32_t cursor = 0;

    sio_server_enter(server); /* so all of them stay, though they close */
    namespace_forget(n);
    /* Those that are still pending stand nowhere else: it looks at all. */
    while ((s = ids_next(&server->sockets, &cursor))) {
        if (s->name_space != n)
            continue;
        sio_socket_kick(s, false, &notice);
        sio_socket_refuse(s, STR("Invalid namespace"), STR(""));
    }
    sio_server_leave(server);
}
