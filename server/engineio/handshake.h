/* SPDX-License-Identifier: MIT */
/*
 * The copy of the request that opened a session. It is laid out behind the
 * session in the session's own memory, so it is one allocation and goes with
 * it.
 */
#ifndef MORTISE_ENGINEIO_HANDSHAKE_H
#define MORTISE_ENGINEIO_HANDSHAKE_H

#include "engineio/engineio.h"
#include "net/http_server.h"

/* How many bytes the copy needs behind the struct eio_handshake. */
size_t handshake_size(const struct http_exchange *x);
/* Copies; `memory` is aligned for a pointer and has handshake_size() bytes. */
void handshake_copy(struct eio_handshake *h, void *memory,
                    const struct http_exchange *x);

#endif
