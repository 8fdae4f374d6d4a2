/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "socketio/internal.h"

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
    server->options = *options;
    server->events = events;
    server->user = user;
    table_init(&server->namespaces);
    ids_init(&server->sockets);
    arena_init(&server->arena, ARENA_MAX);
    TAILQ_INIT(&server->news);
    TAILQ_INIT(&server->surveys);
    return server;
}

static void namespace_free(struct sio_namespace *n)
{
    if (!n)
        return;
    assert(n->rooms.count == 0 && n->sockets.count == 0);
    table_free(&n->rooms);
    table_free(&n->sockets);
    room_free(n->all);
    mem_free(n);
}

void sio_server_free(struct sio_server *server)
{
    if (!server)
        return;
    assert(server->clients == 0 && server->depth == 0);
    assert(TAILQ_EMPTY(&server->surveys) && server->kept_answers == 0);
    uint32_t cursor = 0;
    struct sio_namespace *n;
    while ((n = table_next(&server->namespaces, &cursor)))
        namespace_free(n);
    table_free(&server->namespaces);
    ids_free(&server->sockets);
    arena_free(&server->arena);
    mem_free(server);
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
        if (!TAILQ_EMPTY(&server->news))
            socket_tell(TAILQ_FIRST(&server->news));
        else if (!TAILQ_EMPTY(&server->surveys))
            survey_tell(TAILQ_FIRST(&server->surveys));
        else
            break;
    }
    server->depth--;
}

static bool name_fits(struct str name)
{
    return name.n > 0 && name.n <= SIO_NAMESPACE_MAX && name.p[0] == '/' &&
           str_find(name, ',') == name.n && utf8_valid(name.p, name.n);
}

int sio_namespace_open(struct sio_server *server, struct str name, void *data,
                       struct sio_namespace **ret_namespace)
{
    if (!name_fits(name))
        return ERR_INVAL;
    struct sio_namespace *n = mem_zalloc(sizeof(*n) + name.n);
    if (!n)
        return ERR_NOMEM;
    n->server = server;
    n->data = data;
    n->name_length = (uint32_t)name.n;
    memcpy(n->name, name.p, name.n);
    table_init(&n->rooms);
    table_init(&n->sockets);
    n->all = room_new(n, STR(""));
    int error = n->all
                    ? table_add(&server->namespaces, sio_namespace_name(n), n)
                    : ERR_NOMEM;
    if (error < 0) {
        namespace_free(n);
        return error;
    }
    *ret_namespace = n;
    return 0;
}

struct sio_namespace *sio_namespace_find(const struct sio_server *server,
                                         struct str name)
{
    return table_get(&server->namespaces, name);
}

void *sio_namespace_data(const struct sio_namespace *n)
{
    return n->data;
}

struct str sio_namespace_name(const struct sio_namespace *n)
{
    return str_of(n->name, n->name_length);
}

uint32_t sio_server_clients(const struct sio_server *server)
{
    return server->clients;
}
