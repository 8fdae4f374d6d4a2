/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"
#include "socketio/pace.h"

/* Of one message: the nodes of its JSON and what handlers make meanwhile. */
#define ARENA_MAX ((size_t)256 << 20)

const char *sio_reason_text(enum sio_reason reason)
{
    static const char *const texts[] = {
#define REASON_TEXT(name, text) [SIO_##name] = text,
        SIO_REASON_MAP(REASON_TEXT)
#undef REASON_TEXT
    };
    return texts[reason];
}

struct sio_server *sio_server_new(struct timers *timers,
                                  const struct sio_options *options,
                                  const struct sio_events *events, void *user)
{
    struct sio_server *server = mem_zalloc(sizeof(*server));
    if (!server)
        return NULL;
    server->timers = timers;
    paces_init(&server->addresses);
    paces_init(&server->users);
    sio_server_set_options(server, options);
    server->events = events;
    server->user = user;
    table_init(&server->namespaces);
    ids_init(&server->sockets);
    arena_init(&server->arena, ARENA_MAX);
    STAILQ_INIT(&server->news);
    TAILQ_INIT(&server->surveys);
    TAILQ_INIT(&server->idle);
    return server;
}

void sio_server_free(struct sio_server *server)
{
    if (!server)
        return;
    assert(server->clients == 0 && server->depth == 0);
    assert(TAILQ_EMPTY(&server->surveys) && server->kept_answers == 0);
    assert(TAILQ_EMPTY(&server->idle));
    uint32_t cursor = 0;
    struct sio_namespace *n;
    while ((n = table_next(&server->namespaces, &cursor)))
        namespace_free(n);
    table_free(&server->namespaces);
    ids_free(&server->sockets);
    paces_clear(&server->addresses);
    paces_clear(&server->users);
    arena_free(&server->arena);
    mem_free(server);
}

void sio_server_set_options(struct sio_server *server,
                            const struct sio_options *options)
{
    server->options = *options;
    if (server->kept_depth < options->json_depth)
        server->kept_depth = options->json_depth;
    pace_options_changed(server);
}

void sio_server_set_intake(struct sio_server *server, struct intake *intake)
{
    server->intake = intake;
}

void sio_server_trim(struct sio_server *server)
{
    uint32_t cursor = 0;
    struct sio_namespace *n;

    assert(server->depth == 0);
    while ((n = table_next(&server->namespaces, &cursor)))
        rooms_trim(n);
    table_trim(&server->namespaces);
    arena_free(&server->arena);
    pace_trim(server);
}

void sio_server_enter(struct sio_server *server)
{
    server->depth++;
}

void sio_server_leave(struct sio_server *server)
{
    assert(server->depth > 0);
    /* Still inside while telling: what comes about then is told in this same
     * loop, one after the other. */
    while (server->depth == 1) {
        if (!STAILQ_EMPTY(&server->news))
            socket_tell(STAILQ_FIRST(&server->news));
        else if (!TAILQ_EMPTY(&server->surveys))
            survey_tell(TAILQ_FIRST(&server->surveys));
        else if (!TAILQ_EMPTY(&server->idle))
            namespace_idle(TAILQ_FIRST(&server->idle));
        else
            break;
    }
    server->depth--;
}

uint32_t sio_server_clients(const struct sio_server *server)
{
    return server->clients;
}

uint64_t sio_server_ended(const struct sio_server *server,
                          enum sio_notice_code code)
{
    return server->ended[code];
}

uint64_t sio_server_dropped(const struct sio_server *server, enum sio_drop why)
{
    return server->dropped[why];
}
