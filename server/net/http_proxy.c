/* SPDX-License-Identifier: MIT */
/* Who a request's client is, where there are proxies in front. */
#include "base/error.h"
#include "net/http_internal.h"
#include "net/proxy_protocol.h"

/* The connection is its client's from now on, who may have enough of them.
 * Whether there may be more to do. */
static bool hand_over(struct http_connection *c,
                      const struct proxy_header *header)
{
    char text[ADDRESS_TEXT_SIZE];
    struct str client = address_text(&header->source, text);
    uint32_t open = peers_open(&c->server->loop->peers, client);

    if (http_server_refuses(c->server, client, open)) {
        http_connection_fail(c, 503);
        return false;
    }
    if (stream_set_peer(c->stream, client) < 0) {
        http_connection_cut(c, 0);
        return false;
    }
    c->secure = header->secure;
    return true;
}

/* Without a right header there is nobody to answer: whoever is at the other
 * end does not speak this protocol. */
bool http_proxy_read(struct http_connection *c, struct http_input *in)
{
    struct proxy_header header;
    int n = proxy_header_parse(in->p, in->n, &header);

    if (n == ERR_AGAIN)
        return false;
    if (n < 0) {
        if (c->server->proxies.silent)
            c->server->proxies.silent(stream_peer(c->stream));
        http_connection_cut(c, 0);
        return false;
    }
    if (header.has_source && !hand_over(c, &header))
        return false;
    in->p += n;
    in->n -= (size_t)n;
    http_connection_set_state(c, HTTP_WAITING);
    return true;
}

void http_proxy_identify(struct http_connection *c, struct http_request *r)
{
    const struct http_proxies *proxies = &c->server->proxies;
    struct http_client client = {.secure =
                                     c->secure || stream_is_secure(c->stream)};

    r->x.peer = stream_peer(c->stream);
    r->x.secure = client.secure;
    if (proxies->count == 0 || address_parse(r->x.peer, &client.address) < 0)
        return;
    forwarded_read(proxies, &r->x.head, &client);
    r->x.peer = address_text(&client.address, r->client);
    r->x.secure = client.secure;
}
