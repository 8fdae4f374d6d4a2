/* SPDX-License-Identifier: MIT */
/*
 * The OUTGOING moment: plugins that want to see what is emitted.
 *
 * Emitting runs no handler, so what was emitted is noted and told when the
 * callback that did it is over. What an OUTGOING row emits itself is not told:
 * it would never end. Costs nothing in namespaces where nobody looks.
 */
#ifndef MORTISE_HOST_OUTGOING_H
#define MORTISE_HOST_OUTGOING_H

#include "host/host.h"

/* Notes an event that was sent, to one socket or (NULL) to many. */
void outgoing_note(struct host *host, struct sio_namespace *n,
                   struct sio_socket *to, const char *event,
                   struct sio_packet *packet);
/* Tells what was noted; called when no plugin's code is running. */
void outgoing_tell(struct host *host);
/* Forgets it. */
void outgoing_drop(struct host *host);

#endif
