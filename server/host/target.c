/* SPDX-License-Identifier: MIT */
#include "host/target.h"

#include "base/error.h"
#include "base/log.h"
#include "host/api.h"
#include "host/namespace_pattern.h"

/* The namespace, or pattern, that a target means. Where a pattern fits the name
 * it is there, with nobody in it if need be. */
static int name_space_of(const struct generation *g, const char *call,
                         const mortise_target *to, struct host_target *t)
{
    struct str name = str_z(to->name_space ? to->name_space : g->name_space);
    if (namespace_pattern_is(name))
        t->pattern = registry_pattern(g->host->lineup->registry, name);
    if (t->pattern)
        return 0;
    int error = sio_namespace_want(g->host->sio, name, &t->sio.name_space);
    if (error == ERR_NOENT)
        log_warn(HOST_PLUGIN ": %s: no plugin has a row in the namespace "
                             "\"%s\"",
                 HOST_PLUGIN_ARG(g), call, name.p);
    return error;
}

int target_read_any(const struct generation *g, const char *call,
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
    t->pattern = NULL;
    t->sio = (struct sio_target){
        .name_space = socket ? sio_socket_namespace(socket) : NULL,
        .only = many ? NULL : socket,
        .all = (to->flags & MORTISE_F_ALL) != 0,
        .rooms = t->rooms,
        .room_count = to->room_count,
        .except = t->except,
        .except_count = to->except_count,
        .skip = api_socket(g, to->skip),
        .is_volatile = (to->flags & MORTISE_F_VOLATILE) != 0,
    };
    for (uint32_t i = 0; i < to->room_count; i++)
        t->rooms[i] = str_z(to->rooms[i]);
    for (uint32_t i = 0; i < to->except_count; i++)
        t->except[i] = str_z(to->except[i]);
    return socket ? 0 : name_space_of(g, call, to, t);
}

int target_read(const struct generation *g, const char *call,
                const mortise_target *to, struct host_target *ret_target)
{
    int error = target_read_any(g, call, to, ret_target);
    if (error < 0 || !ret_target->pattern)
        return error;
    log_warn(HOST_PLUGIN ": %s: \"%s\" stands for many namespaces: name the "
                         "one that is meant",
             HOST_PLUGIN_ARG(g), call, ret_target->pattern->name);
    return ERR_NOENT;
}

bool target_next(const struct generation *g, struct host_target *t,
                 uint32_t *cursor)
{
    struct sio_namespace *n;
    while ((n = sio_namespace_next(g->host->sio, cursor)) &&
           sio_namespace_data(n) != t->pattern)
        ;
    t->sio.name_space = n;
    return n != NULL;
}
