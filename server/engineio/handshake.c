/* SPDX-License-Identifier: MIT */
#include "engineio/handshake.h"

#include <assert.h>

#include "base/clock.h"

_Static_assert(HTTP_HEADERS_MAX <= UINT8_MAX, "a byte counts them");

/* Names that nearly every client sends: a byte stands for one, its place here
 * and 1. For any other stands 0, and it follows. */
static const struct str usual[] = {
    {"host", 4},
    {"connection", 10},
    {"upgrade", 7},
    {"origin", 6},
    {"user-agent", 10},
    {"cookie", 6},
    {"accept", 6},
    {"accept-encoding", 15},
    {"accept-language", 15},
    {"cache-control", 13},
    {"pragma", 6},
    {"referer", 7},
    {"authorization", 13},
    {"sec-websocket-key", 17},
    {"sec-websocket-version", 21},
    {"sec-websocket-extensions", 24},
    {"sec-websocket-protocol", 22},
    {"sec-fetch-dest", 14},
    {"sec-fetch-mode", 14},
    {"sec-fetch-site", 14},
    {"sec-ch-ua", 9},
    {"sec-ch-ua-mobile", 16},
    {"sec-ch-ua-platform", 18},
    {"dnt", 3},
    {"priority", 8},
    {"x-forwarded-for", 15},
    {"x-forwarded-host", 16},
    {"x-forwarded-port", 16},
    {"x-forwarded-proto", 17},
    {"x-real-ip", 9},
    {"via", 3},
    {"forwarded", 9},
};
#define USUAL (sizeof(usual) / sizeof(usual[0]))

static uint8_t code_of(struct str name)
{
    for (size_t i = 0; i < USUAL; i++)
        if (name.n == usual[i].n && str_eq_nocase(name, usual[i]))
            return (uint8_t)(i + 1);
    return 0;
}

/* --- lengths: seven bits a byte, the lowest first --- */

static size_t text_size(struct str s)
{
    size_t size = 1;
    for (size_t n = s.n; n >= 0x80; n >>= 7)
        size++;
    return size + s.n;
}

static char *put_text(char *to, struct str s)
{
    size_t n = s.n;
    for (; n >= 0x80; n >>= 7)
        *to++ = (char)(n | 0x80);
    *to++ = (char)n;
    if (s.n > 0)
        memcpy(to, s.p, s.n);
    return to + s.n;
}

static struct str take_text(const char **from)
{
    const char *p = *from;
    size_t n = 0;
    unsigned shift = 0;

    for (; *p & 0x80; shift += 7)
        n |= (size_t)(*p++ & 0x7f) << shift;
    n |= (size_t)*p++ << shift;
    *from = p + n;
    return str_of(p, n);
}

/* --- the whole --- */

size_t handshake_size(const struct http_exchange *x)
{
    const struct http_head *head = &x->head;
    size_t size = text_size(head->target) + text_size(x->peer);

    for (uint32_t i = 0; i < head->header_count; i++) {
        struct str name = head->headers[i].name;
        size += 1 + (code_of(name) ? 0 : text_size(name)) +
                text_size(head->headers[i].value);
    }
    return size;
}

static void make_lower(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] - 'A' + 'a');
}

void handshake_pack(struct packed_handshake *h, const struct http_exchange *x,
                    uint32_t revision)
{
    const struct http_head *head = &x->head;
    char *to = h->bytes;

    h->issued = clock_wall_ms();
    h->header_count = (uint8_t)head->header_count;
    h->revision = (uint8_t)revision;
    h->secure = x->secure;
    h->xdomain = http_header_get(head, STR("Origin")).p != NULL;
    to = put_text(to, head->target);
    to = put_text(to, x->peer);
    for (uint32_t i = 0; i < head->header_count; i++) {
        struct str name = head->headers[i].name;
        uint8_t code = code_of(name);
        *to++ = (char)code;
        if (code == 0) {
            to = put_text(to, name);
            make_lower(to - name.n, name.n);
        }
        to = put_text(to, head->headers[i].value);
    }
    assert((size_t)(to - h->bytes) == handshake_size(x));
}

void handshake_unpack(const struct packed_handshake *h,
                      struct http_header *headers,
                      struct eio_handshake *ret_handshake)
{
    const char *from = h->bytes;

    *ret_handshake = (struct eio_handshake){
        .target = take_text(&from),
        .secure = h->secure,
        .xdomain = h->xdomain,
        .revision = h->revision,
        .issued = h->issued,
        .header_count = h->header_count,
        .headers = headers,
    };
    struct str query = ret_handshake->target;
    str_cut(&query, '?');
    ret_handshake->query = query;
    ret_handshake->peer = take_text(&from);
    for (uint32_t i = 0; i < h->header_count; i++) {
        uint8_t code = (uint8_t)*from++;
        headers[i].name = code ? usual[code - 1] : take_text(&from);
        headers[i].value = take_text(&from);
    }
}
