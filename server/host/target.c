/* SPDX-License-Identifier: MIT */
#include "host/target.h"

#include "base/error.h"
#include "base/log.h"
#include "host/api.h"

/* The namespace a target means; NULL when there is none. */
static struct sio_namespace *name_space_of(const struct generation *g,
                                           const char *call,
                                           const mortise_target *to,
                                           struct sio_socket *socket)
{
    if (socket)
        return sio_socket_namespace(socket);
    const char *name = to->name_space ? to->name_space : g->slot->name_space;
    struct sio_namespace *n = sio_namespace_find(g->host->sio, str_z(name));
    if (!n)
        log_warn(HOST_PLUGIN ": %s: no plugin has a row in the namespace "
                             "\"%s\"",
                 HOST_PLUGIN_ARG(g), call, name);
    return n;
}

int target_read(const struct generation *g, const char *call,
                const mortise_target *to, struct host_target *ret_target)
{
    struct host_target *t = ret_target;
    bool many = (to->flags & MORTISE_F_ALL) != 0 || to->room_count > 0;

    if (api_staged(g))
        return ERR_STAGED;
    if (to->room_count > MORTISE_TARGET_ROOMS ||
        to->except_count > MORTISE_TARGET_ROOMS) {
        log_warn(HOST_PLUGIN ": %s: the target has more than %d rooms",
                 HOST_PLUGIN_ARG(g), call, MORTISE_TARGET_ROOMS);
        return ERR_LIMIT;
    }
    struct sio_socket *socket = api_socket(g, to->socket);
    if (!socket && (!many || to->socket != 0))
        return ERR_GONE;
    struct sio_namespace *n = name_space_of(g, call, to, socket);
    if (!n)
        return ERR_NOENT;

    for (uint32_t i = 0; i < to->room_count; i++)
        t->rooms[i] = str_z(to->rooms[i]);
    for (uint32_t i = 0; i < to->except_count; i++)
        t->except[i] = str_z(to->except[i]);
    t->sio = (struct sio_target){
        .name_space = n,
        .only = many ? NULL : socket,
        .all = (to->flags & MORTISE_F_ALL) != 0,
        .rooms = t->rooms,
        .room_count = to->room_count,
        .except = t->except,
        .except_count = to->except_count,
        .skip = api_socket(g, to->skip),
        .is_volatile = (to->flags & MORTISE_F_VOLATILE) != 0,
    };
    return 0;
}
