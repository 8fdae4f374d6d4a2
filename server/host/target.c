/* SPDX-License-Identifier: MIT */
#include "host/target.h"

#include "base/error.h"
#include "base/log.h"
#include "host/api.h"
#include "host/namespace_pattern.h"

/* The namespace a target means. Where a pattern fits the name it is there,
 * with nobody in it if need be. */
static int name_space_of(const struct generation *g, const char *call,
                         const mortise_target *to, struct sio_socket *socket,
                         struct sio_namespace **ret_namespace)
{
    if (socket) {
        *ret_namespace = sio_socket_namespace(socket);
        return 0;
    }
    struct str name =
        str_z(to->name_space ? to->name_space : g->name_space);
    int error = sio_namespace_want(g->host->sio, name, ret_namespace);
    if (error == ERR_NOENT && namespace_pattern_is(name))
        log_warn(HOST_PLUGIN ": %s: \"%s\" stands for many namespaces: name "
                             "the one that is meant",
                 HOST_PLUGIN_ARG(g), call, name.p);
    else if (error == ERR_NOENT)
        log_warn(HOST_PLUGIN ": %s: no plugin has a row in the namespace "
                             "\"%s\"",
                 HOST_PLUGIN_ARG(g), call, name.p);
    return error;
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
    struct sio_namespace *n;
    int error = name_space_of(g, call, to, socket, &n);
    if (error < 0)
        return error;

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
