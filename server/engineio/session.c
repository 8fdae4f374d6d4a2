/* SPDX-License-Identifier: MIT */
/* A session as it is; what happens to it stands in the files above. */
#include "engineio/session.h"

#include <assert.h>

void session_set_state(struct eio_session *s, enum session_state state)
{
    assert(state > s->state); /* never back, never twice */
    s->state = (uint8_t)state;
}

void session_drained(struct eio_session *s)
{
    if (!s->drain_due)
        return;
    s->drain_due = false;
    const struct eio_server *server = session_server(s);
    if (s->state == SESSION_OPEN && server->events.drain)
        server->events.drain(server->user, s);
}

void session_attend_later(struct eio_session *s)
{
    if (s->attended)
        return;
    s->attended = true;
    struct eio_server *server = session_server(s);
    STAILQ_INSERT_TAIL(&server->turn, s, turn);
    loop_defer(server->loop, &server->turn_end);
}

/* --- facts --- */

const struct eio_handshake *eio_session_handshake(const struct eio_session *s)
{
    struct eio_server *server = session_server(s);
    const void *handshake = s->data + server->events.data_size;
    handshake_unpack(handshake, server->shown_headers, &server->shown);
    return &server->shown;
}

const char *eio_session_transport(const struct eio_session *s)
{
    return s->on_websocket ? "websocket" : "polling";
}

struct str eio_session_id(const struct eio_session *s)
{
    return str_of(s->sid, sizeof(s->sid));
}

void *eio_session_data(struct eio_session *s)
{
    return s->data;
}

struct eio_session *eio_data_session(const void *data)
{
    return CONTAINER_OF(data, struct eio_session, data);
}
