/* SPDX-License-Identifier: MIT */
/*
 * What the revisions of Socket.IO do otherwise. Revision 5 is that of clients
 * since version 3; revision 4 that of versions 1 and 2, which speak it over
 * Engine.IO's revision 3. A client has one of the two from its beginning.
 *
 * In revision 4 a client is in the main namespace without asking; what it says
 * when it joins another one stands as a query in the namespace's name
 * ("/chat?token=abc"), and is what revision 5 knows as auth; the id of its
 * socket is that of its session, which is its secret; and why it is refused is
 * told without an object around it.
 */
#ifndef MORTISE_SOCKETIO_DIALECT_H
#define MORTISE_SOCKETIO_DIALECT_H

#include "base/random.h"
#include "socketio/internal.h"

/* A namespace, "#" and the id of a session. */
#define DIALECT_SID_MAX (SIO_NAMESPACE_MAX + 1 + RANDOM_SID_LENGTH)

struct sio_dialect {
    bool begins_in_main; /* without asking */
    bool query_in_name;  /* sio_header_cut_query(): that is the auth */
    /* The id for a new socket; its length. */
    size_t (*make_sid)(const struct eio_session *session, struct str name_space,
                       char ret_sid[DIALECT_SID_MAX]);
    /* The answers to a CONNECT. NULL as in packet.h. */
    struct sio_packet *(*connect)(struct str name_space, struct str sid);
    struct sio_packet *(*refusal)(struct str name_space, struct str message,
                                  struct str data);
};

extern const struct sio_dialect dialect_4, dialect_5;

static inline const struct sio_dialect *dialect_of(const struct sio_client *c)
{
    return c->old ? &dialect_4 : &dialect_5;
}

/* Revision 4: what a client says of itself with a query, as JSON in the arena.
 * ERR_NOMEM. */
int dialect_auth(struct arena *arena, struct str query, struct str *ret_json);

#endif
