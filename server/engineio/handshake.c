/* SPDX-License-Identifier: MIT */
#include "engineio/handshake.h"

#include <assert.h>

#include "base/clock.h"

size_t handshake_size(const struct http_exchange *x)
{
    const struct http_head *head = &x->head;
    size_t size = head->header_count * sizeof(struct http_header) +
                  head->target.n + x->peer.n;
    for (uint32_t i = 0; i < head->header_count; i++)
        size += head->headers[i].name.n + head->headers[i].value.n;
    return size;
}

/* Moves *to behind the copy. */
static struct str copy(char **to, struct str s)
{
    struct str result = str_of(*to, s.n);
    if (s.n > 0)
        memcpy(*to, s.p, s.n);
    *to += s.n;
    return result;
}

static struct str copy_lower(char **to, struct str s)
{
    char *p = *to;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        p[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    *to += s.n;
    return str_of(p, s.n);
}

void handshake_copy(struct eio_handshake *h, void *memory,
                    const struct http_exchange *x)
{
    const struct http_head *head = &x->head;
    struct http_header *headers = memory;
    char *to = (char *)(headers + head->header_count);

    for (uint32_t i = 0; i < head->header_count; i++) {
        headers[i].name = copy_lower(&to, head->headers[i].name);
        headers[i].value = copy(&to, head->headers[i].value);
    }
    *h = (struct eio_handshake){
        .target = copy(&to, head->target),
        .peer = copy(&to, x->peer),
        .secure = x->secure,
        .xdomain = http_header_get(head, STR("Origin")).p != NULL,
        .issued = clock_wall_ms(),
        .header_count = head->header_count,
        .headers = headers,
    };
    size_t at = str_find(h->target, '?');
    if (at < h->target.n)
        h->query = str_of(h->target.p + at + 1, h->target.n - at - 1);
    assert((size_t)(to - (char *)memory) == handshake_size(x));
}
