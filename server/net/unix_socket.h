/* SPDX-License-Identifier: MIT */
/*
 * Sockets that have a name in the file system (unix(7)), and those of systemd,
 * which may have an abstract one ("@NAME").
 */
#ifndef MORTISE_NET_UNIX_SOCKET_H
#define MORTISE_NET_UNIX_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/* The address of a path. 0, or ENAMETOOLONG: the kernel has room for 107
 * bytes. */
int unix_socket_address(const char *path, struct sockaddr_un *ret_address,
                        socklen_t *ret_size);

/*
 * A descriptor that listens at this path, with this mode from the first
 * moment; -1 with errno: ENAMETOOLONG; EADDRINUSE, where somebody listens, or
 * something that is no socket lies. A socket on which nobody listens any more
 * is replaced.
 */
int unix_socket_listen(const char *path, mode_t mode);
/* Removes a socket on which nobody listens, when the descriptor is closed:
 * somebody else may have his own there by now. Whether it did. */
bool unix_socket_remove(const char *path);

/* A blocking descriptor that is connected; -1 with errno. */
int unix_socket_connect(const char *path);

#endif
