/* SPDX-License-Identifier: MIT */
/*
 * TLS (RFC 8446, RFC 5246) below a stream, by OpenSSL: 1.2 or 1.3, ALPN
 * http/1.1, session tickets, no renegotiation, no compression.
 *
 * A context is what the server shows: its certificate and key. It may go while
 * connections that it was made for are open; they keep what they need. A
 * connection belongs to its stream, which does its reading and writing through
 * it; it does not own the descriptor.
 */
#ifndef MORTISE_NET_TLS_H
#define MORTISE_NET_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "net/send_queue.h"

struct tls_context;
struct tls;

struct tls_options {
    const char *certificate; /* file: the server's and those behind it, PEM */
    const char *key;         /* file: its private key, PEM */
    const char *client_ca;   /* file: who may sign clients' certificates, PEM;
                                NULL: none is asked for */
    bool require_client;     /* who shows none is turned away */
    bool only_1_3;
};

/* NULL, with a line in *why, where a file cannot be read, or the key is not
 * the certificate's. */
struct tls_context *tls_context_new(const struct tls_options *options,
                                    struct buf *why);
void tls_context_free(struct tls_context *context); /* NULL is fine */
/* Whether both show the same certificate. Either may be NULL. */
bool tls_context_same(const struct tls_context *a, const struct tls_context *b);

/* The server's side of a connection. NULL when memory runs out. */
struct tls *tls_new(const struct tls_context *context, int fd);
void tls_free(struct tls *t); /* NULL is fine */

/*
 * Reads what has come, as much as fits: so many bytes, or 0 (the peer has said
 * that it ends), ERR_AGAIN (nothing more for now), ERR_IO. The handshake is
 * done on the way.
 */
long tls_read(struct tls *t, char *to, size_t n);
/* Whether reading waits until something can be written. */
bool tls_read_blocked(const struct tls *t);
/* Whether something has been received that was not read. */
bool tls_has_rest(const struct tls *t);
/* As send_queue_write(). What it has taken from the queue is not to be cut
 * off any more. ERR_AGAIN also before the handshake is done. */
int tls_write(struct tls *t, struct send_queue *q);
/* Whether tls_write() waits for the descriptor, not for the handshake. */
bool tls_write_blocked(const struct tls *t);
/* Tells the peer that nothing more comes, as far as that is possible now. */
void tls_end(struct tls *t);

#endif
