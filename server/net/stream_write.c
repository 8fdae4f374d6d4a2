/* SPDX-License-Identifier: MIT */
/* What a stream sends. */
#include <sys/socket.h>

#include "base/error.h"
#include "base/mem.h"
#include "net/stream_internal.h"
#include "net/tls.h"

void stream_disarm_write(struct stream *s)
{
    if (s->writing)
        stream_wait_for(s, s->reading, false);
}

void stream_arm_write(struct stream *s)
{
    if (!s->writing && stream_wait_for(s, s->reading, true) < 0)
        stream_fail(s, ERR_NOMEM);
}

void stream_write_out(struct stream *s)
{
    int result =
        s->tls ? tls_write(s->tls, &s->out) : send_queue_write(&s->out, s->fd);
    if (result == ERR_AGAIN && (!s->tls || tls_write_blocked(s->tls)))
        stream_arm_write(s);
    else if (result == ERR_AGAIN)
        return; /* the handshake is not done: what comes next goes on */
    else if (result < 0)
        stream_fail(s, result);
    else
        stream_disarm_write(s);
}

/* Everything is written and no more will come from us. */
static void finish_ending(struct stream *s)
{
    if (s->tls)
        tls_end(s->tls);
    if (s->eof || shutdown(s->fd, SHUT_WR) != 0) {
        stream_close(s);
        return;
    }
    stream_set_state(s, STREAM_LINGERING);
    stream_move(s, IN_ENDING);
}

void stream_on_writable(struct stream *s)
{
    stream_write_out(s);
    if (s->tls && s->state == STREAM_OPEN && tls_read_blocked(s->tls))
        stream_receive(s);
    if (s->state == STREAM_CLOSED || s->out.count > 0 || s->writing)
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
            stream_close(s);
    }
}

void stream_flush_dirty(struct loop *loop)
{
    struct stream *s;
    while ((s = TAILQ_FIRST(&loop->dirty))) {
        stream_move(s, s->state == STREAM_OPEN ? IN_NONE : IN_ENDING);
        if (!s->writing)
            stream_write_out(s);
        if (s->state == STREAM_ENDING) {
            stream_drop_rest(s);
            if (s->out.count == 0 && !s->writing)
                finish_ending(s);
        }
    }
    trim_ending(loop);
}
