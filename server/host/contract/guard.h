/* SPDX-License-Identifier: MIT */
/*
 * Stands in front of the handlers: holds an event against its contract, and
 * answers, counts and, when there are too many, ends who breaks it.
 */
#ifndef MORTISE_HOST_GUARD_H
#define MORTISE_HOST_GUARD_H

#include "host/contract/contract.h"
#include "host/host.h"

/*
 * Whether an event may go on to middleware and handler. In this order: its
 * size, who sends it, how often, whether it wants an acknowledgement, its
 * arguments. When it may not the client has been told, and is disconnected
 * if it was too often.
 */
bool guard_admits(struct host *host, const struct generation *g,
                  struct contract *contract, const struct host_call *event);

/* The same for arguments that middleware (`by`) has put in place of the
 * client's; that they break the contract is not the client's fault. */
bool guard_admits_rewritten(struct host *host, const struct generation *by,
                            const struct host_call *event);

/* Whether the answer of a client to mortise_emit_ack() is what the contract of
 * its row says. */
bool guard_admits_answer(const struct generation *g, const mortise_handler *row,
                         const struct json *args);

#endif
