/* SPDX-License-Identifier: MIT */
/*
 * A large file on its way out: read piece by piece while the client takes it.
 */
#ifndef MORTISE_NET_STATIC_SOURCE_H
#define MORTISE_NET_STATIC_SOURCE_H

#include "net/http_server.h"

/* The bytes [first, end) of the file that *fd has open, which is taken over:
 * *fd becomes -1. NULL, with *fd as it was, when memory is out. */
struct http_source *static_source_new(int *fd, uint64_t first, uint64_t end);

#endif
