/* SPDX-License-Identifier: MIT */
/* Which sessions there are, for whoever counts them. */
#include "engineio/session.h"

static void count(const struct eio_session *s, struct eio_census *census)
{
    census->sessions[s->on_websocket ? 1 : 0]++;
    census->queued += eio_session_queued(s);
    census->waiting += eio_session_waiting(s);
}

void eio_server_count(const struct eio_server *server,
                      struct eio_census *ret_census)
{
    const struct eio_session *s;
    uint32_t cursor = 0;

    *ret_census = (struct eio_census){0};
    while ((s = lookup_next(&server->sessions, &cursor)))
        if (s->state == SESSION_OPEN)
            count(s, ret_census);
}

void eio_server_trim(struct eio_server *server)
{
    lookup_trim(&server->sessions);
    lookup_trim(&server->handshakes.heads);
}
