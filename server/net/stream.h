/* SPDX-License-Identifier: MIT */
/*
 * A connected byte stream on a loop: TCP or a Unix socket, in the clear or
 * below TLS.
 *
 * Outgoing: slices queue up and leave in one writev() at the end of the turn.
 * Incoming: bytes are read into the loop's shared buffer and shown in place;
 * only what the user leaves over is kept.
 *
 * Owner: whoever created it; the user (events + pointer) may change, as when
 * an HTTP connection becomes a WebSocket. After stream_end() or
 * stream_abort() no event is called any more and the pointer must not be
 * used; the memory goes at the end of the turn at the earliest.
 */
#ifndef MORTISE_NET_STREAM_H
#define MORTISE_NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/loop.h"

struct tls_context;

struct stream_events {
    /*
     * Bytes arrived; they may be changed in place. Returns how many are used
     * up; the rest is kept and shown again, in front of what comes next. May
     * end the stream (what it returns then does not matter).
     */
    size_t (*read)(void *user, char *p, size_t n);
    /*
     * The peer will send nothing more: 0 after an orderly end (its side may
     * still read), ERR_IO after an error or reset, ERR_NOMEM. Called once,
     * and again for a new user; never from within a call of this module. The
     * user calls stream_end() or stream_abort(), now or soon.
     */
    void (*closed)(void *user, int error);
    /* The outgoing queue, not empty at the end of an earlier turn, now is.
     * May be NULL. */
    void (*drained)(void *user);
};

/*
 * Takes the descriptor over (also on failure, when it is closed) and starts
 * reading. peer is the text of the peer's address ("192.0.2.1", "::1",
 * "unix"), without port. send_limit: bytes that may wait in the queue. NULL
 * when memory runs out.
 */
struct stream *stream_new(struct loop *loop, int fd, struct str peer,
                          size_t send_limit, const struct stream_events *events,
                          void *user);
/* The same for a peer that will say for whom it speaks. */
struct stream *stream_new_proxied(struct loop *loop, int fd, struct str peer,
                                  size_t send_limit,
                                  const struct stream_events *events,
                                  void *user);
/* Its peer is this one from now on, and counts as that (net/peers.h). Of a
 * proxied stream; an address has room. ERR_NOMEM: nothing has changed. */
int stream_set_peer(struct stream *s, struct str peer);

/* Speaks TLS from the first byte on, as the server (net/tls.h). Of a new
 * stream, before anything is sent. ERR_NOMEM. */
int stream_secure(struct stream *s, const struct tls_context *context);
bool stream_is_secure(const struct stream *s);

/* Changes the user. With bytes left over from before, the new user is shown
 * them at the end of this turn even if nothing more arrives. */
void stream_set_user(struct stream *s, const struct stream_events *events,
                     void *user);

/*
 * Queues bytes [offset, offset + n) of a slice, taking a reference of its
 * own. 0, ERR_BLOCKED (the limit would be passed; nothing was queued),
 * ERR_CLOSED, ERR_NOMEM.
 */
int stream_send(struct stream *s, struct slice *slice, uint32_t offset,
                uint32_t n);
/* The same for a copy of some bytes. */
int stream_write(struct stream *s, const void *p, size_t n);
/* Drops what is queued, but for the rest of a slice of which a part has been
 * written. */
void stream_cut(struct stream *s);
/* Writes what can be written now, without waiting for the end of the turn.
 * Whether that was all; if not, `drained` or `closed` comes. */
bool stream_flush(struct stream *s);

/* Bytes queued and not yet given to the kernel. */
size_t stream_queued(const struct stream *s);
/* Of how many calls these bytes are. */
uint32_t stream_waiting(const struct stream *s);
/* Whether bytes have been waiting since before this turn: the peer is slower
 * than we are. */
bool stream_behind(const struct stream *s);

/* Whether bytes have arrived that nobody was shown yet. Asks the kernel: for
 * decisions that are rare, such as that a peer has been silent. */
bool stream_has_input(const struct stream *s);

/* Stops and starts reading; while stopped, an end of the peer is not noticed
 * either. Bytes left over are shown again at the end of the turn in which
 * reading is started, whether or not it had been stopped. More than
 * STREAM_REST_MAX left over stops reading until some of it is used up. */
#define STREAM_REST_MAX (2 * LOOP_READ_SIZE)
void stream_pause(struct stream *s);
void stream_resume(struct stream *s);

/* Sends what is queued, then closes; gives up and closes after `grace` ms.
 * What still comes in is read and thrown away, so that the close does not
 * turn into a reset which would destroy our last bytes on their way. */
void stream_end(struct stream *s, int64_t grace);
/* Of those that have sent everything and only wait for the peer, so many are
 * kept at a time; twice as many with those that are still sending. */
#define STREAM_ENDING_MAX 256
/* Closes at once; what is queued is lost. */
void stream_abort(struct stream *s);

struct str stream_peer(const struct stream *s);
struct loop *stream_loop(const struct stream *s);

/* For the loop's poll set: a stream is ready for what it waits for. */
void stream_on_ready(void *stream, unsigned what);
/* For the loop, at the end of its turn: tells users what they could not be
 * told within their calls; writes what is queued; frees what was closed. */
void stream_attend_all(struct loop *loop);
void stream_flush_dirty(struct loop *loop);
void stream_free_closed(struct loop *loop);
/* For loop_free(): cuts off every stream that was ended. */
void stream_close_ending(struct loop *loop);

#endif
