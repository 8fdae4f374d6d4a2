/* SPDX-License-Identifier: MIT */
/* The address of a peer that was accepted, as text. */
#ifndef MORTISE_NET_PEER_TEXT_H
#define MORTISE_NET_PEER_TEXT_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/str.h"

/* "192.0.2.1", "2001:db8::1", "unix:"; empty when it is none of these. In
 * `text`, or constant. */
struct str peer_text(const struct sockaddr_storage *address,
                     char text[INET6_ADDRSTRLEN]);

#endif
