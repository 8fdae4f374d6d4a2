/* SPDX-License-Identifier: MIT */
/*
 * Telling a client that its event was not handled, and why: the answer to a
 * broken contract, and to middleware that refuses.
 *
 * Who wants an acknowledgement gets it: one object {error: {code, message,
 * event, data}}. Everybody else gets the event "error" with the object that
 * is behind `error`. `data` is left out when there is none.
 */
#ifndef MORTISE_HOST_REFUSAL_H
#define MORTISE_HOST_REFUSAL_H

#include "host/host.h"

/* data: compact JSON, empty for none. Results as of sio_socket_send(). */
int refusal_send(struct host *host, struct sio_socket *s,
                 const struct sio_event *event, const char *code,
                 struct str message, struct str data);

#endif
