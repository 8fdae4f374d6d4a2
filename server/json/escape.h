/* SPDX-License-Identifier: MIT */
/* The escapes inside a JSON string (RFC 8259, section 7). */
#ifndef MORTISE_JSON_ESCAPE_H
#define MORTISE_JSON_ESCAPE_H

#include <stddef.h>

#include "base/str.h"

/*
 * Decodes what stands between the quotes of a valid JSON string and returns
 * the length of the result. `to` has room for source.n bytes: no escape is
 * shorter than what it stands for. Half of a surrogate pair without the other
 * becomes U+FFFD, so that UTF-8 stays UTF-8.
 */
size_t escape_decode(char *to, struct str source);

#endif
