/* SPDX-License-Identifier: MIT */
/* The end of the server: of each session at once, or as soon as its client can
 * hear of it. */
#include "engineio/session.h"

struct eio_session *shutdown_next(const struct eio_server *server)
{
    struct eio_session *s = TAILQ_FIRST(&server->known);
    return s ? s : TAILQ_FIRST(&server->fresh);
}

/*
 * A stock client stops polling for an upgrade, and begins to listen to its
 * WebSocket when that has finished. If it is closed in between, the client
 * hears of nothing before its ping's timeout.
 */
static bool is_deaf(const struct eio_session *s)
{
    return s->state == SESSION_OPEN && s->upgrade &&
           upgrade_probed(s->upgrade) && !s->get;
}

static void end_others(struct eio_server *server)
{
    struct eio_session *s;

    while ((s = shutdown_next(server)) != NULL)
        session_end(s, EIO_SHUTTING_DOWN);
}

void eio_server_drain(struct eio_server *server)
{
    struct eio_session *next;

    server->shut_down = true;
    /* A client that tries an upgrade has come back, and is known. */
    for (struct eio_session *s = TAILQ_FIRST(&server->known); s; s = next) {
        next = TAILQ_NEXT(s, list);
        if (is_deaf(s))
            session_leave(s);
    }
    end_others(server);
}

void eio_server_shutdown(struct eio_server *server)
{
    struct eio_session *s;

    server->shut_down = true;
    end_others(server);
    while ((s = TAILQ_FIRST(&server->leaving)) != NULL)
        session_end(s, EIO_SHUTTING_DOWN);
}
