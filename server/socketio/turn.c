/* SPDX-License-Identifier: MIT */
/*
 * A turn: from the first sio_server_enter() to the last sio_server_leave().
 * What comes about in it waits in the server's lists, and its end tells all of
 * that: the news of sockets first, surveys that are over, and what is idle
 * last.
 */
#include <assert.h>

#include "socketio/internal.h"

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
            server->tellers->socket(STAILQ_FIRST(&server->news));
        else if (!TAILQ_EMPTY(&server->surveys))
            server->tellers->survey(TAILQ_FIRST(&server->surveys));
        else if (!TAILQ_EMPTY(&server->idle))
            server->tellers->idle(TAILQ_FIRST(&server->idle));
        else
            break;
    }
    server->depth--;
}
