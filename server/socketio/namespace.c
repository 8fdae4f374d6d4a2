/* SPDX-License-Identifier: MIT */
/* One namespace: what it is called, who uses it. */
#include <assert.h>

#include "socketio/internal.h"

/* --- users --- */

void namespace_settle(struct sio_namespace *n)
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
    namespace_settle(n);
}

/* --- facts --- */

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

uint64_t sio_namespace_next_ack(struct sio_namespace *n)
{
    return n->next_ack++;
}
