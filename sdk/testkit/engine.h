/* SPDX-License-Identifier: MIT */
/*
 * An Engine.IO without transports: what socketio/ calls, and the other end of
 * the sessions for the kit's clients. What is sent is kept until somebody
 * takes it. This file's engine.c is linked in place of engineio/.
 *
 * Its memory is not the server's, so a failing allocation never meets it.
 */
#ifndef MORTISE_TESTKIT_ENGINE_H
#define MORTISE_TESTKIT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "engineio/engineio.h"

struct sio_server;

/* What clients ask for, with their own query behind it. */
#define ENGINE_TARGET "/socket.io/?EIO=4&transport=websocket"

/* What the request that opens a session says; the strings are copied. Headers
 * are lines "name: value". */
struct engine_request {
    struct str headers, query, address;
};

/* What may wait, and with more than what waiting a session is behind. */
struct engine_limits {
    size_t bytes, bytes_low;
    uint32_t packets, packets_low;
};

/* A session, open; NULL only for headers that are none. It is the caller's,
 * who ends it before engine_free(). */
struct eio_session *engine_open(struct sio_server *sio,
                                const struct engine_request *request,
                                const struct engine_limits *limits);
/* A session that has ended. */
void engine_free(struct eio_session *s);

/* A message of the client's; ignored when the session is not open. */
void engine_message(struct eio_session *s, bool binary, const char *p,
                    size_t n);
/* The session ends now; one that was being closed has its own reason. */
void engine_end(struct eio_session *s, enum eio_reason reason);
/* Ends a session that was closed by eio_session_close() and has nothing more
 * to send: what the engine does later. Whether there was one. */
bool engine_settle(struct eio_session *s);
/* False from eio_session_close() on. */
bool engine_is_open(const struct eio_session *s);

/* While it is blocked nothing leaves. */
void engine_block(struct eio_session *s, bool blocked);

/* The next packet that has left; the caller gives up the reference. NULL. */
struct eio_packet *engine_take(struct eio_session *s);

#endif
