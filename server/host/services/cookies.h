/* SPDX-License-Identifier: MIT */
/* Cookies (RFC 6265): reading those of a request, writing those of an
 * answer. */
#ifndef MORTISE_HOST_COOKIES_H
#define MORTISE_HOST_COOKIES_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* The value in a Cookie header, without quotes around it; {NULL, 0} when it
 * is not there. Of a repeated name the first counts, which is the one of the
 * longest path. */
struct str cookie_get(struct str header, struct str name);

/*
 * Appends a whole Set-Cookie line. max_age: seconds, -1: none is said. flags:
 * those of mortise/http.h; secure: the request came over TLS. ERR_INVAL for a
 * name that is no token, a value with what section 4.1.1 does not allow, flags
 * there are none of; ERR_NOMEM, ERR_LIMIT.
 */
int cookie_append(struct buf *out, struct str name, struct str value,
                  int64_t max_age, uint32_t flags, bool secure);

/* Whether it is a token of HTTP (RFC 9110, 5.6.2): a header's name, a
 * method. */
bool http_token(struct str s);

#endif
