/* SPDX-License-Identifier: MIT */
/*
 * Addresses of peers as numbers, and ranges of them (RFC 4632, RFC 4291 2.3).
 *
 * An IPv4 address is its IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2), so that
 * it is the same one whichever way somebody writes it. Sockets of the file
 * system have no address; all of them are "unix:".
 */
#ifndef MORTISE_BASE_ADDRESS_H
#define MORTISE_BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* What peers without an address are called. */
#define ADDRESS_UNIX "unix:"
/* Room for the text of any address, with its NUL. */
#define ADDRESS_TEXT_SIZE 46

struct address {
    bool is_unix;
    uint8_t bytes[16];
};

/* The addresses that begin with the first `bits` bits of another. */
struct address_range {
    struct address first;
    uint8_t bits; /* of 128 */
};

/* From the bytes as they travel: 4 or 16 of them. */
struct address address_of(const void *bytes, size_t n);
/* "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "unix:". ERR_SYNTAX for
 * anything else, names and zones ("%eth0") among them. */
int address_parse(struct str text, struct address *ret_address);
/* The text that everybody writes for it (RFC 5952), in `text`. */
struct str address_text(const struct address *address,
                        char text[ADDRESS_TEXT_SIZE]);

/*
 * Whose an address is: the bytes that count of it, all of an IPv4 address, of
 * an IPv6 address the first 64 bits, for whoever has one has all of those.
 * False: nobody's. That are this machine (127.0.0.0/8, ::1) and sockets of the
 * file system, where a proxy may stand with everybody behind it; and what is
 * none.
 */
bool address_owner(struct str text, uint8_t ret_owner[16]);
/*
 * An address alone, or with "/" and how many of its bits count: 0 to 32 of an
 * IPv4 address, else 0 to 128. The other bits have to be 0, for who writes
 * "10.1.2.3/8" has meant something else. ERR_SYNTAX.
 */
int address_range_parse(struct str text, struct address_range *ret_range);
/* Whether the address is in one of these ranges. */
bool address_is_in(const struct address *address,
                   const struct address_range *ranges, uint32_t count);

#endif
