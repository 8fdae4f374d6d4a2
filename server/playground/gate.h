/* SPDX-License-Identifier: MIT */
/*
 * Who may see the playground: it shows what clients say, passwords among it.
 *
 * A peer of this machine, that asks for nobody else. And, so that a page which
 * its browser shows cannot look on: a Host that no name server of somebody
 * else's leads to (an address, localhost, or a name below it), and no other
 * Origin than that.
 */
#ifndef MORTISE_PLAYGROUND_GATE_H
#define MORTISE_PLAYGROUND_GATE_H

#include "net/http_server.h"

/* NULL: it may. Else why not, a sentence for people. */
const char *gate_refuses(const struct http_exchange *x);

#endif
