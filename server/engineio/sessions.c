/* SPDX-License-Identifier: MIT */
/* Where a server has its sessions. */
#include "engineio/session.h"

/* The server's list that it is in; NULL: none. */
static struct polling_list *list_of(const struct eio_session *s)
{
    if (s->leaving)
        return &session_server(s)->leaving;
    return s->known ? NULL : &session_server(s)->fresh;
}

static void enter_list(struct eio_session *s)
{
    if (list_of(s))
        TAILQ_INSERT_TAIL(list_of(s), s->polling, list);
}

static void leave_list(struct eio_session *s)
{
    if (list_of(s))
        TAILQ_REMOVE(list_of(s), s->polling, list);
}

void sessions_know(struct eio_session *s)
{
    if (s->known)
        return;
    leave_list(s);
    s->known = true;
    enter_list(s);
}

void sessions_part(struct eio_session *s)
{
    leave_list(s);
    s->leaving = true;
    enter_list(s);
}

int sessions_enter(struct eio_session *s)
{
    struct eio_server *server = session_server(s);
    struct str peer = handshake_peer(session_packed(s));
    int64_t now = loop_now(server->loop);

    int result = peers_enter(&server->holders, peer, now);
    if (result < 0)
        return result;
    result = lookup_add(&server->sessions, s);
    if (result < 0)
        peers_leave(&server->holders, peer, now);
    else
        enter_list(s);
    return result;
}

void sessions_leave(struct eio_session *s)
{
    struct eio_server *server = session_server(s);

    lookup_remove(&server->sessions, s);
    peers_leave(&server->holders, handshake_peer(session_packed(s)),
                loop_now(server->loop));
    leave_list(s);
    timer_stop(session_timers(s), &s->timer);
}
