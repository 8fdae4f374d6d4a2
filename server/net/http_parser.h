/* SPDX-License-Identifier: MIT */
/*
 * HTTP/1.1 requests (RFC 9112), strictly: bytes in, a head or a status out.
 * No input or output, no allocation; everything found points into the input.
 *
 * Strict means: CRLF only, exactly one Host (HTTP/1.1), no white space before
 * a colon, no folded lines, no control characters, no Content-Length beside
 * Transfer-Encoding, repeated Content-Length refused, digits only, "chunked"
 * is the only transfer coding. What one server refuses and the next one
 * accepts is how requests are smuggled.
 */
#ifndef MORTISE_NET_HTTP_PARSER_H
#define MORTISE_NET_HTTP_PARSER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_OTHER_METHOD,
};

#define HTTP_HEADERS_MAX 100

struct http_header {
    struct str name;  /* as sent; names compare without case */
    struct str value; /* without white space around it */
};

struct http_head {
    enum http_method method;
    struct str method_text;
    struct str target; /* as sent, in origin form: "/path?query" (an absolute
                          form has its scheme and authority cut off) */
    struct str path;   /* target up to "?", still percent-encoded */
    struct str query;  /* behind "?", still encoded; empty when none */
    uint8_t minor;     /* HTTP/1.minor, 0 or 1 */
    bool keep_alive;
    bool chunked;
    bool expect_continue;
    bool upgrade; /* Connection names "upgrade" and Upgrade is there */
    bool has_length;
    uint64_t length; /* Content-Length, 0 when absent */
    uint32_t header_count;
    struct http_header headers[HTTP_HEADERS_MAX];
};

/*
 * Looks for a whole request head at the beginning of n bytes. `seen` is how
 * many of them an earlier call has looked at in vain (0 the first time), so
 * that a head that arrives byte by byte is not searched again and again.
 * `limit` is the most bytes a head may have.
 *
 * Returns the head's length, ERR_AGAIN (more bytes are needed), or
 * ERR_SYNTAX with *ret_status the answer that is due: 400, 414 (request line
 * too long), 417 (an expectation other than 100-continue), 431, 501 (transfer
 * coding), 505. A few empty lines in front of a request are skipped (RFC 9112,
 * 2.2).
 */
int http_parse_head(const char *p, size_t n, size_t seen, size_t limit,
                    struct http_head *ret_head, int *ret_status);

/* The header's value ({NULL, 0} when absent; the first when repeated). */
struct str http_header_get(const struct http_head *head, struct str name);
/* Whether it is a token (RFC 9110, 5.6.2), as names of headers are. */
bool http_is_token(struct str s);
/* Whether a comma-separated header (all its lines) holds this token, without
 * regard to case. */
bool http_header_has_token(const struct http_head *head, struct str name,
                           struct str token);

/* The chunked coding (RFC 9112, 7.1): extensions and trailers are read and
 * dropped, within limits. */
struct http_chunks {
    uint64_t left; /* of the chunk that is being read */
    uint32_t state;
    uint32_t line; /* bytes of the size line or trailers so far */
};

void http_chunks_init(struct http_chunks *c);
/*
 * Reads on from p. *ret_used says how many bytes were used up and *ret_data
 * which of them are body (may be empty). Returns 1 when the body is complete,
 * 0 to be called again (with what is left, or with more), ERR_SYNTAX.
 */
int http_chunks_feed(struct http_chunks *c, const char *p, size_t n,
                     size_t *ret_used, struct str *ret_data);

/*
 * Undoes percent-encoding in `from` (and "+" as space when form is true) into
 * `to`, which has room for from.n bytes. Returns the length, ERR_SYNTAX for a
 * bad escape.
 */
int http_percent_decode(char *to, struct str from, bool form);

/*
 * The last value of a query parameter, decoded into the arena; an empty
 * string for "name" and "name="; {NULL, 0} when absent (or memory is out).
 * Names are decoded before they are compared. A bad escape stays as it is.
 */
struct arena;
struct str http_query_get(struct arena *arena, struct str query,
                          struct str name);

/*
 * The parameter of that index, in the order of the query, decoded into the
 * arena. ERR_NOENT behind the last, ERR_NOMEM.
 */
int http_query_at(struct arena *arena, struct str query, uint32_t index,
                  struct str *ret_name, struct str *ret_value);

/* "Bad Request" for 400; never NULL. */
const char *http_status_text(int status);

#endif
