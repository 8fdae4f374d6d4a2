/* SPDX-License-Identifier: MIT */
/*
 * Addresses and ranges of them, as in "192.0.2.0/24" and "2001:db8::/32". An
 * address of IPv4 is the one of IPv6 that it is mapped to (::ffff:192.0.2.1),
 * so both ways to write it are one; but a range of IPv6 that would hold all of
 * those has none of them.
 */
#ifndef AUTH_RANGES_H
#define AUTH_RANGES_H

#include <stdbool.h>

enum { RANGE_SIZE = 50, RANGE_BITS = 128, RANGE_V4_BITS = 96 };

struct range {
    unsigned char address[16];
    int bits; /* of the address that count; the others are 0 */
};

/* An address is a range of itself. A zone ("%eth0") is left out. False: it is
 * neither. */
bool range_read(const char *text, struct range *ret);
/* The shortest way to write it. */
void range_write(const struct range *range, char ret[static RANGE_SIZE]);
/* The range of this many bits around an address. */
struct range range_around(const struct range *address, int bits);
/* Whether the address is in the range. */
bool range_has(const struct range *range, const struct range *address);
/* Whether it is one of IPv4. */
bool range_is_v4(const struct range *range);

#endif
