/* SPDX-License-Identifier: MIT */
/* Acknowledgements a plugin will give later: mortise_reply numbers. */
#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"

struct reply {
    struct reply *next; /* of the same socket */
    uint64_t number;
    uint64_t socket;
    uint64_t ack_id;
};

/* A socket's data points to the first of its replies; there are few. */
static uint32_t count_of(const struct reply *r)
{
    uint32_t count = 0;
    for (; r; r = r->next)
        count++;
    return count;
}

int replies_keep(struct host *host, struct sio_socket *s, uint64_t ack_id,
                 mortise_reply *ret_reply)
{
    struct reply *first = sio_socket_data(s);
    if (count_of(first) >= host->max_replies)
        return ERR_LIMIT;
    struct reply *r = mem_alloc(sizeof(*r));
    if (!r)
        return ERR_NOMEM;
    *r = (struct reply){first, ids_add(&host->replies, r), sio_socket_handle(s),
                        ack_id};
    if (r->number == 0) {
        mem_free(r);
        return ERR_NOMEM;
    }
    sio_socket_set_data(s, r);
    *ret_reply = r->number;
    return 0;
}

int replies_find(struct host *host, mortise_reply number,
                 struct sio_socket **ret_socket, uint64_t *ret_ack_id)
{
    const struct reply *r = ids_get(&host->replies, number);
    struct sio_socket *s =
        r && host->sio ? sio_socket_find(host->sio, r->socket) : NULL;
    if (!s)
        return ERR_GONE;
    *ret_socket = s;
    *ret_ack_id = r->ack_id;
    return 0;
}

void replies_use(struct host *host, mortise_reply number)
{
    struct reply *used = ids_remove(&host->replies, number);
    struct sio_socket *s =
        used ? sio_socket_find(host->sio, used->socket) : NULL;
    if (!s)
        return;
    struct reply *first = sio_socket_data(s);
    struct reply **link = &first;
    while (*link != used)
        link = &(*link)->next;
    *link = used->next;
    sio_socket_set_data(s, first);
    mem_free(used);
}

void replies_drop(struct host *host, struct sio_socket *s)
{
    struct reply *r = sio_socket_data(s);
    sio_socket_set_data(s, NULL);
    while (r) {
        struct reply *next = r->next;
        ids_remove(&host->replies, r->number);
        mem_free(r);
        r = next;
    }
}
