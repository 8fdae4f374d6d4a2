/* SPDX-License-Identifier: MIT */
/*
 * The head: flags, the number of headers, the target of a handshake on
 * WebSocket, and of each header its name and its value. Own: the target of one
 * on polling, which carries a number that is never the same, the peer, and the
 * values of headers that are a client's own. What has not one of the usual
 * names may be anything, and so is.
 */
#include "engineio/handshake.h"

#include <assert.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"

_Static_assert(HTTP_HEADERS_MAX <= UINT8_MAX, "a byte counts them");

struct handshake_head {
    uint32_t refs;
    uint32_t n;
    char bytes[];
};

/* In the first byte of a head. */
enum { SECURE = 1, XDOMAIN = 2, REVISION_3 = 4, OWN_TARGET = 8 };

/* Names that nearly every client sends: a byte stands for one, its place here
 * and 1. For any other stands 0, and it follows. */
static const struct {
    struct str name;
    bool own; /* its value is the client's alone */
} usual[] = {
    {{"host", 4}},
    {{"connection", 10}},
    {{"upgrade", 7}},
    {{"origin", 6}},
    {{"user-agent", 10}},
    {{"cookie", 6}, true},
    {{"accept", 6}},
    {{"accept-encoding", 15}},
    {{"accept-language", 15}},
    {{"cache-control", 13}},
    {{"pragma", 6}},
    {{"referer", 7}},
    {{"authorization", 13}, true},
    {{"sec-websocket-key", 17}, true},
    {{"sec-websocket-version", 21}},
    {{"sec-websocket-extensions", 24}},
    {{"sec-websocket-protocol", 22}},
    {{"sec-fetch-dest", 14}},
    {{"sec-fetch-mode", 14}},
    {{"sec-fetch-site", 14}},
    {{"sec-ch-ua", 9}},
    {{"sec-ch-ua-mobile", 16}},
    {{"sec-ch-ua-platform", 18}},
    {{"dnt", 3}},
    {{"priority", 8}},
    {{"x-forwarded-for", 15}, true},
    {{"x-forwarded-host", 16}},
    {{"x-forwarded-port", 16}},
    {{"x-forwarded-proto", 17}},
    {{"x-real-ip", 9}, true},
    {{"via", 3}},
    {{"forwarded", 9}, true},
};
#define USUAL (sizeof(usual) / sizeof(usual[0]))

/* A request head has its own limit. */
#define PACKED_MAX ((size_t)1 << 20)

static uint8_t code_of(struct str name)
{
    for (size_t i = 0; i < USUAL; i++)
        if (name.n == usual[i].name.n && str_eq_nocase(name, usual[i].name))
            return (uint8_t)(i + 1);
    return 0;
}

static bool is_own(uint8_t code)
{
    return code == 0 || usual[code - 1].own;
}

/* --- texts: the length, seven bits a byte, the lowest first; the bytes --- */

static void put_text(struct buf *to, struct str s)
{
    size_t n = s.n;
    for (; n >= 0x80; n >>= 7)
        buf_append_char(to, (char)(n | 0x80));
    buf_append_char(to, (char)n);
    buf_append_str(to, s);
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

/* --- all of them --- */

static struct str bytes_of(const void *head)
{
    const struct handshake_head *h = head;
    return str_of(h->bytes, h->n);
}

void handshakes_init(struct handshakes *all)
{
    lookup_init(&all->heads, bytes_of);
    buf_init(&all->head, PACKED_MAX);
    buf_init(&all->own, PACKED_MAX);
}

void handshakes_free(struct handshakes *all)
{
    assert(all->heads.count == 0);
    lookup_free(&all->heads);
    buf_free(&all->head);
    buf_free(&all->own);
}

/* --- one --- */

static void put_lower(struct buf *to, struct str name)
{
    put_text(to, name);
    if (to->error)
        return;
    for (char *p = to->p + to->n - name.n; p < to->p + to->n; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
}

int handshake_pack(struct handshakes *all, const struct http_exchange *x,
                   uint32_t revision, size_t *ret_size)
{
    const struct http_head *head = &x->head;
    bool xdomain = http_header_get(head, STR("Origin")).p != NULL;

    buf_clear(&all->head);
    buf_clear(&all->own);
    buf_append_char(&all->head,
                    (char)((x->secure ? SECURE : 0) | (xdomain ? XDOMAIN : 0) |
                           (revision == 3 ? REVISION_3 : 0) |
                           (head->upgrade ? 0 : OWN_TARGET)));
    buf_append_char(&all->head, (char)head->header_count);
    put_text(&all->own, x->peer);
    put_text(head->upgrade ? &all->head : &all->own, head->target);
    for (uint32_t i = 0; i < head->header_count; i++) {
        struct http_header header = head->headers[i];
        uint8_t code = code_of(header.name);
        buf_append_char(&all->head, (char)code);
        if (code == 0)
            put_lower(&all->head, header.name);
        put_text(is_own(code) ? &all->own : &all->head, header.value);
    }
    if (all->head.error || all->own.error)
        return ERR_NOMEM;
    *ret_size = sizeof(struct packed_handshake) + all->own.n;
    return 0;
}

/* The head that was packed, with one more reference. */
static struct handshake_head *share(struct handshakes *all)
{
    struct str bytes = buf_str(&all->head);
    struct handshake_head *head = lookup_get(&all->heads, bytes);

    if (head) {
        assert(head->refs < UINT32_MAX);
        head->refs++;
        return head;
    }
    head = mem_alloc(sizeof(*head) + bytes.n);
    if (!head)
        return NULL;
    head->refs = 1;
    head->n = (uint32_t)bytes.n;
    memcpy(head->bytes, bytes.p, bytes.n);
    if (lookup_add(&all->heads, head) < 0) {
        mem_free(head);
        return NULL;
    }
    return head;
}

int handshake_keep(struct handshakes *all, struct packed_handshake *h)
{
    h->issued = clock_wall_ms();
    memcpy(h->own, all->own.p, all->own.n);
    h->head = share(all);
    return h->head ? 0 : ERR_NOMEM;
}

void handshake_drop(struct handshakes *all, struct packed_handshake *h)
{
    struct handshake_head *head = h->head;

    if (!head || --head->refs > 0)
        return;
    lookup_remove(&all->heads, head);
    mem_free(head);
}

struct str handshake_peer(const struct packed_handshake *h)
{
    const char *own = h->own;
    return take_text(&own);
}

void handshake_unpack(const struct packed_handshake *h,
                      struct http_header *headers,
                      struct eio_handshake *ret_handshake)
{
    const char *from = h->head->bytes, *own = h->own;
    int flags = *from++;

    *ret_handshake = (struct eio_handshake){
        .secure = flags & SECURE,
        .xdomain = flags & XDOMAIN,
        .revision = flags & REVISION_3 ? 3 : 4,
        .issued = h->issued,
        .header_count = (uint8_t)*from++,
        .headers = headers,
    };
    ret_handshake->peer = take_text(&own);
    struct str target = take_text(flags & OWN_TARGET ? &own : &from);
    ret_handshake->target = ret_handshake->query = target;
    str_cut(&ret_handshake->query, '?');
    for (uint32_t i = 0; i < ret_handshake->header_count; i++) {
        uint8_t code = (uint8_t)*from++;
        headers[i].name = code ? usual[code - 1].name : take_text(&from);
        headers[i].value = take_text(is_own(code) ? &own : &from);
    }
}
