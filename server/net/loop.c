/* SPDX-License-Identifier: MIT */
#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "net/signals.h"
#include "net/stream.h"

static void on_timer(evutil_socket_t fd, short what, void *user)
{
    struct loop *loop = user;
    loop_update_now(loop);
    /* The timers themselves are run at the end of the turn. */
    loop->armed = INT64_MAX;
}

static void on_wake(evutil_socket_t fd, short what, void *user)
{
    struct loop *loop = user;
    uint64_t count;
    loop_update_now(loop);
    if (read(fd, &count, sizeof(count)) != (ssize_t)sizeof(count))
        return;
    signals_tell(loop);
    if (loop->woken)
        loop->woken(loop->woken_user);
}

/* The base has no lock (one thread), no precise timers (they would cost a
 * timerfd and a system call a wait), and does not look at the environment. */
static struct event_base *new_base(void)
{
    struct event_base *base = NULL;
    struct event_config *config = event_config_new();
    if (!config)
        return NULL;
    if (event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK) == 0 &&
        event_config_set_flag(config, EVENT_BASE_FLAG_IGNORE_ENV) == 0)
        base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

struct loop *loop_new(void)
{
    struct loop *loop = mem_zalloc(sizeof(*loop));
    if (!loop)
        return NULL;
    ring_init(&loop->deferred);
    ring_init(&loop->attended);
    ring_init(&loop->dirty);
    ring_init(&loop->ending);
    ring_init(&loop->closed);
    mem_keep_spares();
    timers_init(&loop->timers, clock_mono_ms());
    peers_init(&loop->peers);
    loop->armed = INT64_MAX;
    loop->fresh = true;
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    loop->read_buffer = mem_alloc(LOOP_READ_SIZE);
    loop->base = new_base();
    if (loop->wake_fd < 0 || !loop->read_buffer || !loop->base ||
        poll_set_init(&loop->poll, loop->base, stream_on_ready) < 0)
        goto out;
    loop->timer_event = evtimer_new(loop->base, on_timer, loop);
    loop->wake_event = event_new(loop->base, loop->wake_fd,
                                 EV_READ | EV_PERSIST, on_wake, loop);
    if (!loop->timer_event || !loop->wake_event ||
        event_add(loop->wake_event, NULL) != 0)
        goto out;
    return loop;
out:
    loop_free(loop);
    return NULL;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    stream_close_ending(loop);
    stream_free_closed(loop);
    assert(loop->streams == 0);
    peers_free(&loop->peers);
    signals_forget(loop);
    if (loop->timer_event)
        event_free(loop->timer_event);
    if (loop->wake_event)
        event_free(loop->wake_event);
    poll_set_free(&loop->poll);
    if (loop->base)
        event_base_free(loop->base);
    if (loop->wake_fd >= 0)
        close(loop->wake_fd);
    timers_free(&loop->timers);
    mem_free(loop->read_buffer);
    mem_free(loop);
    mem_drop_spares();
}

void loop_update_now(struct loop *loop)
{
    if (loop->fresh)
        return;
    loop->fresh = true;
    timers_set_now(&loop->timers, clock_mono_ms());
}

/*
 * Makes sure that the wait ends when the next timer is due, and within
 * max_wait ms. The libevent timer is only touched when that is earlier than
 * what it was set to before; one that fires too early costs a turn, but only
 * once. Returns whether to wait at all.
 */
static bool arm(struct loop *loop, int64_t max_wait)
{
    int64_t wait = timers_wait(&loop->timers);
    if (wait < 0 || (max_wait >= 0 && max_wait < wait))
        wait = max_wait;
    if (wait <= 0)
        return wait < 0;
    int64_t due = loop_now(loop) + wait;
    if (loop->armed <= due)
        return true;
    int64_t left = due - clock_mono_ms();
    if (left <= 0)
        return false;
    struct timeval tv = {left / 1000, (left % 1000) * 1000};
    /* Without memory the wait becomes a short one that is repeated. */
    if (evtimer_add(loop->timer_event, &tv) != 0)
        return false;
    loop->armed = due;
    return true;
}

static void run_deferred(struct loop *loop)
{
    /* What is queued from here on belongs to the next turn. */
    struct ring now;
    ring_move(&now, &loop->deferred);
    while (!ring_empty(&now)) {
        struct deferred *d = CONTAINER_OF(now.next, struct deferred, link);
        ring_remove(&d->link);
        d->run(d);
    }
}

void loop_turn(struct loop *loop, int64_t max_wait)
{
    int flags = EVLOOP_ONCE;
    /* Streams only have bytes to send or are closed here when they were used
     * from outside of a turn. */
    if (!ring_empty(&loop->deferred) || !ring_empty(&loop->attended) ||
        !ring_empty(&loop->dirty) || !ring_empty(&loop->closed) ||
        !arm(loop, max_wait))
        flags |= EVLOOP_NONBLOCK;
    loop->fresh = false;
    int result = event_base_loop(loop->base, flags);
    assert(result == 0); /* -1: called from within a turn */
    loop_update_now(loop);
    timers_run(&loop->timers, loop_now(loop));
    stream_attend_all(loop);
    run_deferred(loop);
    stream_flush_dirty(loop);
    stream_free_closed(loop);
    loop->turns++;
}

void loop_run(struct loop *loop)
{
    while (!loop->stopping)
        loop_turn(loop, -1);
    loop->stopping = false;
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}

void deferred_init(struct deferred *d, void (*run)(struct deferred *deferred))
{
    *d = (struct deferred){.run = run};
}

void loop_defer(struct loop *loop, struct deferred *d)
{
    if (!deferred_waits(d))
        ring_append(&loop->deferred, &d->link);
}

void deferred_cancel(struct deferred *d)
{
    if (deferred_waits(d))
        ring_remove(&d->link);
}

void loop_wake(struct loop *loop)
{
    int saved = errno;
    uint64_t one = 1;
    /* Fails only when the counter is full, and then it wakes anyway. */
    if (write(loop->wake_fd, &one, sizeof(one)) < 0)
        assert(errno == EAGAIN);
    errno = saved;
}
