/* SPDX-License-Identifier: MIT */
/* What a stream receives. */
#include <assert.h>
#include <errno.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/mem.h"
#include "net/stream_internal.h"
#include "net/tls.h"

/* A peer that always has more to read must not keep the others waiting, nor
 * must many of them: each gets one read a turn. What a broken connection has
 * left is read in one go, as far as it is read at all; what is thrown away is
 * soon done with. */
#define READS_PER_TURN 1
#define READS_AT_END   4

int stream_update_reading(struct stream *s)
{
    bool open = s->state == STREAM_OPEN;
    bool want = !s->eof && (!open || (!s->paused && !s->full));
    return want == s->reading ? 0 : stream_wait_for(s, want, s->writing);
}

/* What TLS has decrypted no descriptor tells of. */
static void come_back(struct stream *s)
{
    if (stream_tls(s) && s->state == STREAM_OPEN && tls_has_rest(stream_tls(s)))
        stream_attend_later(s);
}

/* The user has been shown bytes: goes on according to what is left over.
 * Without memory to keep that, nothing that follows may be shown either. */
static void settle(struct stream *s, int result)
{
    bool was_full = s->full;

    s->full = stream_rest(s) && stream_rest(s)->n >= STREAM_REST_MAX;
    if (result == 0)
        result = stream_update_reading(s);
    if (result == 0) {
        if (was_full && !s->full)
            come_back(s);
        return;
    }
    s->eof = true;
    stream_update_reading(s);
    stream_fail(s, result);
}

static void show_rest(struct stream *s)
{
    struct buf *rest = stream_rest(s);
    size_t used = s->events->read(s->user, rest->p, rest->n);
    if (s->state != STREAM_OPEN)
        return;
    buf_consume(rest, used);
    stream_trim(s);
    settle(s, 0);
}

static int keep_rest(struct stream *s, const char *p, size_t n)
{
    struct stream_more *more = stream_get_more(s);
    return more ? buf_append(&more->rest, p, n) : ERR_NOMEM;
}

static void show(struct stream *s, char *p, size_t n)
{
    bool together = stream_rest(s) != NULL;
    size_t used = together ? 0 : s->events->read(s->user, p, n);
    if (s->state != STREAM_OPEN)
        return;
    assert(used <= n);
    int result = used < n ? keep_rest(s, p + used, n - used) : 0;
    if (together && result == 0)
        show_rest(s);
    else
        settle(s, result);
}

/* Reads into the loop's buffer: so many bytes, 0 at the end, ERR_AGAIN,
 * ERR_IO. */
static long read_some(struct stream *s)
{
    if (stream_tls(s))
        return tls_read(stream_tls(s), s->loop->read_buffer, LOOP_READ_SIZE);
    ssize_t n = recv(s->fd, s->loop->read_buffer, LOOP_READ_SIZE, MSG_DONTWAIT);
    if (n >= 0)
        return (long)n;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? ERR_AGAIN
                                                                     : ERR_IO;
}

static void reach_end(struct stream *s)
{
    s->eof = true;
    stream_update_reading(s);
}

/* The handshake may have gone on, and something may have waited for it. */
static void after_reading(struct stream *s)
{
    struct tls *tls = stream_tls(s);
    if (!tls || s->state != STREAM_OPEN)
        return;
    if (tls_read_blocked(tls))
        stream_arm_write(s);
    else if (!send_queue_empty(&s->out) && !s->writing)
        stream_flush_later(s);
}

void stream_receive(struct stream *s)
{
    int reads = s->error != 0 ? READS_AT_END : READS_PER_TURN;

    for (int i = 0; i < reads; i++) {
        long n = read_some(s);
        if (n == ERR_AGAIN) {
            after_reading(s);
            return;
        }
        if (n <= 0) {
            reach_end(s);
            if (n < 0 && s->error == 0)
                s->error = ERR_IO;
            stream_tell_closed(s);
            return;
        }
        s->loop->received += (uint64_t)n;
        show(s, s->loop->read_buffer, (size_t)n);
        if (s->state != STREAM_OPEN || !s->reading)
            return;
        if (n < LOOP_READ_SIZE) {
            after_reading(s);
            return;
        }
    }
    come_back(s);
}

bool stream_has_input(const struct stream *s)
{
    char byte;

    /* What TLS has of a record that is not all there does not count: its peer
     * may never send the rest. */
    return s->membership == IN_ATTENDED ||
           (s->fd >= 0 && recv(s->fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) > 0);
}

/* After stream_end(): what comes is thrown away, encrypted or not. */
static void discard(struct stream *s)
{
    for (int i = 0; i < READS_AT_END; i++) {
        ssize_t n =
            recv(s->fd, s->loop->read_buffer, LOOP_READ_SIZE, MSG_DONTWAIT);
        if (n > 0)
            continue;
        if (n < 0 &&
            (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            return;
        reach_end(s);
        if (n < 0 || s->state == STREAM_LINGERING)
            stream_close(s);
        return;
    }
}

void stream_on_readable(struct stream *s)
{
    if (s->state == STREAM_OPEN)
        stream_receive(s);
    else
        discard(s);
}

void stream_attend(struct stream *s)
{
    bool show = s->show && stream_rest(s) && !s->paused;
    s->show = false; /* read() may ask for the next turn */
    if (show)
        show_rest(s);
    /* What the peer sent before the connection broke still counts. */
    bool more = s->error != 0 || (stream_tls(s) && tls_has_rest(stream_tls(s)));
    if (s->state == STREAM_OPEN && more && s->reading)
        stream_receive(s);
    if (s->eof || s->error != 0)
        stream_tell_closed(s);
}
