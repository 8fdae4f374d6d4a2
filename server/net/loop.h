/* SPDX-License-Identifier: MIT */
/*
 * The event loop of one thread: libevent's base, the timers, and what is done
 * at the end of each turn.
 *
 * A turn is: wait, let libevent call whoever is ready, run the timers, attend
 * to streams that asked for it, run what was deferred, flush every stream that
 * was written to, free what was closed. So everything sent within a turn leaves
 * in one write a connection, and an object closed within a turn stays valid
 * memory until its end.
 *
 * All functions belong to the loop's own thread, except loop_wake().
 */
#ifndef MORTISE_NET_LOOP_H
#define MORTISE_NET_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/timer.h"
#include "net/peers.h"
#include "net/poll_set.h"

struct event_base;
struct event;
struct signal_watch;
struct stream;

/* Something to be done once, at the end of this turn or the next. Embedded in
 * its owner, who cancels it before going away. */
struct deferred {
    struct ring link;
    void (*run)(struct deferred *deferred);
};

#define LOOP_READ_SIZE 65536

struct loop {
    struct event_base *base;
    struct poll_set poll; /* the streams' descriptors */
    struct timers timers;
    struct event *timer_event; /* wakes the base for the next timer */
    struct event *wake_event;  /* loop_wake() */
    int wake_fd;
    struct ring deferred;  /* what is due at the end of the turn */
    struct ring attended;  /* streams to be looked at when the turn ends */
    struct ring dirty;     /* others that have something to flush then */
    struct ring ending;    /* flushed; waiting for the peer's end */
    uint32_t ending_count; /* of those */
    struct ring closed;    /* to be freed at the end of the turn */
    uint32_t streams;      /* that exist, in whatever state */
    struct peers peers;    /* whose they are, as long as they are open */
    char *read_buffer;     /* LOOP_READ_SIZE bytes, shared by streams */
    struct signal_watch *signals;
    int64_t armed; /* when timer_event is due; INT64_MAX: not */
    uint64_t turns;
    uint64_t received, sent; /* bytes of all streams, without TLS around them */
    bool fresh;              /* the clock was read since the wait */
    bool stopping;
    void (*woken)(void *user); /* called on the loop after loop_wake() */
    void *woken_user;
};

struct loop *loop_new(void); /* NULL: no memory or no descriptors */
/* Frees the loop. Streams that were ended are cut off; others must be gone.
 * NULL is fine. */
void loop_free(struct loop *loop);

/* Turns until loop_stop(). */
void loop_run(struct loop *loop);
/* One turn; waits at most max_wait ms (-1: until something happens). For
 * tests, and for draining with a deadline. */
void loop_turn(struct loop *loop, int64_t max_wait);
/* Makes loop_run() return at the end of this turn; called before it, makes it
 * return at once. */
void loop_stop(struct loop *loop);

/* Reads the clock unless this turn has done so already. Every callback that
 * libevent calls begins with it: only then is loop_now() right. */
void loop_update_now(struct loop *loop);

/* The time of this turn, ms, monotonic. */
static inline int64_t loop_now(const struct loop *loop)
{
    return loop->timers.now;
}

void deferred_init(struct deferred *d, void (*run)(struct deferred *deferred));
static inline bool deferred_waits(const struct deferred *d)
{
    return ring_has(&d->link);
}
/* Runs it at the end of this turn, before the streams are flushed; when that
 * is where we are already, in the next turn, which then does not wait. Twice
 * is once. */
void loop_defer(struct loop *loop, struct deferred *d);
void deferred_cancel(struct deferred *d);

/* Makes the loop call `woken` soon. Any thread, async-signal-safe. */
void loop_wake(struct loop *loop);

/* Calls back on a signal, for each delivery (the kernel folds those that it has
 * not delivered yet), see net/signals.h. Heard as long as the loop lives. 0 or
 * ERR_NOMEM / ERR_IO. */
int loop_on_signal(struct loop *loop, int signal_number,
                   void (*call)(void *user, int signal_number), void *user);

#endif
