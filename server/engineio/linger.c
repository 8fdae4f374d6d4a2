/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "engineio/reply.h"
#include "engineio/session.h"

struct linger {
    LIST_ENTRY(linger) link;
    struct eio_server *server;
    struct websocket *ws;
};

static void remove_linger(struct linger *l)
{
    LIST_REMOVE(l, link);
    l->server->linger_count--;
    mem_free(l);
}

static void on_message(void *user, bool binary, char *p, size_t n)
{
}

static void on_closed(void *user, int code)
{
    remove_linger(user);
}

static const struct websocket_events events = {
    .message = on_message,
    .closed = on_closed,
};

static struct linger *new_linger(struct eio_server *server)
{
    struct linger *l = mem_zalloc(sizeof(*l));
    if (!l)
        return NULL;
    l->server = server;
    LIST_INSERT_HEAD(&server->lingering, l, link);
    server->linger_count++;
    return l;
}

void linger_add(struct eio_server *server, struct websocket *ws)
{
    struct linger *l = new_linger(server);
    if (!l) {
        websocket_abort(ws);
        return;
    }
    l->ws = ws;
    websocket_set_user(ws, &events, l);
    websocket_close(ws, WS_CODE_NONE);
}

void linger_accept(struct eio_server *server, struct http_exchange *x)
{
    struct linger *l = new_linger(server);
    if (!l) {
        http_abort(x);
        return;
    }
    l->ws = websocket_accept(x, reply_cors_headers(server, x),
                             server->terms->max_payload, &server->deflate,
                             &events, l);
    if (l->ws)
        websocket_close(l->ws, WS_CODE_NONE);
    else
        remove_linger(l);
}

void linger_abort_all(struct eio_server *server)
{
    struct linger *l;
    while ((l = LIST_FIRST(&server->lingering)) != NULL) {
        websocket_abort(l->ws);
        remove_linger(l);
    }
}
