/* SPDX-License-Identifier: MIT */
/* Who a request's client is, where there are proxies in front. */
#include "base/error.h"
#include "base/mem.h"
#include "net/http_internal.h"
#include "net/proxy_protocol.h"

/* 0, ERR_NOMEM. */
static int keep(struct http_connection *c, const struct proxy_header *header)
{
    struct http_client client = {header->source, header->secure};

    if (!header->has_source)
        return 0;
    c->behind = mem_dup(&client, sizeof(client));
    return c->behind ? 0 : ERR_NOMEM;
}

/* Without a right header there is nobody to answer: whoever is at the other
 * end does not speak this protocol. */
bool http_proxy_read(struct http_connection *c, struct http_input *in)
{
    struct proxy_header header;
    int n = proxy_header_parse(in->p, in->n, &header);

    if (n == ERR_AGAIN)
        return false;
    if (n < 0 || keep(c, &header) < 0) {
        if (n < 0 && c->server->proxies.silent)
            c->server->proxies.silent(stream_peer(c->stream));
        http_connection_cut(c, 0);
        return false;
    }
    in->p += n;
    in->n -= (size_t)n;
    http_connection_set_state(c, HTTP_WAITING);
    return true;
}

void http_proxy_identify(struct http_connection *c, struct http_request *r)
{
    const struct http_proxies *proxies = &c->server->proxies;
    struct http_client client = {.secure = stream_is_secure(c->stream)};

    r->x.peer = stream_peer(c->stream);
    r->x.secure = client.secure;
    if (c->behind)
        client = *c->behind;
    else if (proxies->count == 0 ||
             address_parse(r->x.peer, &client.address) < 0)
        return;
    forwarded_read(proxies, &r->x.head, &client);
    r->x.peer = address_text(&client.address, r->client);
    r->x.secure = client.secure;
}
