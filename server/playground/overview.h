/* SPDX-License-Identifier: MIT */
/*
 * What there is to know of the server and its plugins, for the page of the
 * playground:
 *
 *     server     version, path (of Socket.IO)
 *     plugins    what host/report.h says of each; its file; and the contracts
 *                of its events, as mortise --describe --format schema has them
 */
#ifndef MORTISE_PLAYGROUND_OVERVIEW_H
#define MORTISE_PLAYGROUND_OVERVIEW_H

#include "base/buf.h"
#include "host/host.h"

/* Appends one object to *out, whose error says whether all went well. */
void overview_put(struct buf *out, const struct host *host);

#endif
