/* SPDX-License-Identifier: MIT */
/* What plugins do with sockets and rooms. */
#include "base/error.h"
#include "host/calls/api.h"

struct sio_socket *api_socket(const struct generation *g, mortise_socket s)
{
    return g->host->sio ? sio_socket_find(g->host->sio, s) : NULL;
}

bool api_idle(const struct generation *g)
{
    return g->host->staging || g->state != GENERATION_LIVE;
}

bool api_staged(const struct generation *g)
{
    return !g->host->sio || api_idle(g);
}

int api_join(mortise_host table, mortise_socket socket, const char *room)
{
    const struct generation *g = api_caller(table);
    struct sio_socket *s = api_socket(g, socket);
    if (api_staged(g))
        return ERR_STAGED;
    if (!room)
        return ERR_INVAL;
    return s ? sio_socket_join(s, str_z(room)) : ERR_GONE;
}

int api_leave(mortise_host table, mortise_socket socket, const char *room)
{
    const struct generation *g = api_caller(table);
    struct sio_socket *s = api_socket(g, socket);
    if (api_staged(g))
        return ERR_STAGED;
    if (!room)
        return ERR_INVAL;
    return s ? sio_socket_leave(s, str_z(room)) : ERR_GONE;
}

int api_is_in(mortise_host table, mortise_socket socket, const char *room)
{
    const struct sio_socket *s = api_socket(api_caller(table), socket);
    return s && room ? sio_socket_in(s, str_z(room)) : 0;
}

int api_room_size(mortise_host table, const char *name_space, const char *room)
{
    const struct generation *g = api_caller(table);
    if (!g->host->sio)
        return ERR_STAGED;
    struct str name = str_z(name_space ? name_space : g->name_space);
    const struct sio_namespace *n = sio_namespace_find(g->host->sio, name);
    if (n)
        return room ? (int)sio_room_size(n, str_z(room))
                    : (int)sio_namespace_size(n);
    /* Nobody is in it now, but somebody could be. */
    return registry_find(g->host->lineup->registry, name) ? 0 : ERR_NOENT;
}

int api_disconnect(mortise_host table, mortise_socket socket, int close)
{
    const struct generation *g = api_caller(table);
    struct sio_socket *s = api_socket(g, socket);
    const struct host_call *call = g->host->call;
    if (api_staged(g))
        return ERR_STAGED;
    if (!s)
        return ERR_GONE;
    /* Who has not joined cannot be put out, only refused. */
    if (call && call->connecting && call->socket == s && !close)
        return ERR_INVAL;
    sio_socket_disconnect(s, close != 0);
    return 0;
}

const char *api_sid(mortise_host table, mortise_socket socket)
{
    const struct generation *g = api_caller(table);
    const struct sio_socket *s = api_socket(g, socket);
    return s ? api_copy(g, sio_socket_sid(s)) : NULL;
}

static struct str header(const struct eio_handshake *h, struct str name)
{
    for (uint32_t i = 0; i < h->header_count; i++)
        if (str_eq_nocase(h->headers[i].name, name))
            return h->headers[i].value;
    return str_of(NULL, 0);
}

const char *api_handshake(mortise_host table, mortise_socket socket,
                          uint32_t what, const char *name)
{
    const struct generation *g = api_caller(table);
    const struct sio_socket *s = api_socket(g, socket);
    const struct eio_handshake *h = s ? sio_socket_handshake(s) : NULL;
    struct str found = {NULL, 0};

    if (!h)
        return NULL;
    if (what == MORTISE_ADDRESS)
        found = h->peer;
    else if (what == MORTISE_URL)
        found = h->target;
    else if (what == MORTISE_HEADER && name)
        found = header(h, str_z(name));
    else if (what == MORTISE_QUERY && name)
        found = http_query_get(&g->host->arena, h->query, str_z(name));
    return found.p ? api_copy(g, found) : NULL;
}
