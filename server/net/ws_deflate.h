/* SPDX-License-Identifier: MIT */
/*
 * Compressed WebSocket messages: permessage-deflate (RFC 7692).
 *
 * A struct ws_deflate_pool has what all connections share: the options, how
 * much memory they take, and the contexts of those whose messages begin anew
 * each time. A struct ws_deflate is one connection that has agreed to it; the
 * contexts that it needs for itself come with the first message that needs
 * them.
 *
 * A message is compressed or not, as the sender likes: so whatever is in the
 * way, be it memory or bytes that do not get smaller, it goes as it is.
 */
#ifndef MORTISE_NET_WS_DEFLATE_H
#define MORTISE_NET_WS_DEFLATE_H

#include <sys/queue.h>

#include "base/buf.h"
#include "net/loop.h"
#include "net/ws_offer.h"
#include "net/ws_parser.h"

/* What compressing at once may take of the loop's time has an end: messages
 * that are larger go as they are. */
#define WS_DEFLATE_MAX ((size_t)1 << 20)
/* A context that nobody used for so long makes room for another's, ms. */
#define WS_DEFLATE_IDLE 10000

struct ws_deflate;

struct ws_deflate_options {
    bool enabled;
    struct ws_terms own;  /* what the server insists on (ws_offer.h) */
    size_t threshold;     /* bytes of a message from which on */
    uint8_t level;        /* 1 (fast) to 9 (small) */
    uint8_t memory_level; /* 1 to 9: (1 << level + 9) bytes of a context */
    /* Bytes that all contexts for messages to clients take together. Those for
     * what clients have compressed do not count, and have to be there. */
    size_t memory;
};

TAILQ_HEAD(ws_deflaters, ws_deflater);

struct ws_deflate_pool {
    const struct loop *loop;
    struct ws_deflate_options options;
    size_t used;                /* bytes of these contexts */
    struct ws_deflaters busy;   /* of one connection, least recently used
                                   first */
    struct ws_deflater *shared; /* of all that begin anew; NULL: not needed */
    struct ws_inflater *inflater;
};

/* Compresses nothing until it is told to. The loop outlives it. */
void ws_deflate_pool_init(struct ws_deflate_pool *pool,
                          const struct loop *loop);
/* Connections have gone. */
void ws_deflate_pool_free(struct ws_deflate_pool *pool);
/* Other options: connections keep what they agreed to, and contexts the level
 * that they were made with; the rest counts at once. */
void ws_deflate_pool_change(struct ws_deflate_pool *pool,
                            const struct ws_deflate_options *options);

/*
 * What the opening handshake leads to. 1 with terms, 0: no extension (also
 * without a pool), ERR_SYNTAX: the handshake is to be refused.
 */
int ws_deflate_agree(const struct ws_deflate_pool *pool,
                     const struct http_head *head, struct ws_terms *ret_terms);

/* For a connection with these terms. NULL when memory is out. */
struct ws_deflate *ws_deflate_new(struct ws_deflate_pool *pool,
                                  const struct ws_terms *terms);
void ws_deflate_free(struct ws_deflate *deflate); /* NULL is fine */

/*
 * A frame compressed once for all who take it in this form; all 0 at first.
 * The first of them whose messages begin anew makes it, for the size of its
 * window.
 */
struct ws_shared {
    struct slice *slice; /* NULL: it goes as it is */
    uint32_t at;
    uint8_t bits; /* 0: not made yet */
};
static inline void ws_shared_free(struct ws_shared *shared)
{
    slice_unref(shared->slice);
    *shared = (struct ws_shared){.bits = 0};
}
/* Whether a frame of n bytes is to be compressed. */
bool ws_deflate_wants(const struct ws_deflate *deflate, uint32_t n);

/*
 * The message of a frame, bytes [at, at + n) of a slice, as a compressed one:
 * bytes [*ret_at, n) of the slice returned, a reference of the caller's. NULL:
 * it goes as it is. Whatever is returned has to be sent, in this order, or
 * ws_deflate_forget() be called. The frame is one that ws_deflate_wants();
 * `shared` may be NULL.
 */
struct slice *ws_deflate_frame(struct ws_deflate *deflate,
                               const struct slice *slice, uint32_t at,
                               uint32_t n, struct ws_shared *shared,
                               uint32_t *ret_at);
/* What was compressed last may not arrive: what follows stands alone. */
void ws_deflate_forget(struct ws_deflate *deflate);

/*
 * What a compressed message (7.2.2) means is then in `out`, which this makes
 * and the caller frees, also on failure. 0, or a negative close code: -1007
 * when it is not DEFLATE, or a text not UTF-8; -1009 when it is more than max
 * bytes, or memory is out.
 */
int ws_deflate_read(struct ws_deflate *deflate, const struct ws_message *m,
                    size_t max, struct buf *out);

#endif
