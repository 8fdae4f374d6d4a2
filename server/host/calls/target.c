/* SPDX-License-Identifier: MIT */
#include "host/calls/target.h"

#include <mortise/sockets.h>

#include "base/error.h"
#include "host/calls/api.h"
#include "host/namespace_pattern.h"
#include "host/calls/plugin_log.h"

#define KNOWN_FLAGS                                                            \
    ((uint32_t)MORTISE_F_VOLATILE | MORTISE_F_ALL | MORTISE_F_LOCAL |          \
     MORTISE_F_UNCOMPRESSED | MORTISE_F_ROOM_LIST | MORTISE_F_EXCEPT_LIST)

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
        plugin_warn(g, "%s: no plugin has a row in the namespace \"%s\"", call,
                    name.p);
    return error;
}

/* Names of rooms: those of the target itself, or of an array that the first
 * of them points to. *ret_rooms: where there is room for the few. */
static int read_rooms(const struct generation *g, const char *call,
                      const char *const *names, uint32_t count,
                      uint32_t is_list, struct str **ret_rooms)
{
    uint32_t most = is_list ? MORTISE_LIST_ROOMS : MORTISE_TARGET_ROOMS;

    if (count > most) {
        plugin_warn(g, "%s: the target has more than %u rooms", call, most);
        return ERR_LIMIT;
    }
    if (is_list) {
        names = (const char *const *)(const void *)names[0];
        *ret_rooms =
            arena_alloc(&g->host->arena, (count + 1) * sizeof(struct str));
        if (!*ret_rooms)
            return ERR_NOMEM;
    }
    for (uint32_t i = 0; i < count; i++)
        (*ret_rooms)[i] = str_z(names[i]);
    return 0;
}

int target_read_any(const struct generation *g, const char *call,
                    const mortise_target *to, struct host_target *ret_target)
{
    struct host_target *t = ret_target;
    bool many = (to->flags & (MORTISE_F_ALL | MORTISE_F_ROOM_LIST)) != 0 ||
                to->room_count > 0;

    if (api_staged(g)) {
        plugin_warn(g,
                    "%s: not while the plugin starts, saves, restores or ends",
                    call);
        return ERR_STAGED;
    }
    if ((to->flags & ~KNOWN_FLAGS) != 0 || to->reserved[0] != 0 ||
        to->reserved[1] != 0) {
        plugin_warn(g, "%s: the target has something unknown in it", call);
        return ERR_INVAL;
    }
    t->rooms = t->few;
    t->except = t->few + MORTISE_TARGET_ROOMS;
    int error = read_rooms(g, call, to->rooms, to->room_count,
                           to->flags & MORTISE_F_ROOM_LIST, &t->rooms);
    if (error == 0)
        error = read_rooms(g, call, to->except, to->except_count,
                           to->flags & MORTISE_F_EXCEPT_LIST, &t->except);
    if (error < 0)
        return error;
    struct sio_socket *socket = api_socket(g, to->socket);
    if (!socket && (!many || to->socket != 0))
        return ERR_GONE;
    t->pattern = NULL;
    t->uncompressed = (to->flags & MORTISE_F_UNCOMPRESSED) != 0;
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
    return socket ? 0 : name_space_of(g, call, to, t);
}

int target_read(const struct generation *g, const char *call,
                const mortise_target *to, struct host_target *ret_target)
{
    int error = target_read_any(g, call, to, ret_target);
    if (error < 0 || !ret_target->pattern)
        return error;
    plugin_warn(g,
                "%s: \"%s\" stands for many namespaces: name the "
                "one that is meant",
                call, ret_target->pattern->name);
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
