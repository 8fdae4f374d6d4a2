/* SPDX-License-Identifier: MIT */
/* Control frames that are sent (RFC 6455, section 5.5). */
#ifndef MORTISE_NET_WS_CONTROL_H
#define MORTISE_NET_WS_CONTROL_H

#include "net/stream.h"
#include "net/ws_parser.h"

/* The most that one carries. */
#define WS_CONTROL_MAX 125

/* With n bytes. Results as of stream_write(). */
int ws_send_control(struct stream *s, enum ws_opcode opcode,
                    const void *payload, size_t n);
/* With this code; WS_CODE_NONE: without one. */
int ws_send_close(struct stream *s, int code);

#endif
