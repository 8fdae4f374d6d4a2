/* SPDX-License-Identifier: MIT */
/*
 * Sockets that listen already, and were given to the process when it was
 * started: systemd's socket activation (sd_listen_fds(3)). They are taken by
 * their names, once.
 */
#ifndef MORTISE_NET_INHERITED_H
#define MORTISE_NET_INHERITED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Reads what the environment says of them, and takes that out of it: children
 * are not given any. Once, before there are threads. */
void inherited_find(void);

/*
 * Takes those of this name (FileDescriptorName=; empty: all that are there), of
 * which there may be `max`. They are not blocking, and the caller's. How many:
 * 0 where there are none, or they were taken before.
 */
size_t inherited_take(struct str name, int *ret_fds, size_t max);

/*
 * The names of those that nobody has taken: the first at `*at` or behind it,
 * which `*at` is behind then; false when there is none. They listen all the
 * same, so whoever connects there waits.
 */
bool inherited_left(size_t *at, struct str *ret_name);

/* Where such a socket of TCP listens; an empty host and port 0 for another. */
#define INHERITED_HOST_SIZE 46
void inherited_place(int fd, char host[INHERITED_HOST_SIZE],
                     unsigned *ret_port);

#endif
