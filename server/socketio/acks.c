/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

void ack_forget(struct sio_ack *ack)
{
    struct sio_socket *s = ack->socket;
    TAILQ_REMOVE(&s->extras->acks, ack, link);
    s->extras->ack_count--;
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

    ack_forget(ack);
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

    if (!s->extras)
        return NULL;
    TAILQ_FOREACH(ack, &s->extras->acks, link)
    if (ack->id == id)
        return ack;
    return NULL;
}

/* One more that is awaited; no timer runs for it yet. */
static int await(struct sio_socket *s, uint64_t id, struct sio_ack **ret_ack)
{
    struct sio_extras *extras = socket_extras(s);

    if (!extras)
        return ERR_NOMEM;
    if (extras->ack_count >= s->client->server->options.acks_per_socket)
        return ERR_LIMIT;
    struct sio_ack *ack = mem_zalloc(sizeof(*ack));
    if (!ack)
        return ERR_NOMEM;
    timer_init(&ack->timer, timed_out);
    ack->socket = s;
    ack->id = id;
    TAILQ_INSERT_TAIL(&extras->acks, ack, link);
    extras->ack_count++;
    *ret_ack = ack;
    return 0;
}

int ack_for_survey(struct sio_socket *s, uint64_t id, struct sio_survey *survey,
                   uint32_t place, struct sio_ack **ret_ack)
{
    int error = await(s, id, ret_ack);
    if (error < 0)
        return error;
    (*ret_ack)->survey = survey;
    (*ret_ack)->place = place;
    return 0;
}

int sio_socket_ask(struct sio_socket *s, int64_t timeout, uint64_t cookie,
                   uint64_t *ret_id)
{
    struct sio_ack *ack;

    if (s->state != SOCKET_JOINED)
        return ERR_CLOSED;
    int error = await(s, s->name_space->next_ack, &ack);
    if (error < 0)
        return error;
    error = timer_start(s->client->server->timers, &ack->timer, timeout);
    if (error < 0) {
        ack_forget(ack);
        return error;
    }
    ack->cookie = cookie;
    s->name_space->next_ack++;
    *ret_id = ack->id;
    return 0;
}

uint64_t sio_socket_unask(struct sio_socket *s, uint64_t id)
{
    struct sio_ack *ack = find(s, id);
    if (!ack || ack->survey)
        return 0;
    uint64_t cookie = ack->cookie;
    ack_forget(ack);
    return cookie;
}

void acks_answer(struct sio_socket *s, const struct sio_header *h,
                 const struct sio_partial *partial, const struct json *args)
{
    struct sio_ack *ack = find(s, h->id);
    if (!ack) /* one that nobody awaits, or no longer, is ignored */
        return;
    if (!ack->survey) {
        conclude(ack, 0, args);
        return;
    }
    struct sio_survey *survey = ack->survey;
    uint32_t place = ack->place;
    ack_forget(ack);
    survey_answer(survey, place, h, partial);
}

void acks_gone(struct sio_socket *s)
{
    struct sio_ack *ack;
    while (s->extras && (ack = TAILQ_FIRST(&s->extras->acks))) {
        if (ack->survey) {
            struct sio_survey *survey = ack->survey;
            uint32_t place = ack->place;
            ack_forget(ack);
            survey_gone(survey, place);
        } else {
            conclude(ack, ERR_GONE, NULL);
        }
    }
}
