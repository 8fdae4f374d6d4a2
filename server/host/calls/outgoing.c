/* SPDX-License-Identifier: MIT */
#include "host/calls/outgoing.h"

#include <string.h>

#include "base/mem.h"
#include "host/calls/api.h"
#include "host/calls/format.h"

#define ARENA_MAX ((size_t)256 << 20)

/* Something that was emitted. */
struct sighting {
    TAILQ_ENTRY(sighting) link;
    struct sio_packet *packet;
    uint64_t socket; /* 0: many */
    /* It is told of before the floor below is left, so this is still good. */
    struct sio_namespace *name_space;
    char event[];
};

void outgoing_note(struct host *host, struct sio_namespace *n,
                   struct sio_socket *to, const char *event,
                   struct sio_packet *packet)
{
    const struct host_namespace *space = sio_namespace_data(n);
    if (host->telling || space->moments[MOMENT_OUTGOING].count == 0)
        return;
    size_t length = strlen(event) + 1;
    struct sighting *sighting = mem_alloc(sizeof(*sighting) + length);
    if (!sighting)
        return; /* a look-out that is short of memory sees less */
    sighting->packet = sio_packet_ref(packet);
    sighting->socket = to ? sio_socket_handle(to) : 0;
    sighting->name_space = n;
    memcpy(sighting->event, event, length);
    TAILQ_INSERT_TAIL(&host->seen, sighting, link);
}

static void sighting_free(struct sighting *sighting)
{
    sio_packet_unref(sighting->packet);
    mem_free(sighting);
}

static void tell(struct host *host, const struct sighting *sighting)
{
    const struct host_namespace *n = sio_namespace_data(sighting->name_space);
    const struct route_list *list = &n->moments[MOMENT_OUTGOING];
    struct arena arena;
    struct json *args;

    arena_init(&arena, ARENA_MAX);
    /* What cannot be read back is something nobody can be told of. */
    if (sio_packet_read(sighting->packet, &arena,
                        host->json_depth + FORMAT_DEPTH_MAX, &args) < 0)
        args = NULL;
    for (uint32_t i = 0; args && i < list->count; i++) {
        struct host_call call = {
            .event = {.name = sighting->event,
                      .name_space = sio_namespace_name(sighting->name_space).p,
                      .argc = args->count - 1},
            .socket = sio_socket_find(host->sio, sighting->socket),
            .first = args->child->next,
        };
        struct generation *g =
            host->lineup->members[list->routes[i].member].generation;
        host_run(host, g, &g->handlers.rows[list->routes[i].row], &call);
    }
    arena_free(&arena);
}

void outgoing_tell(struct host *host)
{
    struct sighting *sighting;

    if (host->telling)
        return;
    host->telling = true;
    while ((sighting = TAILQ_FIRST(&host->seen))) {
        TAILQ_REMOVE(&host->seen, sighting, link);
        tell(host, sighting);
        sighting_free(sighting);
    }
    host->telling = false;
}

void outgoing_drop(struct host *host)
{
    struct sighting *sighting;
    while ((sighting = TAILQ_FIRST(&host->seen))) {
        TAILQ_REMOVE(&host->seen, sighting, link);
        sighting_free(sighting);
    }
}
