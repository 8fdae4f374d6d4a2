/* SPDX-License-Identifier: MIT */
#include "base/error.h"
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
