/* SPDX-License-Identifier: MIT */
/* What the calls that send events have in common. */
#ifndef MORTISE_HOST_EMIT_H
#define MORTISE_HOST_EMIT_H

#include <stdarg.h>

#include "host/calls/target.h"

/* Says once, where the author looks, what is wrong with a call. Returns the
 * error. */
int emit_complain(const struct generation *g, const char *call, int error);
/* Who would miss an event that cannot be built; NULL: many, whom nothing is
 * sent, or somebody who does not count on it. */
struct sio_socket *emit_waiting(const struct host_target *t);

/* Begins an event, as the one below. */
int emit_begin(const struct generation *g, const char *call,
               struct sio_builder *b, const struct sio_namespace *n,
               const uint64_t *ack_id, const char *event);
/*
 * Builds an event; ack_id: the number under which it asks for an
 * acknowledgement, or NULL. The errors of mortise_emit() that are the event's
 * own, of which the author is told.
 */
int emit_build(struct generation *g, const char *call, struct sio_namespace *n,
               const uint64_t *ack_id, const char *event, const char *format,
               va_list args, struct sio_packet **ret_packet);
/* Sends it with the target's policy, and notes what became of it. The result
 * of mortise_emit(). */
int emit_send(struct generation *g, struct host_target *t, const char *event,
              struct sio_packet *packet);
/* Builds an event that asks for none and sends it, in each namespace when the
 * target is a pattern. The result of mortise_emit(). */
int emit_to(struct generation *g, const char *call, struct host_target *t,
            const char *event, const char *format, va_list args);
/* The call whose acknowledgement may still be given; NULL when there is none
 * to give. */
struct host_call *emit_owing(const struct generation *g,
                             const mortise_event *event);

#endif
