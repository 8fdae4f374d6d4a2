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

/* --- users --- */

static void settle(struct sio_namespace *n)
{
    if (n->users > 0 || !n->child || n->is_idle)
        return;
    assert(n->server->depth > 0);
    n->is_idle = true;
    TAILQ_INSERT_TAIL(&n->server->idle, n, idle);
}

void namespace_ref(struct sio_namespace *n)
{
    n->users++;
}

void namespace_unref(struct sio_namespace *n)
{
    assert(n->users > 0);
    n->users--;
    settle(n);
}

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

/* --- opening and closing --- */

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
    settle(n);
    sio_server_leave(server);
}

void sio_namespace_close(struct sio_namespace *n, const struct sio_notice *why)
{
    struct sio_server *server = n->server;
    struct sio_notice notice =
        why ? *why : sio_notice_of(SIO_NOTICE_DISCONNECTED);
    struct sio_socket *s;
    uint32_t cursor = 0;

    sio_server_enter(server); /* so all of them stay, though they close */
    forget_name(n);
    /* Those that are still pending stand nowhere else: it looks at all. */
    while ((s = ids_next(&server->sockets, &cursor))) {
        if (s->name_space != n)
            continue;
        sio_socket_kick(s, false, &notice);
        sio_socket_refuse(s, STR("Invalid namespace"), STR(""));
    }
    n->child = true;
    settle(n);
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
        settle(n);
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

uint32_t sio_namespace_users(const struct sio_namespace *n)
{
    return n->users;
}

void *sio_namespace_data(const struct sio_namespace *n)
{
    return n->data;
}

void sio_namespace_set_data(struct sio_namespace *n, void *data)
{
    n->data = data;
}

struct str sio_namespace_name(const struct sio_namespace *n)
{
    return str_of(n->name, n->name_length);
}
