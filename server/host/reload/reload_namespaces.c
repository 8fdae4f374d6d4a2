/* SPDX-License-Identifier: MIT */
#include "host/reload/reload_namespaces.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/host.h"
#include "host/reload/complaint.h"
#include "host/reload/reload.h"

/* Whether a build has a row for what this namespace's rows are kept under. */
static bool handles(const struct generation *g, const char *name)
{
    for (uint32_t i = 0; i < g->handlers.count; i++) {
        const char *where = g->handlers.rows[i].name_space;
        if (strcmp(where ? where : g->name_space, name) == 0)
            return true;
    }
    return false;
}

/* Sockets in a namespace that will be gone. The first replaced build that has
 * handled it, and was meant to go on doing so, is to blame. */
static int check_left(const struct reload *r, const struct sio_namespace *n,
                      struct buf *why)
{
    const struct host_namespace *was = sio_namespace_data(n);

    for (uint32_t i = 0; i < r->count; i++) {
        const struct change *c = &r->changes[i];
        struct buf reason;
        if (c->kind != CHANGE_REPLACED || c->name_space ||
            !handles(c->before, was->name))
            continue;
        buf_init(&reason, BUF_MAX);
        buf_printf(&reason,
                   "it has no handler in namespace %.*s any more, where "
                   "sockets are connected",
                   STR_ARG(sio_namespace_name(n)));
        reload_complain(r, c, buf_str(&reason), why);
        buf_free(&reason);
        return ERR_DENIED;
    }
    return 0;
}

/* Finds those that will be gone, and whether they may be. */
static int find_left(struct reload *r, struct buf *why)
{
    struct sio_namespace *n;
    uint32_t cursor = 0;
    int first_error = 0;

    r->left = mem_zalloc((sio_server_namespaces(r->host->sio) + 1) *
                         sizeof(struct sio_namespace *));
    if (!r->left)
        return ERR_NOMEM;
    while ((n = sio_namespace_next(r->host->sio, &cursor))) {
        if (registry_find(r->lineup->registry, sio_namespace_name(n)))
            continue;
        r->left[r->left_count++] = n;
        int error = sio_namespace_users(n) > 0 ? check_left(r, n, why) : 0;
        if (first_error == 0)
            first_error = error;
    }
    return first_error;
}

/* The data of a namespace that is new: old builds may still emit to it, when
 * they are told of sockets that go. */
static const struct host_namespace nobody;

int reload_namespaces_open(struct reload *r, struct buf *why)
{
    struct sio_server *sio = r->host->sio;
    const struct registry *registry = r->lineup->registry;

    if (!sio)
        return 0;
    int error = find_left(r, why);
    if (error < 0)
        return error;
    r->opened = mem_zalloc((registry->count + 1) * sizeof(r->opened[0]));
    if (!r->opened)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < registry->count; i++) {
        const struct host_namespace *to = registry->namespaces[i];
        struct str name = str_of(to->name, to->name_length);
        struct sio_namespace *n = sio_namespace_find(sio, name);
        void *now = n ? sio_namespace_data(n) : (void *)(uintptr_t)&nobody;
        if (to->pattern)
            continue;
        error = sio_namespace_open(sio, name, now, &n);
        if (error == ERR_EXIST)
            continue;
        if (error < 0)
            return error;
        r->opened[r->opened_count++] = n;
    }
    return 0;
}

void reload_namespaces_close(struct reload *r)
{
    while (r->opened_count > 0)
        sio_namespace_release(r->opened[--r->opened_count]);
}

void reload_namespaces_leave(struct reload *r)
{
    struct sio_server *sio = r->host->sio;
    struct sio_notice notice = sio_notice_of(SIO_NOTICE_REMOVED);

    if (!sio)
        return;
    sio_server_enter(sio);
    for (uint32_t i = 0; i < r->left_count; i++) {
        r->disconnected += sio_namespace_users(r->left[i]);
        sio_namespace_close(r->left[i], &notice);
    }
    sio_server_leave(sio);
}

void reload_namespaces_point(struct reload *r)
{
    struct sio_server *sio = r->host->sio;
    struct sio_namespace *n;
    uint32_t cursor = 0;

    if (!sio)
        return;
    /* Bracketed: what is released with nobody in it goes afterwards. */
    sio_server_enter(sio);
    while ((n = sio_namespace_next(sio, &cursor))) {
        const struct host_namespace *to =
            registry_find(r->host->lineup->registry, sio_namespace_name(n));
        sio_namespace_set_data(n, (void *)(uintptr_t)to);
        if (to->pattern)
            sio_namespace_release(n);
    }
    sio_server_leave(sio);
}
