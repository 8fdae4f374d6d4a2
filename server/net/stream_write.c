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
    struct tls *tls = stream_tls(s);
    size_t waited = send_queue_bytes(&s->out);
    int result =
        tls ? tls_write(tls, &s->out) : send_queue_write(&s->out, s->fd);
    s->loop->sent += waited - send_queue_bytes(&s->out);
    if (result == ERR_AGAIN && (!tls || tls_write_blocked(tls)))
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
    if (stream_tls(s))
        tls_end(stream_tls(s));
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
    if (s->state == STREAM_OPEN && stream_tls(s) &&
        tls_read_blocked(stream_tls(s)))
        stream_receive(s);
    if (s->state == STREAM_CLOSED || !send_queue_empty(&s->out) || s->writing)
        return;
    if (s->state == STREAM_ENDING)
        finish_ending(s);
    else if (s->state == STREAM_OPEN && s->error == 0 && s->events->drained)
        s->events->drained(s->user);
}

void stream_write_dirty(struct stream *s)
{
    s->dirty = false;
    if (s->state == STREAM_ENDING)
        stream_move(s, IN_ENDING);
    if (!s->writing)
        stream_write_out(s);
    if (s->state != STREAM_ENDING)
        return;
    if (s->more->rest.p)
        buf_free(&s->more->rest);
    if (send_queue_empty(&s->out) && !s->writing)
        finish_ending(s);
}

/* Nobody counts streams that end: without a limit they would pile up. */
void stream_trim_ending(struct loop *loop)
{
    struct ring *at = loop->ending.next;
    while (at != &loop->ending && loop->ending_count > STREAM_ENDING_MAX) {
        struct stream *s = CONTAINER_OF(at, struct stream, link);
        at = at->next;
        if (s->state == STREAM_LINGERING ||
            loop->ending_count > 2 * STREAM_ENDING_MAX)
            stream_close(s);
    }
}
