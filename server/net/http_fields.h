/* SPDX-License-Identifier: MIT */
/*
 * Values of HTTP header fields (RFC 9110): dates, ranges, entity tags,
 * content codings. No input or output, no allocation.
 */
#ifndef MORTISE_NET_HTTP_FIELDS_H
#define MORTISE_NET_HTTP_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "net/http_parser.h"

/* "Sun, 06 Nov 1994 08:49:37 GMT" (section 5.6.7), without a NUL. */
#define HTTP_DATE_LENGTH 29
/* Seconds since 1970, of the years 0 to 9999. */
void http_date_format(char ret_date[HTTP_DATE_LENGTH], int64_t seconds);
/* Only the form above, not the obsolete ones: ERR_SYNTAX. */
int http_date_parse(struct str s, int64_t *ret_seconds);

/*
 * A Range (section 14.2) of a representation of `size` bytes. Returns 1 for
 * the bytes [*ret_first, *ret_end), 0 when the header is to be ignored (no
 * bytes, several ranges, malformed), ERR_LIMIT when it cannot be satisfied.
 */
int http_range_parse(struct str value, uint64_t size, uint64_t *ret_first,
                     uint64_t *ret_end);

/* Whether an If-None-Match list (section 13.1.2) names this tag, which is
 * given with its quotes; "W/" makes no difference. */
bool http_etag_listed(struct str list, struct str tag);

/* Whether Accept-Encoding (section 12.5.3) allows a coding other than
 * identity: named with a weight above 0, or by "*". */
bool http_accepts_coding(const struct http_head *head, struct str coding);

/* Whether Accept (section 12.5.1) names a media type, with a weight above 0;
 * a range of types names none. */
bool http_accepts_type(const struct http_head *head, struct str type);

#endif
