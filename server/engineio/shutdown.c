/* SPDX-License-Identifier: MIT */
/* The end of the server: of each session at once, or as soon as its client can
 * hear of it. */
#include "engineio/session.h"

struct eio_session *shutdown_next(const struct eio_server *server,
                                  uint32_t *cursor)
{
    struct eio_session *s;

    /* Where some were taken out others may have moved behind us: the last time
     * it looks at all of them. */
    for (bool all = *cursor == 0;; all = true, *cursor = 0) {
        while ((s = lookup_next(&server->sessions, cursor)))
            if (!s->leaving)
                return s;
        if (all)
            return NULL;
    }
}

/*
 * A stock client stops polling for an upgrade, and begins to listen to its
 * WebSocket when that has finished. If it is closed in between, the client
 * hears of nothing before its ping's timeout.
 */
static bool is_deaf(const struct eio_session *s)
{
    const struct polling *p = s->polling;

    return s->state == SESSION_OPEN && p && p->upgrade &&
           upgrade_probed(p->upgrade) && !p->get;
}

static void end_others(struct eio_server *server)
{
    struct eio_session *s;
    uint32_t cursor = 0;

    while ((s = shutdown_next(server, &cursor)) != NULL)
        session_end(s, EIO_SHUTTING_DOWN);
}

void eio_server_drain(struct eio_server *server)
{
    struct eio_session *s;
    uint32_t cursor = 0;

    server->shut_down = true;
    while ((s = lookup_next(&server->sessions, &cursor)))
        if (is_deaf(s))
            session_leave(s);
    end_others(server);
}

void eio_server_shutdown(struct eio_server *server)
{
    struct polling *p;

    server->shut_down = true;
    end_others(server);
    while ((p = TAILQ_FIRST(&server->leaving)) != NULL)
        session_end(p->session, EIO_SHUTTING_DOWN);
}
