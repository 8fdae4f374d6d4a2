/* SPDX-License-Identifier: MIT */
/*
 * A survey: one question to many sockets under one id, and what they answer.
 *
 * It belongs to the server from its first receiver until it has been told. Each
 * receiver that may still answer has an acknowledgement among its socket's
 * own (acks.c); whatever ends that one way or the other notes it here. It is
 * over when none is left, or when its time has passed, and then nothing of it
 * stays with any socket. Told is it when nobody's callback is running.
 */
#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

/* Bytes of all answers that are kept for all surveys that are not over. */
#define KEPT_MAX ((size_t)64 << 20)

/* What stands behind the answer of the same index. */
struct part {
    struct sio_ack *ack;      /* while it is awaited */
    struct sio_partial *text; /* what was answered */
};

struct sio_survey {
    TAILQ_ENTRY(sio_survey) over; /* of the server */
    struct sio_namespace *name_space;
    struct timer timer;
    uint64_t id, cookie;
    size_t kept; /* bytes of the answers */
    int status;
    bool is_over;
    uint32_t awaited;
    uint32_t count; /* of the arrays */
    struct sio_answer *answers;
    struct part *parts;
};

static struct sio_server *server_of(const struct sio_survey *survey)
{
    return survey->name_space->server;
}

static void survey_free(struct sio_survey *survey)
{
    for (uint32_t i = 0; survey->parts && i < survey->count; i++)
        partial_free(survey->parts[i].text);
    mem_free(survey->answers);
    mem_free(survey->parts);
    namespace_unref(survey->name_space);
    mem_free(survey);
}

/* Nobody is awaited any longer. */
static void finish(struct sio_survey *survey, int status)
{
    struct sio_server *server = server_of(survey);

    if (survey->is_over)
        return;
    survey->is_over = true;
    survey->status = status;
    timer_stop(server->timers, &survey->timer);
    for (uint32_t i = 0; survey->awaited > 0; i++) {
        if (!survey->parts[i].ack)
            continue;
        ack_forget(survey->parts[i].ack);
        survey->awaited--;
    }
    TAILQ_INSERT_TAIL(&server->surveys, survey, over);
}

/* The ack at this place is no more. */
static void settle(struct sio_survey *survey, uint32_t place, int status)
{
    survey->parts[place].ack = NULL;
    survey->answers[place].status = status;
    survey->awaited--;
    if (survey->awaited == 0)
        finish(survey, 0);
}

static void timed_out(struct timer *timer)
{
    struct sio_survey *survey = CONTAINER_OF(timer, struct sio_survey, timer);
    struct sio_server *server = server_of(survey);

    sio_server_enter(server);
    finish(survey, ERR_TIMEOUT);
    sio_server_leave(server);
}

static struct sio_survey *survey_new(struct sio_namespace *n, uint64_t id,
                                     uint64_t cookie, uint32_t receivers)
{
    struct sio_survey *survey = mem_zalloc(sizeof(*survey));
    if (!survey)
        return NULL;
    timer_init(&survey->timer, timed_out);
    survey->name_space = n;
    namespace_ref(n);
    survey->id = id;
    survey->cookie = cookie;
    survey->answers =
        mem_zalloc(((size_t)receivers + 1) * sizeof(survey->answers[0]));
    survey->parts =
        mem_zalloc(((size_t)receivers + 1) * sizeof(survey->parts[0]));
    if (survey->answers && survey->parts)
        return survey;
    survey_free(survey);
    return NULL;
}

/* Puts the question to one more socket; 1 when it is on its way. */
static int ask(struct sio_survey *survey, struct sio_socket *s,
               struct sio_packet *packet, bool is_volatile)
{
    uint32_t place = survey->count++;
    struct part *part = &survey->parts[place];
    int status = ack_for_survey(s, survey->id, survey, place, &part->ack);

    if (status == 0) {
        status = s->state == SOCKET_JOINED
                     ? client_send(s->client, packet, is_volatile)
                     : ERR_CLOSED;
        if (status < 0) {
            ack_forget(part->ack);
            part->ack = NULL;
        }
    }
    survey->awaited += status == 0;
    survey->answers[place] = (struct sio_answer){
        .socket = s->handle,
        .status = status == 0 ? ERR_TIMEOUT : status, /* until it answers */
    };
    return status == 0;
}

int sio_broadcast_ask(const struct sio_target *target,
                      struct sio_packet *packet, uint64_t id, int64_t timeout,
                      uint64_t cookie)
{
    struct sio_namespace *n = target->name_space;
    struct sio_server *server = n->server;
    struct sio_survey *survey = NULL;
    struct sio_socket **sockets = NULL;
    uint32_t count = 0;
    int asked = 0;

    sio_server_enter(server);
    int error = target_collect(target, &sockets, &count);
    if (error < 0)
        goto out;
    survey = survey_new(n, id, cookie, count);
    error = survey ? timer_start(server->timers, &survey->timer, timeout)
                   : ERR_NOMEM;
    if (error < 0)
        goto out;
    for (uint32_t i = 0; i < count; i++)
        asked += ask(survey, sockets[i], packet, target->is_volatile);
    if (survey->awaited == 0 && server->telling_answers) {
        timer_stop(server->timers, &survey->timer);
        error = ERR_GONE;
        goto out;
    }
    if (survey->awaited == 0)
        finish(survey, 0);
    survey = NULL;
out:
    if (survey)
        survey_free(survey);
    mem_free(sockets);
    sio_server_leave(server);
    return error < 0 ? error : asked;
}

/* --- answers --- */

/* Keeps the text of an answer, and shares its attachments. */
static int keep(struct sio_survey *survey, uint32_t place,
                const struct sio_header *h, const struct sio_partial *partial)
{
    struct sio_server *server = server_of(survey);
    size_t size = h->json.n;

    for (uint32_t i = 0; partial && i < partial->have; i++)
        size += partial->attachments[i]->n;
    if (size > KEPT_MAX - server->kept_answers)
        return ERR_LIMIT;
    survey->parts[place].text = partial_copy(h, partial);
    if (!survey->parts[place].text)
        return ERR_NOMEM;
    survey->kept += size;
    server->kept_answers += size;
    return 0;
}

void survey_answer(struct sio_survey *survey, uint32_t place,
                   const struct sio_header *h,
                   const struct sio_partial *partial)
{
    settle(survey, place, keep(survey, place, h, partial));
}

void survey_gone(struct sio_survey *survey, uint32_t place)
{
    settle(survey, place, ERR_GONE);
}

/* Reads the answer again; it was read once when it came. */
static int read_answer(struct sio_server *server,
                       const struct sio_partial *text,
                       const struct json **ret_args)
{
    struct json_limits limits = {.depth = server->kept_depth};
    struct json *args;
    int error =
        json_parse(&server->arena, text->header.json, &limits, &args, NULL);
    if (error == 0 && text->have > 0)
        error = partial_resolve(text, args);
    if (error == 0)
        *ret_args = args;
    return error;
}

void survey_tell(struct sio_survey *survey)
{
    struct sio_server *server = server_of(survey);

    assert(survey->is_over && survey->awaited == 0);
    TAILQ_REMOVE(&server->surveys, survey, over);
    for (uint32_t i = 0; i < survey->count; i++) {
        struct sio_answer *a = &survey->answers[i];
        if (a->status == 0)
            a->status = read_answer(server, survey->parts[i].text, &a->args);
    }
    server->telling_answers = true;
    server->events->answers(server->user, survey->name_space, survey->cookie,
                            survey->status, survey->answers, survey->count);
    server->telling_answers = false;
    arena_reset(&server->arena);
    server->kept_answers -= survey->kept;
    survey_free(survey);
}
