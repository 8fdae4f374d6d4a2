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
/* In which of the loop's rings it is. */
enum stream_membership { IN_NONE, IN_ATTENDED, IN_DIRTY, IN_ENDING, IN_CLOSED };

/* What few streams have, or have for a while. */
struct stream_more {
    struct tls *tls;    /* NULL: in the clear */
    struct buf rest;    /* what the user left over */
    struct timer grace; /* from stream_end() on */
    struct stream *stream;
};

/* There are many, and most of them are idle. */
struct stream {
    struct loop *loop;
    const struct stream_events *events;
    void *user;
    struct send_queue out;
    struct ring link; /* of what `membership` names */
    struct stream_more *more;
    uint32_t send_limit;
    int fd;
    int8_t error;           /* why nothing can be written any more */
    uint8_t state : 2;      /* enum stream_state */
    uint8_t membership : 3; /* enum stream_membership */
    bool dirty : 1;         /* has something to flush, in either ring */
    bool reading : 1;       /* waits for bytes to read */
    bool writing : 1;       /* waits until more can be written */
    bool eof : 1;           /* nothing more will come */
    bool told : 1;          /* this user knows that it is over */
    bool paused : 1;        /* by the user */
    bool full : 1;          /* too much is left over */
    bool show : 1;          /* the rest is to be shown again */
    uint8_t peer_n, peer_room;
    char peer[];
};
_Static_assert(offsetof(struct stream, peer) <= 77, "there are many of them");

static inline struct tls *stream_tls(const struct stream *s)
{
    return s->more ? s->more->tls : NULL;
}

/* What the user left over; NULL: nothing. */
static inline struct buf *stream_rest(const struct stream *s)
{
    return s->more && s->more->rest.n > 0 ? &s->more->rest : NULL;
}

/* --- stream.c --- */

void stream_move(struct stream *s, enum stream_membership membership);
void stream_set_state(struct stream *s, enum stream_state state);
/* Gives up everything but the memory, which callers may still be using. */
void stream_close(struct stream *s);
/* Nothing can be written any more: the user hears of it at the end of the
 * turn, because this may have happened within a call of the user's. */
void stream_fail(struct stream *s, int error);
void stream_tell_closed(struct stream *s);
/* Has stream_attend() called at the end of this turn, or of the next when that
 * is where we are. */
void stream_attend_later(struct stream *s);
/* Has it write at the end of this turn. */
void stream_flush_later(struct stream *s);
/* Its `more`; NULL: no memory. And drops it where nothing of it is needed. */
struct stream_more *stream_get_more(struct stream *s);
void stream_trim(struct stream *s);
/* Says what of its descriptor it waits for. ERR_NOMEM, and never when that is
 * less than before. */
int stream_wait_for(struct stream *s, bool reading, bool writing);

/* --- stream_read.c --- */

/* Waits for bytes, or no more, as the flags have it. 0, ERR_NOMEM. */
int stream_update_reading(struct stream *s);
void stream_receive(struct stream *s);
void stream_on_readable(struct stream *s);
/* What could not be done at once, because the user was calling us. */
void stream_attend(struct stream *s);

/* --- stream_write.c --- */

void stream_arm_write(struct stream *s);
void stream_disarm_write(struct stream *s);
void stream_on_writable(struct stream *s);
/* Writes until everything is written, or a write would block. */
void stream_write_out(struct stream *s);
/* The same at the end of a turn, for one that is dirty. */
void stream_write_dirty(struct stream *s);
/* Closes those that end of which there are too many. */
void stream_trim_ending(struct loop *loop);

#endif
