/* SPDX-License-Identifier: MIT */
/* What a client says, packet by packet, on either transport. */
#include "engineio/session.h"

void session_packet(struct eio_session *s, const struct payload_packet *packet)
{
    const struct eio_server *server = session_server(s);
    if (s->state != SESSION_OPEN)
        return;

    if (heartbeat_heard(s, packet))
        return;
    switch (packet->type) {
    case EIO_MESSAGE:
        server->events.message(server->user, s, packet->binary, packet->p,
                               packet->n);
        break;
    case EIO_CLOSE:
        eio_session_note(s, STORY_RECEIVED, 0, STR("close"));
        session_end(s, EIO_TRANSPORT_CLOSE);
        break;
    case EIO_PING: /* the heartbeat of the other revision */
    case EIO_PONG:
        eio_session_note(s, STORY_BROKE, 0, STR("a ping of a client"));
        session_end(s, EIO_TRANSPORT_ERROR);
        break;
    case EIO_OPEN:
    case EIO_UPGRADE:
    case EIO_NOOP:
        break;
    }
}
