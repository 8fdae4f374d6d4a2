/* SPDX-License-Identifier: MIT */
/*
 * Namespaces: opened ones, and children that come and go with their users.
 *
 * A child without a user is idle and stands in server->idle. It is looked at
 * when everything else has been told, so whoever has found it from within a
 * callback can use it until that returns.
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "socketio/internal.h"

/* A NUL would show the name cut short to those who read it as a C string. */
static bool name_fits(struct str name)
{
    return name.n > 0 && name.n <= SIO_NAMESPACE_MAX && name.p[0] == '/' &&
           str_find(name, ',') == name.n && str_find(name, '\0') == name.n &&
           utf8_valid(name.p, name.n);
}

static struct str sid_of(const void *socket)
{
    return sio_socket_sid(socket);
}

static int namespace_new(struct sio_server *server, struct str name, void *data,
                         struct sio_namespace **ret_namespace)
{
    struct sio_namespace *n = mem_zalloc(sizeof(*n) + name.n + 1);
    if (!n)
        return ERR_NOMEM;
    n->server = server;
    n->data = data;
    n->name_length = (uint32_t)name.n;
    memcpy(n->name, name.p, name.n);
    table_init(&n->rooms);
    lookup_init(&n->sockets, sid_of);
    int error = table_add(&server->namespaces, sio_namespace_name(n), n);
    if (error < 0) {
        namespace_free(n);
        return error;
    }
    *ret_namespace = n;
    return 0;
}

void namespace_free(struct sio_namespace *n)
{
    if (!n)
        return;
    assert(n->users == 0 && n->rooms.count == 0 && n->sockets.count == 0);
    table_free(&n->rooms);
    lookup_free(&n->sockets);
    mem_free(n->all);
    mem_free(n);
}

/* --- their end --- */

static void forget_name(struct sio_namespace *n)
{
    if (n->closed)
        return;
    n->closed = true;
    table_remove(&n->server->namespaces, sio_namespace_name(n));
}

void namespace_idle(struct sio_namespace *n)
{
    TAILQ_REMOVE(&n->server->idle, n, idle);
    n->is_idle = false;
    if (n->users > 0 || !n->child)
        return;
    forget_name(n);
    namespace_free(n);
}

void namespace_forget(struct sio_namespace *n)
{
    forget_name(n);
    n->child = true;
    namespace_settle(n);
}

/* --- opening --- */

int sio_namespace_open(struct sio_server *server, struct str name, void *data,
                       struct sio_namespace **ret_namespace)
{
    if (!name_fits(name))
        return ERR_INVAL;
    struct sio_namespace *n = sio_namespace_find(server, name);
    if (!n)
        return namespace_new(server, name, data, ret_namespace);
    if (!n->child)
        return ERR_EXIST;
    n->child = false;
    n->data = data;
    *ret_namespace = n;
    return 0;
}

void sio_namespace_release(struct sio_namespace *n)
{
    struct sio_server *server = n->server;

    sio_server_enter(server);
    n->child = true;
    namespace_settle(n);
    sio_server_leave(server);
}

/* --- finding --- */

struct sio_namespace *sio_namespace_find(const struct sio_server *server,
                                         struct str name)
{
    return table_get(&server->namespaces, name);
}

int sio_namespace_want(struct sio_server *server, struct str name,
                       struct sio_namespace **ret_namespace)
{
    const struct sio_events *events = server->events;
    struct sio_namespace *n = sio_namespace_find(server, name);
    void *data = NULL;

    assert(server->depth > 0);
    if (!n) {
        if (!name_fits(name) || !events->want_namespace ||
            !events->want_namespace(server->user, name, &data))
            return ERR_NOENT;
        int error = namespace_new(server, name, data, &n);
        if (error < 0)
            return error;
        n->child = true;
        namespace_settle(n);
    }
    *ret_namespace = n;
    return 0;
}

struct sio_namespace *sio_namespace_next(const struct sio_server *server,
                                         uint32_t *cursor)
{
    return table_next(&server->namespaces, cursor);
}

uint32_t sio_server_namespaces(const struct sio_server *server)
{
    return server->namespaces.count;
}
