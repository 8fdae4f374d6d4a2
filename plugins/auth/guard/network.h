/* SPDX-License-Identifier: MIT */
/*
 * Whose an address is, for whatever is counted by it: an address of IPv4 is
 * one, of IPv6 the first 64 bits count, for whoever has one has all of those.
 */
#ifndef AUTH_NETWORK_H
#define AUTH_NETWORK_H

#include "rights/ranges.h"

enum { NETWORK_SIZE = RANGE_SIZE };

/* "192.0.2.1", "2001:db8::/64". What is no address stays as it is, cut to what
 * there is room for. */
void network_of(const char *address, char ret[static NETWORK_SIZE]);

#endif
