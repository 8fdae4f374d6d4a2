/* SPDX-License-Identifier: MIT */
#include "net/stream_internal.h"

#include <assert.h>
#include <unistd.h>

#include "base/address.h"
#include "base/error.h"
#include "base/mem.h"
#include "net/tls.h"

static struct ring *ring_of(struct loop *l, enum stream_membership membership)
{
    switch (membership) {
    case IN_ATTENDED:
        return &l->attended;
    case IN_DIRTY:
        return &l->dirty;
    case IN_ENDING:
        return &l->ending;
    default:
        return &l->closed;
    }
}

void stream_move(struct stream *s, enum stream_membership membership)
{
    struct loop *l = s->loop;
    if (s->membership != IN_NONE)
        ring_remove(&s->link);
    if (membership != IN_NONE)
        ring_append(ring_of(l, membership), &s->link);
    l->ending_count += membership == IN_ENDING;
    l->ending_count -= s->membership == IN_ENDING;
    s->membership = membership;
}

void stream_attend_later(struct stream *s)
{
    if (s->membership != IN_ATTENDED)
        stream_move(s, IN_ATTENDED);
}

void stream_flush_later(struct stream *s)
{
    s->dirty = true;
    if (s->membership == IN_NONE)
        stream_move(s, IN_DIRTY);
}

void stream_set_state(struct stream *s, enum stream_state state)
{
    assert(state > s->state);
    s->state = state;
}

void stream_close(struct stream *s)
{
    stream_set_state(s, STREAM_CLOSED);
    s->dirty = false;
    stream_wait_for(s, false, false);
    send_queue_clear(&s->out);
    if (s->more) {
        timer_stop(&s->loop->timers, &s->more->grace);
        tls_free(s->more->tls);
        s->more->tls = NULL;
    }
    close(s->fd);
    s->fd = -1;
    peers_leave(&s->loop->peers, stream_peer(s), loop_now(s->loop));
    stream_move(s, IN_CLOSED);
}

void stream_fail(struct stream *s, int error)
{
    if (s->state != STREAM_OPEN) {
        stream_close(s);
        return;
    }
    if (s->error != 0)
        return;
    s->error = (int8_t)error;
    stream_disarm_write(s);
    send_queue_clear(&s->out);
    stream_attend_later(s);
}

void stream_tell_closed(struct stream *s)
{
    if (s->told || s->state != STREAM_OPEN)
        return;
    s->told = true;
    s->events->closed(s->user, s->error);
}

static unsigned awaited(const struct stream *s)
{
    return (s->reading ? POLL_READ : 0) | (s->writing ? POLL_WRITE : 0);
}

int stream_wait_for(struct stream *s, bool reading, bool writing)
{
    unsigned before = awaited(s);
    unsigned now = (reading ? POLL_READ : 0) | (writing ? POLL_WRITE : 0);
    int result = poll_set_change(&s->loop->poll, s->fd, before, now, s);
    if (result == 0) {
        s->reading = reading;
        s->writing = writing;
    }
    return result;
}

void stream_on_ready(void *stream, unsigned what)
{
    struct stream *s = stream;
    loop_update_now(s->loop);
    /* Either may be waited for no longer: a callback can have closed it. */
    if ((what & POLL_WRITE) && s->writing)
        stream_on_writable(s);
    if ((what & POLL_READ) && s->reading)
        stream_on_readable(s);
}

struct stream_more *stream_get_more(struct stream *s)
{
    if (s->more)
        return s->more;
    s->more = mem_take(sizeof(*s->more));
    if (!s->more)
        return NULL;
    *s->more = (struct stream_more){.stream = s};
    buf_init(&s->more->rest, STREAM_REST_MAX + LOOP_READ_SIZE);
    return s->more;
}

static void drop_more(struct stream *s)
{
    if (!s->more)
        return;
    buf_free(&s->more->rest);
    mem_give(s->more, sizeof(*s->more));
    s->more = NULL;
}

void stream_trim(struct stream *s)
{
    if (s->state == STREAM_OPEN && !stream_tls(s) && !stream_rest(s))
        drop_more(s);
}

/* ---- The user's calls ---- */

static struct stream *new_stream(struct loop *loop, int fd, struct str peer,
                                 size_t room, size_t send_limit,
                                 const struct stream_events *events, void *user)
{
    size_t peer_n = peer.n <= UINT8_MAX ? peer.n : UINT8_MAX;
    if (room < peer_n)
        room = peer_n;
    struct stream *s = mem_zalloc(sizeof(*s) + room);
    if (!s)
        goto out;
    s->loop = loop;
    s->events = events;
    s->user = user;
    s->send_limit =
        (uint32_t)(send_limit < SEND_QUEUE_MAX ? send_limit : SEND_QUEUE_MAX);
    s->fd = fd;
    s->peer_n = (uint8_t)peer_n;
    s->peer_room = (uint8_t)room;
    memcpy(s->peer, peer_n > 0 ? peer.p : "", peer_n);
    if (peers_enter(&loop->peers, stream_peer(s), loop_now(loop)) < 0)
        goto out;
    if (stream_update_reading(s) < 0) {
        peers_leave(&loop->peers, stream_peer(s), loop_now(loop));
        goto out;
    }
    loop->streams++;
    return s;
out:
    mem_free(s);
    close(fd);
    return NULL;
}

struct stream *stream_new(struct loop *loop, int fd, struct str peer,
                          size_t send_limit, const struct stream_events *events,
                          void *user)
{
    return new_stream(loop, fd, peer, 0, send_limit, events, user);
}

struct stream *stream_new_proxied(struct loop *loop, int fd, struct str peer,
                                  size_t send_limit,
                                  const struct stream_events *events,
                                  void *user)
{
    return new_stream(loop, fd, peer, ADDRESS_TEXT_SIZE, send_limit, events,
                      user);
}

int stream_set_peer(struct stream *s, struct str peer)
{
    struct peers *peers = &s->loop->peers;

    assert(s->state == STREAM_OPEN && peer.n <= s->peer_room);
    int result = peers_enter(peers, peer, loop_now(s->loop));
    if (result < 0)
        return result;
    peers_leave(peers, stream_peer(s), loop_now(s->loop));
    memcpy(s->peer, peer.p, peer.n);
    s->peer_n = (uint8_t)peer.n;
    return 0;
}

int stream_secure(struct stream *s, const struct tls_context *context)
{
    assert(s->state == STREAM_OPEN && !stream_tls(s));
    assert(send_queue_empty(&s->out));
    if (stream_get_more(s))
        s->more->tls = tls_new(context, s->fd);
    stream_trim(s);
    return stream_tls(s) ? 0 : ERR_NOMEM;
}

bool stream_is_secure(const struct stream *s)
{
    return stream_tls(s) != NULL;
}

void stream_set_user(struct stream *s, const struct stream_events *events,
                     void *user)
{
    assert(s->state == STREAM_OPEN);
    s->events = events;
    s->user = user;
    s->told = false;
    s->show = true;
    /* Even with nothing left over yet: the old user may be in its read(). */
    stream_attend_later(s);
}

int stream_send(struct stream *s, struct slice *slice, uint32_t offset,
                uint32_t n)
{
    if (s->state != STREAM_OPEN || s->error != 0)
        return ERR_CLOSED;
    if (n == 0)
        return 0;
    size_t weight = send_queue_weight(&s->out);
    if (weight > s->send_limit || n > s->send_limit - weight)
        return ERR_BLOCKED;
    int result = send_queue_push(&s->out, slice, offset, n);
    if (result == 0)
        stream_flush_later(s);
    return result;
}

int stream_write(struct stream *s, const void *p, size_t n)
{
    if (n > s->send_limit)
        return ERR_BLOCKED;
    struct slice *slice = slice_new(p, n);
    if (!slice)
        return ERR_NOMEM;
    int result = stream_send(s, slice, 0, (uint32_t)n);
    slice_unref(slice);
    return result;
}

void stream_cut(struct stream *s)
{
    send_queue_cut(&s->out);
}

bool stream_flush(struct stream *s)
{
    assert(s->state == STREAM_OPEN);
    if (!s->writing)
        stream_write_out(s);
    return send_queue_empty(&s->out) && !s->writing && s->error == 0;
}

size_t stream_queued(const struct stream *s)
{
    return send_queue_bytes(&s->out);
}

uint32_t stream_waiting(const struct stream *s)
{
    return send_queue_count(&s->out);
}

bool stream_behind(const struct stream *s)
{
    return s->writing;
}

void stream_pause(struct stream *s)
{
    assert(s->state == STREAM_OPEN);
    s->paused = true;
    stream_update_reading(s);
}

void stream_resume(struct stream *s)
{
    assert(s->state == STREAM_OPEN);
    s->paused = false;
    s->show = true;
    stream_attend_later(s);
    if (stream_update_reading(s) < 0)
        stream_fail(s, ERR_NOMEM);
}

static void on_grace(struct timer *timer)
{
    stream_close(CONTAINER_OF(timer, struct stream_more, grace)->stream);
}

void stream_end(struct stream *s, int64_t grace)
{
    assert(s->state == STREAM_OPEN);
    if (s->membership == IN_ATTENDED)
        stream_move(s, s->dirty ? IN_DIRTY : IN_NONE);
    stream_set_state(s, STREAM_ENDING);
    if (!stream_get_more(s) || stream_update_reading(s) < 0 || s->error != 0) {
        /* Nothing could make it end: what the kernel takes now must do. */
        if (s->error == 0 && !s->writing)
            stream_write_out(s);
        if (s->state != STREAM_CLOSED)
            stream_close(s);
        return;
    }
    timer_init(&s->more->grace, on_grace);
    timer_start(&s->loop->timers, &s->more->grace, grace);
    stream_flush_later(s);
}

void stream_abort(struct stream *s)
{
    assert(s->state == STREAM_OPEN);
    stream_close(s);
}

struct str stream_peer(const struct stream *s)
{
    return str_of(s->peer, s->peer_n);
}

struct loop *stream_loop(const struct stream *s)
{
    return s->loop;
}

static struct stream *first_of(const struct ring *ring)
{
    return ring_empty(ring) ? NULL
                            : CONTAINER_OF(ring->next, struct stream, link);
}

void stream_attend_all(struct loop *loop)
{
    struct ring now;
    struct stream *s;
    ring_move(&now, &loop->attended);
    while ((s = first_of(&now))) {
        stream_move(s, s->dirty ? IN_DIRTY : IN_NONE);
        stream_attend(s);
    }
}

void stream_flush_dirty(struct loop *loop)
{
    struct ring now;
    struct stream *s;
    while ((s = first_of(&loop->dirty))) {
        stream_move(s, IN_NONE);
        stream_write_dirty(s);
    }
    /* Those that are to be attended in the next turn can be dirty as well. */
    ring_move(&now, &loop->attended);
    while ((s = first_of(&now))) {
        stream_move(s, IN_ATTENDED);
        if (s->dirty)
            stream_write_dirty(s);
    }
    stream_trim_ending(loop);
}

void stream_free_closed(struct loop *loop)
{
    struct stream *s;
    while ((s = first_of(&loop->closed))) {
        stream_move(s, IN_NONE);
        loop->streams--;
        drop_more(s);
        mem_free(s);
    }
}

void stream_close_ending(struct loop *loop)
{
    struct stream *s;
    while ((s = first_of(&loop->dirty)) || (s = first_of(&loop->ending))) {
        /* An open one here was never freed by its owner. */
        assert(s->state != STREAM_OPEN);
        stream_close(s);
    }
}
