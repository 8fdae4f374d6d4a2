/* SPDX-License-Identifier: MIT */
#include "net/stream.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "net/send_queue.h"

/* A peer that always has more to read must not keep the others waiting. */
#define READS_PER_TURN 4

enum stream_state {
    STREAM_OPEN,
    STREAM_ENDING,    /* stream_end() was called, bytes are queued */
    STREAM_LINGERING, /* our side is shut down, the peer's is not */
    STREAM_CLOSED,    /* no descriptor; freed at the end of the turn */
};
enum stream_membership { IN_NONE, IN_DIRTY, IN_ENDING, IN_CLOSED };

struct stream {
    struct event read_event;
    struct event *write_event; /* only while a write would block */
    struct loop *loop;
    const struct stream_events *events;
    void *user;
    struct send_queue out;
    size_t send_limit;
    struct buf rest;          /* what the user left over */
    TAILQ_ENTRY(stream) link; /* of the list that `membership` names */
    union {
        struct deferred attend; /* while open */
        struct timer grace;     /* from stream_end() on */
    };
    int fd;
    int error;          /* why nothing can be written any more */
    uint8_t state;      /* enum stream_state */
    uint8_t membership; /* enum stream_membership */
    bool eof : 1;       /* nothing more will come */
    bool told : 1;      /* this user knows that it is over */
    bool paused : 1;    /* by the user */
    bool full : 1;      /* too much is left over */
    bool reading : 1;   /* read_event is added */
    bool show : 1;      /* the rest is to be shown again */
    uint8_t peer_n;
    char peer[];
};

static void move_to(struct stream *s, enum stream_membership membership)
{
    struct loop *l = s->loop;
    struct stream_list *lists[] = {NULL, &l->dirty, &l->ending, &l->closed};
    if (s->membership != IN_NONE)
        TAILQ_REMOVE(lists[s->membership], s, link);
    if (membership != IN_NONE)
        TAILQ_INSERT_TAIL(lists[membership], s, link);
    l->ending_count += membership == IN_ENDING;
    l->ending_count -= s->membership == IN_ENDING;
    s->membership = membership;
}

static void set_state(struct stream *s, enum stream_state state)
{
    assert(state > s->state);
    s->state = state;
}

/* Adds or removes read_event as the flags have it. 0, ERR_NOMEM. */
static int update_reading(struct stream *s)
{
    bool open = s->state == STREAM_OPEN;
    bool want = !s->eof && (!open || (!s->paused && !s->full));
    if (want == s->reading)
        return 0;
    if (want && event_add(&s->read_event, NULL) != 0)
        return ERR_NOMEM;
    if (!want)
        event_del(&s->read_event);
    s->reading = want;
    return 0;
}

static void disarm_write(struct stream *s)
{
    if (s->write_event)
        event_del(s->write_event);
    mem_free(s->write_event);
    s->write_event = NULL;
}

/* Gives up everything but the memory, which callers may still be using. */
static void close_now(struct stream *s)
{
    if (s->state == STREAM_OPEN)
        loop_cancel(s->loop, &s->attend);
    else
        timer_stop(&s->loop->timers, &s->grace);
    set_state(s, STREAM_CLOSED);
    event_del(&s->read_event); /* which may be none, and that is fine */
    s->reading = false;
    disarm_write(s);
    send_queue_clear(&s->out);
    close(s->fd);
    s->fd = -1;
    move_to(s, IN_CLOSED);
}

/* Nothing can be written any more: the user hears of it at the end of the
 * turn, because this may have happened within a call of the user's. */
static void fail(struct stream *s, int error)
{
    if (s->state != STREAM_OPEN) {
        close_now(s);
        return;
    }
    if (s->error != 0)
        return;
    s->error = error;
    disarm_write(s);
    send_queue_clear(&s->out);
    loop_defer(s->loop, &s->attend);
}

static void tell_closed(struct stream *s)
{
    if (s->told || s->state != STREAM_OPEN)
        return;
    s->told = true;
    s->events->closed(s->user, s->error);
}

/* ---- Writing ---- */

static void on_writable(evutil_socket_t fd, short what, void *user);

static void arm_write(struct stream *s)
{
    if (s->write_event)
        return;
    s->write_event = mem_alloc(sizeof(*s->write_event));
    if (!s->write_event ||
        event_assign(s->write_event, s->loop->base, s->fd,
                     EV_WRITE | EV_PERSIST, on_writable, s) != 0 ||
        event_add(s->write_event, NULL) != 0)
        fail(s, ERR_NOMEM);
}

/* Writes until everything is written, or a write would block. */
static void write_out(struct stream *s)
{
    int result = send_queue_write(&s->out, s->fd);
    if (result == ERR_AGAIN)
        arm_write(s);
    else if (result < 0)
        fail(s, result);
    else
        disarm_write(s);
}

/* Everything is written and no more will come from us. */
static void finish_ending(struct stream *s)
{
    if (s->eof || shutdown(s->fd, SHUT_WR) != 0) {
        close_now(s);
        return;
    }
    set_state(s, STREAM_LINGERING);
    move_to(s, IN_ENDING);
}

static void on_writable(evutil_socket_t fd, short what, void *user)
{
    struct stream *s = user;
    loop_update_now(s->loop);
    write_out(s);
    if (s->out.count > 0)
        return;
    if (s->state == STREAM_ENDING)
        finish_ending(s);
    else if (s->state == STREAM_OPEN && s->error == 0 && s->events->drained)
        s->events->drained(s->user);
}

/* Nobody counts streams that end: without a limit they would pile up. */
static void trim_ending(struct loop *loop)
{
    struct stream *s = TAILQ_FIRST(&loop->ending), *next;
    for (; s && loop->ending_count > STREAM_ENDING_MAX; s = next) {
        next = TAILQ_NEXT(s, link);
        if (s->state == STREAM_LINGERING ||
            loop->ending_count > 2 * STREAM_ENDING_MAX)
            close_now(s);
    }
}

void stream_flush_dirty(struct loop *loop)
{
    struct stream *s;
    while ((s = TAILQ_FIRST(&loop->dirty))) {
        move_to(s, s->state == STREAM_OPEN ? IN_NONE : IN_ENDING);
        if (!s->write_event)
            write_out(s);
        if (s->state == STREAM_ENDING) {
            buf_free(&s->rest);
            if (s->out.count == 0)
                finish_ending(s);
        }
    }
    trim_ending(loop);
}

/* ---- Reading ---- */

/* The user has been shown bytes: goes on according to what is left over.
 * Without memory to keep that, nothing that follows may be shown either. */
static void settle(struct stream *s, int result)
{
    s->full = s->rest.n >= STREAM_REST_MAX;
    if (result == 0)
        result = update_reading(s);
    if (result == 0)
        return;
    s->eof = true;
    update_reading(s);
    fail(s, result);
}

static void show_rest(struct stream *s)
{
    size_t used = s->events->read(s->user, s->rest.p, s->rest.n);
    if (s->state != STREAM_OPEN)
        return;
    buf_consume(&s->rest, used);
    if (s->rest.n == 0)
        buf_free(&s->rest);
    settle(s, 0);
}

static void show(struct stream *s, char *p, size_t n)
{
    bool together = s->rest.n > 0;
    size_t used = together ? 0 : s->events->read(s->user, p, n);
    if (s->state != STREAM_OPEN)
        return;
    assert(used <= n);
    int result = used < n ? buf_append(&s->rest, p + used, n - used) : 0;
    if (together && result == 0)
        show_rest(s);
    else
        settle(s, result);
}

/* recv() returned nothing: returns whether that is for good. */
static bool reached_end(struct stream *s, ssize_t n)
{
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return false;
    s->eof = true;
    update_reading(s);
    return true;
}

static void receive(struct stream *s)
{
    for (int i = 0; i < READS_PER_TURN; i++) {
        ssize_t n =
            recv(s->fd, s->loop->read_buffer, LOOP_READ_SIZE, MSG_DONTWAIT);
        if (n <= 0) {
            if (!reached_end(s, n))
                return;
            s->error = n < 0 && s->error == 0 ? ERR_IO : s->error;
            tell_closed(s);
            return;
        }
        show(s, s->loop->read_buffer, (size_t)n);
        if (n < LOOP_READ_SIZE || s->state != STREAM_OPEN || !s->reading)
            return;
    }
}

/* After stream_end(): what comes is thrown away. */
static void discard(struct stream *s)
{
    for (int i = 0; i < READS_PER_TURN; i++) {
        ssize_t n =
            recv(s->fd, s->loop->read_buffer, LOOP_READ_SIZE, MSG_DONTWAIT);
        if (n > 0)
            continue;
        if (reached_end(s, n) && (n < 0 || s->state == STREAM_LINGERING))
            close_now(s);
        return;
    }
}

static void on_readable(evutil_socket_t fd, short what, void *user)
{
    struct stream *s = user;
    loop_update_now(s->loop);
    if (s->state == STREAM_OPEN)
        receive(s);
    else
        discard(s);
}

/* What could not be done at once, because the user was calling us. */
static void on_attend(struct deferred *deferred)
{
    struct stream *s = CONTAINER_OF(deferred, struct stream, attend);
    if (s->show && s->rest.n > 0 && !s->paused)
        show_rest(s);
    s->show = false;
    /* What the peer sent before the connection broke still counts. */
    if (s->state == STREAM_OPEN && s->error != 0 && s->reading)
        receive(s);
    if (s->eof || s->error != 0)
        tell_closed(s);
}

/* ---- The user's calls ---- */

struct stream *stream_new(struct loop *loop, int fd, struct str peer,
                          size_t send_limit, const struct stream_events *events,
                          void *user)
{
    size_t peer_n = peer.n <= UINT8_MAX ? peer.n : UINT8_MAX;
    struct stream *s = mem_zalloc(sizeof(*s) + peer_n);
    if (!s)
        goto out;
    s->loop = loop;
    s->events = events;
    s->user = user;
    s->send_limit = send_limit;
    s->fd = fd;
    s->peer_n = (uint8_t)peer_n;
    memcpy(s->peer, peer_n > 0 ? peer.p : "", peer_n);
    send_queue_init(&s->out);
    buf_init(&s->rest, STREAM_REST_MAX + LOOP_READ_SIZE);
    deferred_init(&s->attend, on_attend);
    if (event_assign(&s->read_event, loop->base, fd, EV_READ | EV_PERSIST,
                     on_readable, s) != 0 ||
        update_reading(s) < 0)
        goto out;
    loop->streams++;
    return s;
out:
    mem_free(s);
    close(fd);
    return NULL;
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
    loop_defer(s->loop, &s->attend);
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
    if (result == 0 && s->membership == IN_NONE)
        move_to(s, IN_DIRTY);
    return result;
}

int stream_write(struct stream *s, const void *p, size_t n)
{
    if (n > s->send_limit || n > BUF_MAX)
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
    if (!s->write_event)
        write_out(s);
    return s->out.count == 0 && s->error == 0;
}

size_t stream_queued(const struct stream *s)
{
    return s->out.bytes;
}

uint32_t stream_waiting(const struct stream *s)
{
    return s->out.count;
}

bool stream_behind(const struct stream *s)
{
    return s->write_event != NULL;
}

void stream_pause(struct stream *s)
{
    assert(s->state == STREAM_OPEN);
    s->paused = true;
    update_reading(s);
}

void stream_resume(struct stream *s)
{
    assert(s->state == STREAM_OPEN);
    s->paused = false;
    s->show = true;
    loop_defer(s->loop, &s->attend);
    if (update_reading(s) < 0)
        fail(s, ERR_NOMEM);
}

static void on_grace(struct timer *timer)
{
    close_now(CONTAINER_OF(timer, struct stream, grace));
}

void stream_end(struct stream *s, int64_t grace)
{
    assert(s->state == STREAM_OPEN);
    loop_cancel(s->loop, &s->attend);
    set_state(s, STREAM_ENDING);
    timer_init(&s->grace, on_grace);
    if (timer_start(&s->loop->timers, &s->grace, grace) < 0 ||
        update_reading(s) < 0 || s->error != 0) {
        /* Nothing could make it end: what the kernel takes now must do. */
        if (s->error == 0 && !s->write_event)
            write_out(s);
        if (s->state != STREAM_CLOSED)
            close_now(s);
        return;
    }
    move_to(s, IN_DIRTY);
}

void stream_abort(struct stream *s)
{
    assert(s->state == STREAM_OPEN);
    close_now(s);
}

struct str stream_peer(const struct stream *s)
{
    return str_of(s->peer, s->peer_n);
}

struct loop *stream_loop(const struct stream *s)
{
    return s->loop;
}

void stream_free_closed(struct loop *loop)
{
    struct stream *s;
    while ((s = TAILQ_FIRST(&loop->closed))) {
        move_to(s, IN_NONE);
        loop->streams--;
        buf_free(&s->rest);
        mem_free(s);
    }
}

void stream_close_ending(struct loop *loop)
{
    struct stream *s;
    while ((s = TAILQ_FIRST(&loop->dirty)) ||
           (s = TAILQ_FIRST(&loop->ending))) {
        /* An open one here was never freed by its owner. */
        assert(s->state != STREAM_OPEN);
        close_now(s);
    }
}
