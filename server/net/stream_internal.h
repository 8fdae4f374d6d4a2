/* SPDX-License-Identifier: MIT */
/*
 * What the files of a stream share: stream.c (its life and its user's calls),
 * stream_read.c and stream_write.c.
 */
#ifndef MORTISE_NET_STREAM_INTERNAL_H
#define MORTISE_NET_STREAM_INTERNAL_H

#include "net/send_queue.h"
#include "net/stream.h"

enum stream_state {
    STREAM_OPEN,
    STREAM_ENDING,    /* stream_end() was called, bytes are queued */
    STREAM_LINGERING, /* our side is shut down, the peer's is not */
    STREAM_CLOSED,    /* no descriptor; freed at the end of the turn */
};
enum stream_membership { IN_NONE, IN_DIRTY, IN_ENDING, IN_CLOSED };

struct stream {
    struct tls *tls; /* NULL: in the clear */
    struct loop *loop;
    const struct stream_events *events;
    void *user;
    struct send_queue out;
    size_t send_limit;
    struct buf *rest;         /* what the user left over; NULL: nothing */
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
    bool reading : 1;   /* waits for bytes to read */
    bool writing : 1;   /* waits until more can be written */
    bool show : 1;      /* the rest is to be shown again */
    uint8_t peer_n;
    char peer[];
};

/* --- stream.c --- */

void stream_move(struct stream *s, enum stream_membership membership);
void stream_set_state(struct stream *s, enum stream_state state);
/* Gives up everything but the memory, which callers may still be using. */
void stream_close(struct stream *s);
/* Nothing can be written any more: the user hears of it at the end of the
 * turn, because this may have happened within a call of the user's. */
void stream_fail(struct stream *s, int error);
void stream_tell_closed(struct stream *s);
/* Says what of its descriptor it waits for. ERR_NOMEM, and never when that is
 * less than before. */
int stream_wait_for(struct stream *s, bool reading, bool writing);
/* Drops what the user left over. */
void stream_drop_rest(struct stream *s);

/* --- stream_read.c --- */

/* Waits for bytes, or no more, as the flags have it. 0, ERR_NOMEM. */
int stream_update_reading(struct stream *s);
void stream_receive(struct stream *s);
void stream_on_readable(struct stream *s);
/* What could not be done at once, because the user was calling us. */
void stream_on_attend(struct deferred *deferred);

/* --- stream_write.c --- */

void stream_arm_write(struct stream *s);
void stream_disarm_write(struct stream *s);
void stream_on_writable(struct stream *s);
/* Writes until everything is written, or a write would block. */
void stream_write_out(struct stream *s);

#endif
