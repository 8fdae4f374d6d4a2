/* SPDX-License-Identifier: MIT */
/*
 * A WebSocket connection on a stream: the opening handshake, pings, the
 * closing handshake; messages up, ready-made frames down.
 *
 * The owner of a struct websocket holds it from websocket_accept() until
 * `closed` was called or it called websocket_abort().
 */
#ifndef MORTISE_NET_WEBSOCKET_H
#define MORTISE_NET_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/http_server.h"
#include "net/ws_deflate.h"
#include "net/ws_parser.h"

struct websocket;

struct websocket_events {
    /* A whole message; the bytes live until this returns. Not called after
     * websocket_close(). */
    void (*message)(void *user, bool binary, char *p, size_t n);
    /*
     * The connection is over: `code` is what the peer's close frame said
     * (WS_CODE_NONE: no code in it), what we failed it with, or
     * WS_CODE_ABNORMAL when it broke. Called once, also after
     * websocket_close(); the pointer is invalid afterwards.
     */
    void (*closed)(void *user, int code);
    /* Everything sent has been given to the kernel, after a time when it was
     * not. May be NULL. */
    void (*drained)(void *user);
};

/*
 * Checks the opening handshake of an upgrade request (ws_handshake.h). Returns
 * 0, or an HTTP status (400, 405, 426) that is due; it answers nothing itself.
 */
int websocket_check(const struct http_exchange *x);
/* And what it offers to compress; with false 400 is due. The pool may be
 * NULL. */
bool websocket_check_offer(const struct http_exchange *x,
                           const struct ws_deflate_pool *pool);
/* The header line that goes with a refusal because of the version. */
#define WEBSOCKET_VERSION_HEADER "Sec-WebSocket-Version: 13, 8\r\n"

/*
 * Sends the 101 (with `headers`, whole lines, added; the first subprotocol
 * offered is echoed) and takes the connection over. The request has passed
 * websocket_check() with the same pool, which outlives the connection. NULL
 * when memory runs out: the connection is then gone.
 */
struct websocket *websocket_accept(struct http_exchange *x, struct str headers,
                                   size_t max_message,
                                   struct ws_deflate_pool *pool,
                                   const struct websocket_events *events,
                                   void *user);

/* Hands the events to somebody else (an upgrade finds its session). */
void websocket_set_user(struct websocket *ws,
                        const struct websocket_events *events, void *user);

/* Queues a whole frame made with ws_header_before(): bytes
 * [offset, offset + n) of the slice. Results as of stream_send(). */
int websocket_send(struct websocket *ws, struct slice *slice, uint32_t offset,
                   uint32_t n);
/* Whether the two have agreed to compress; whether a frame of so many bytes
 * would be. */
bool websocket_may_compress(const struct websocket *ws);
bool websocket_compresses(const struct websocket *ws, uint32_t n);
/* The same as websocket_send() for such a frame: its message goes compressed,
 * unless that is not worth while. `shared` may be NULL (ws_deflate.h). */
int websocket_send_compressed(struct websocket *ws, struct slice *slice,
                              uint32_t offset, uint32_t n,
                              struct ws_shared *shared);
/* Writes what can be written now, without waiting for the end of the turn.
 * Whether that was all; if not, `drained` or `closed` comes. */
bool websocket_flush(struct websocket *ws);
/* Drops the frames queued, but for one that has begun to leave. */
void websocket_cut(struct websocket *ws);
/* Bytes queued; frames queued; whether the peer is slower than we are
 * (stream.h). */
size_t websocket_queued(const struct websocket *ws);
uint32_t websocket_waiting(const struct websocket *ws);
bool websocket_behind(const struct websocket *ws);
struct str websocket_peer(const struct websocket *ws);

/*
 * Starts the closing handshake after what is queued: a close frame with this
 * code (WS_CODE_NONE: without one). The peer has WEBSOCKET_CLOSE_GRACE ms to
 * answer; then, or when it has answered, `closed` is called.
 */
void websocket_close(struct websocket *ws, int code);
#define WEBSOCKET_CLOSE_GRACE 5000

/* Drops the connection at once, without another event. NULL is fine. */
void websocket_abort(struct websocket *ws);

#endif
