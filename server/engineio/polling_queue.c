/* SPDX-License-Identifier: MIT */
/*
 * What only polling needs of a session: the queue, the exchanges it holds, and
 * how the one leaves with the other.
 */
#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "engineio/reply.h"

/* A queue larger than this is not kept when it is empty. */
#define QUEUE_KEPT 16

int polling_push(struct polling *p, struct eio_packet *packet)
{
    int r = mem_grow((void **)&p->queue, &p->queue_cap,
                     (size_t)p->queue_count + 1, sizeof(struct eio_packet *));
    if (r < 0)
        return r;
    p->queue[p->queue_count++] = eio_packet_ref(packet);
    p->queued += eio_packet_frame_size(packet);
    return 0;
}

void session_clear_queue(struct eio_session *s)
{
    struct polling *p = s->polling;

    if (!p)
        return;
    for (uint32_t i = 0; i < p->queue_count; i++)
        eio_packet_unref(p->queue[i]);
    p->queue_count = 0;
    p->queued = 0;
    if (p->queue_cap > QUEUE_KEPT) {
        mem_free(p->queue);
        p->queue = NULL;
        p->queue_cap = 0;
    }
}

/* --- the exchanges --- */

/* Whether there is a packet in the queue that may be compressed. */
static bool wants_compression(const struct polling *p)
{
    for (uint32_t i = 0; i < p->queue_count; i++)
        if (!p->queue[i]->uncompressed)
            return true;
    return false;
}

int polling_answer(struct eio_session *s)
{
    struct polling *p = s->polling;
    struct http_exchange *x = p->get;
    bool binary = false;
    struct slice *body = session_revision(s)->encode(p->queue, p->queue_count,
                                                     s->text_only, &binary);

    p->get = NULL;
    if (!body) {
        http_abort(x);
        return ERR_NOMEM;
    }
    reply_payload(session_server(s), x, body, binary, wants_compression(p),
                  STR(""));
    slice_unref(body);
    session_clear_queue(s);
    return 0;
}

void polling_release(struct eio_session *s, struct str payload)
{
    struct http_exchange *x = session_get(s);
    if (!x)
        return;
    s->polling->get = NULL;
    reply_payload(session_server(s), x, NULL, false, false, payload);
}

void polling_farewell(struct eio_session *s, struct str payload)
{
    if (session_get(s) && s->polling->queue_count > 0)
        polling_answer(s); /* the next GET will find that it is over */
    else
        polling_release(s, payload);
}

void polling_drop_rest(struct polling *p)
{
    mem_free(p->rest);
    p->rest = NULL;
}

void polling_drop_post(struct eio_session *s)
{
    struct polling *p = s->polling;
    if (!p)
        return;
    polling_drop_rest(p);
    struct http_exchange *x = p->post;
    if (!x)
        return;
    p->post = NULL;
    http_abort(x);
}

void polling_free(struct polling *p)
{
    if (!p)
        return;
    assert(!p->get && !p->post && !p->rest && !p->upgrade);
    for (uint32_t i = 0; i < p->queue_count; i++)
        eio_packet_unref(p->queue[i]);
    mem_free(p->queue);
    mem_give(p, sizeof(*p));
}
