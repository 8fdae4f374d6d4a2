/* SPDX-License-Identifier: MIT */
/* A server: its options and numbers, and what its sessions tell it. On top of
 * the floor: nobody here calls it. */
#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/dialect.h"
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

static const struct sio_tellers tellers = {
    .socket = socket_tell,
    .survey = survey_tell,
    .idle = namespace_idle,
};

struct sio_server *sio_server_new(struct timers *timers,
                                  const struct sio_options *options,
                                  const struct sio_events *events, void *user)
{
    struct sio_server *server = mem_zalloc(sizeof(*server));
    if (!server)
        return NULL;
    server->timers = timers;
    server->tellers = &tellers;
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

/* --- what its sessions tell --- */

/* A client of revision 4 takes it for granted that it is in "/". */
static void begin_in_main(struct sio_client *client)
{
    struct sio_server *server = client->server;

    sio_server_enter(server);
    int error = socket_ask(client, STR("/"), client_no_auth);
    if (error < 0)
        client_break(client, error);
    arena_reset(&server->arena);
    sio_server_leave(server);
}

static void session_open(void *user, struct eio_session *session)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);

    client_begin(client, server);
    if (client_owes(client, NULL) < 0)
        client_fail(client, SIO_NOTICE_OUT_OF_MEMORY);
    else if (dialect_of(client)->begins_in_main)
        begin_in_main(client);
}

static void session_message(void *user, struct eio_session *session,
                            bool binary, char *p, size_t n)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);

    sio_server_enter(server);
    client_hear(client, binary, str_of(p, n));
    arena_reset(&server->arena);
    sio_server_leave(server);
}

static enum sio_reason reason_of(enum eio_reason reason)
{
    switch (reason) {
    case EIO_TRANSPORT_CLOSE:
        return SIO_TRANSPORT_CLOSE;
    case EIO_TRANSPORT_ERROR:
        return SIO_TRANSPORT_ERROR;
    case EIO_PING_TIMEOUT:
        return SIO_PING_TIMEOUT;
    case EIO_PARSE_ERROR:
        return SIO_PARSE_ERROR;
    case EIO_FORCED_CLOSE:
        return SIO_FORCED_CLOSE;
    case EIO_SHUTTING_DOWN:
        return SIO_SERVER_SHUTTING_DOWN;
    }
    return SIO_TRANSPORT_ERROR;
}

static enum sio_notice_code notice_of(enum eio_reason reason)
{
    static const enum sio_notice_code codes[] = {
        [EIO_TRANSPORT_CLOSE] = SIO_NOTICE_TRANSPORT_ERROR,
        [EIO_TRANSPORT_ERROR] = SIO_NOTICE_TRANSPORT_ERROR,
        [EIO_PING_TIMEOUT] = SIO_NOTICE_PING_TIMEOUT,
        [EIO_PARSE_ERROR] = SIO_NOTICE_PROTOCOL_ERROR,
        [EIO_FORCED_CLOSE] = SIO_NOTICE_DISCONNECTED,
        [EIO_SHUTTING_DOWN] = SIO_NOTICE_SHUTTING_DOWN,
    };
    return codes[reason];
}

static void session_close(void *user, struct eio_session *session,
                          enum eio_reason reason)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);

    sio_server_enter(server);
    /* One that left by itself was ended by nobody; others could not always be
     * told. */
    if (reason != EIO_TRANSPORT_CLOSE)
        client_count_end(client, sio_notice_of(notice_of(reason)).code, true);
    client_end(client, reason_of(reason));
    sio_server_leave(server);
}

static void session_drain(void *user, struct eio_session *session)
{
    struct sio_server *server = user;
    struct sio_client *client = eio_session_data(session);
    struct sio_socket *s;

    sio_server_enter(server);
    client_release(client);
    if (!client->held) {
        SLIST_FOREACH(s, &client->sockets, link)
        if (s->state == SOCKET_JOINED && server->events->drain)
            server->events->drain(server->user, s);
    }
    sio_server_leave(server);
}

/* The engine ends a session by itself; the client can still be told. */
static void session_closing(void *user, struct eio_session *session,
                            enum eio_reason reason)
{
    client_notice(eio_session_data(session), notice_of(reason));
}

const struct eio_events sio_eio_events = {
    .data_size = sizeof(struct sio_client),
    .open = session_open,
    .message = session_message,
    .close = session_close,
    .drain = session_drain,
    .closing = session_closing,
};
