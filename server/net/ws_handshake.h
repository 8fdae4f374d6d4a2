/* SPDX-License-Identifier: MIT */
/* The opening handshake of a WebSocket (RFC 6455, section 4.2): checking the
 * request, writing the answer. No input or output of its own. */
#ifndef MORTISE_NET_WS_HANDSHAKE_H
#define MORTISE_NET_WS_HANDSHAKE_H

#include "base/buf.h"
#include "net/http_parser.h"

/*
 * Checks section 4.2.1 but for extensions: GET, HTTP/1.1, Sec-WebSocket-Key of
 * 16 bytes, version 13 (8 is tolerated), subprotocols that are tokens. Returns
 * 0, or the HTTP status (400, 405, 426) that is due.
 */
int ws_handshake_check(const struct http_head *head);

/* Appends the 101, less the empty line at its end: the first subprotocol
 * offered is echoed, `headers` are whole lines. The request has passed. */
void ws_handshake_answer(const struct http_head *head, struct str headers,
                         struct buf *out);

#endif
