/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "socketio/internal.h"

struct delivery {
    struct sio_packet *packet;
    bool is_volatile;
    int count;
};

static void deliver(void *user, struct sio_socket *s)
{
    struct delivery *d = user;
    if (client_send(s->client, d->packet, d->is_volatile) == 0)
        d->count++;
}

int sio_broadcast(const struct sio_target *target, struct sio_packet *packet)
{
    struct sio_server *server = target->name_space->server;
    struct delivery d = {.packet = packet, .is_volatile = target->is_volatile};

    /* Sending changes no membership: whoever has to go waits until we leave. */
    sio_server_enter(server);
    target_visit(target, deliver, &d);
    sio_server_leave(server);
    return d.count;
}
