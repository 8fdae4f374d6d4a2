/* SPDX-License-Identifier: MIT */
/* From where somebody comes, and what is kept of what they say of themselves:
 * anything may stand in a header, so printable ASCII and no more. */
#ifndef AUTH_PEER_H
#define AUTH_PEER_H

#include <stddef.h>

#include <mortise/plugin.h>

#include "store/store.h"

/* At most n bytes of the text; NUL-terminated, cut off where it is longer. */
void peer_clean(const char *text, size_t n, char *ret, size_t size);
/* NULL: "". */
void peer_address(const char *address, char ret[static ADDRESS_SIZE]);
/* Of the client behind a socket. */
void peer_of_socket(mortise_socket socket, char ret[static ADDRESS_SIZE]);

#endif
