/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

static void forget(struct sio_ack *ack)
{
    struct sio_socket *s = ack->socket;
    TAILQ_REMOVE(&s->acks, ack, link);
    s->ack_count--;
    timer_stop(s->client->server->timers, &ack->timer);
    mem_free(ack);
}

/* Tells how it ended; the ack is gone before, so that what the callback does
 * cannot meet it. */
static void conclude(struct sio_ack *ack, int status, const struct json *args)
{
    struct sio_socket *s = ack->socket;
    struct sio_server *server = s->client->server;
    uint64_t cookie = ack->cookie;

    forget(ack);
    sio_server_enter(server);
    server->events->answer(server->user, s, cookie, status, args);
    sio_server_leave(server);
}

static void timed_out(struct timer *timer)
{
    conclude(CONTAINER_OF(timer, struct sio_ack, timer), ERR_TIMEOUT, NULL);
}

/* The first match from the front: clients answer mostly in order. */
static struct sio_ack *find(const struct sio_socket *s, uint64_t id)
{
    struct sio_ack *ack;
    TAILQ_FOREACH(ack, &s->acks, link)
    if (ack->id == id)
        return ack;
    return NULL;
}

int sio_socket_ask(struct sio_socket *s, int64_t timeout, uint64_t cookie,
                   uint64_t *ret_id)
{
    struct sio_server *server = s->client->server;
    if (s->state != SOCKET_JOINED)
        return ERR_CLOSED;
    if (s->ack_count >= server->options.acks_per_socket)
        return ERR_LIMIT;

    struct sio_ack *ack = mem_zalloc(sizeof(*ack));
    if (!ack)
        return ERR_NOMEM;
    timer_init(&ack->timer, timed_out);
    int error = timer_start(server->timers, &ack->timer, timeout);
    if (error < 0) {
        mem_free(ack);
        return error;
    }
    ack->socket = s;
    ack->cookie = cookie;
    ack->id = s->name_space->next_ack++;
    TAILQ_INSERT_TAIL(&s->acks, ack, link);
    s->ack_count++;
    *ret_id = ack->id;
    return 0;
}

uint64_t sio_socket_unask(struct sio_socket *s, uint64_t id)
{
    struct sio_ack *ack = find(s, id);
    uint64_t cookie = ack ? ack->cookie : 0;
    if (ack)
        forget(ack);
    return cookie;
}

void acks_answer(struct sio_socket *s, uint64_t id, const struct json *args)
{
    struct sio_ack *ack = find(s, id);
    if (ack) /* one that nobody awaits, or no longer, is ignored */
        conclude(ack, 0, args);
}

void acks_gone(struct sio_socket *s)
{
    while (!TAILQ_EMPTY(&s->acks))
        conclude(TAILQ_FIRST(&s->acks), ERR_GONE, NULL);
}
