/* SPDX-License-Identifier: MIT */
#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

/* The largest record: what leaves together is encrypted together. */
#define RECORD_SIZE SSL3_RT_MAX_PLAIN_LENGTH

struct tls_context {
    SSL_CTX *ctx;
};

struct tls {
    SSL *ssl;
    /* A record that OpenSSL has begun to write: it has to be given again, as
     * it was. */
    char *pending;
    size_t pending_n;
    bool read_wants_write;
    bool write_wants_write;
    bool failed; /* nothing more may be asked of it, not even an end */
};

/* --- contexts --- */

static const unsigned char protocols[] = "\x08http/1.1";

/* A client that knows only others is served all the same: what it asks for by
 * HTTP/1.1 tells. */
static int choose_protocol(SSL *ssl, const unsigned char **out,
                           unsigned char *out_n, const unsigned char *in,
                           unsigned int in_n, void *user)
{
    unsigned char *chosen;

    if (SSL_select_next_proto(&chosen, out_n, protocols, sizeof(protocols) - 1,
                              in, in_n) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static bool complain(struct buf *why, const char *what, const char *file)
{
    unsigned long error = ERR_peek_last_error();
    const char *reason = error ? ERR_reason_error_string(error) : NULL;

    buf_printf(why, "tls: %s %s: %s\n", what, file,
               reason ? reason : "it cannot be used");
    ERR_clear_error();
    return false;
}

static bool load(SSL_CTX *ctx, const struct tls_options *o, struct buf *why)
{
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(ctx, o->certificate) != 1)
        return complain(why, "the certificate", o->certificate);
    if (SSL_CTX_use_PrivateKey_file(ctx, o->key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ctx) != 1)
        return complain(why, "the key", o->key);
    if (!o->client_ca)
        return true;
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(o->client_ca);
    if (!names || SSL_CTX_load_verify_file(ctx, o->client_ca) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return complain(why, "the certificates of clients", o->client_ca);
    }
    SSL_CTX_set_client_CA_list(ctx, names);
    SSL_CTX_set_verify(
        ctx,
        SSL_VERIFY_PEER |
            (o->require_client ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
        NULL);
    return true;
}

/* Without it a session of one context would be taken up by another, whose
 * clients may have to show more. */
static bool name_sessions(SSL_CTX *ctx)
{
    static const unsigned char name[] = "mortise";

    return SSL_CTX_set_session_id_context(ctx, name, sizeof(name) - 1) == 1;
}

struct tls_context *tls_context_new(const struct tls_options *options,
                                    struct buf *why)
{
    struct tls_context *context = mem_zalloc(sizeof(*context));

    if (!context)
        return NULL;
    context->ctx = SSL_CTX_new(TLS_server_method());
    if (!context->ctx || !name_sessions(context->ctx) ||
        SSL_CTX_set_min_proto_version(context->ctx, options->only_1_3
                                                        ? TLS1_3_VERSION
                                                        : TLS1_2_VERSION) != 1)
        goto out;
    /* Of 1.2 only what keeps its secrets when the key is lost: ECDHE, AEAD. */
    if (SSL_CTX_set_cipher_list(context->ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") !=
        1)
        goto out;
    SSL_CTX_set_options(context->ctx, SSL_OP_NO_RENEGOTIATION |
                                          SSL_OP_NO_COMPRESSION |
                                          SSL_OP_CIPHER_SERVER_PREFERENCE |
                                          SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                       SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                       SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(context->ctx, choose_protocol, NULL);
    if (!load(context->ctx, options, why))
        goto out;
    return context;
out:
    tls_context_free(context);
    return NULL;
}

void tls_context_free(struct tls_context *context)
{
    if (!context)
        return;
    SSL_CTX_free(context->ctx);
    mem_free(context);
}

bool tls_context_same(const struct tls_context *a, const struct tls_context *b)
{
    const X509 *first = a ? SSL_CTX_get0_certificate(a->ctx) : NULL;
    const X509 *second = b ? SSL_CTX_get0_certificate(b->ctx) : NULL;

    return first && second ? X509_cmp(first, second) == 0 : first == second;
}

/* --- connections --- */

struct tls *tls_new(const struct tls_context *context, int fd)
{
    struct tls *t = mem_zalloc(sizeof(*t));

    if (!t)
        return NULL;
    t->ssl = SSL_new(context->ctx);
    if (!t->ssl || SSL_set_fd(t->ssl, fd) != 1) {
        tls_free(t);
        return NULL;
    }
    SSL_set_accept_state(t->ssl);
    return t;
}

void tls_free(struct tls *t)
{
    if (!t)
        return;
    SSL_free(t->ssl);
    mem_free(t->pending);
    mem_free(t);
}

/* What a call has ended with: ERR_AGAIN, 0 (an orderly end) or ERR_IO. */
static int judge(struct tls *t, int result, bool *ret_wants_write)
{
    int error = SSL_get_error(t->ssl, result);

    *ret_wants_write = error == SSL_ERROR_WANT_WRITE;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        return ERR_AGAIN;
    ERR_clear_error();
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    t->failed = true;
    return ERR_IO;
}

long tls_read(struct tls *t, char *to, size_t n)
{
    size_t have = 0;

    if (t->failed)
        return ERR_IO;
    /* A record at a time: until nothing is left, so that who gets less than
     * there is room for need not ask again. */
    while (have < n) {
        size_t more;
        ERR_clear_error();
        int result = SSL_read_ex(t->ssl, to + have, n - have, &more);
        if (result == 1) {
            have += more;
            continue;
        }
        int end = judge(t, result, &t->read_wants_write);
        /* The end comes again when it is asked for. */
        return have > 0 ? (long)have : end;
    }
    return (long)have;
}

bool tls_read_blocked(const struct tls *t)
{
    return t->read_wants_write;
}

bool tls_has_rest(const struct tls *t)
{
    return !t->failed && SSL_has_pending(t->ssl) == 1;
}

/* Writes as much as there is room for: a record at a time, and those may be
 * small where the peer wants them so. 0 when that was all; or ERR_AGAIN,
 * ERR_IO. */
static int write_some(struct tls *t, const char *p, size_t n, size_t *ret_done)
{
    size_t done = 0, more;
    int error = 0;

    while (done < n && error == 0) {
        ERR_clear_error();
        int result = SSL_write_ex(t->ssl, p + done, n - done, &more);
        if (result == 1)
            done += more;
        else if ((error = judge(t, result, &t->write_wants_write)) == 0)
            error = ERR_IO;
    }
    if (error == 0)
        t->write_wants_write = false;
    *ret_done = done;
    return error;
}

/* Keeps what OpenSSL has begun. */
static int keep(struct tls *t, const char *p, size_t n)
{
    t->pending = mem_dup(p, n);
    if (!t->pending)
        return ERR_NOMEM;
    t->pending_n = n;
    return ERR_AGAIN;
}

static int write_pending(struct tls *t)
{
    size_t done;

    if (!t->pending)
        return 0;
    int error = write_some(t, t->pending, t->pending_n, &done);
    t->pending_n -= done;
    memmove(t->pending, t->pending + done, t->pending_n);
    if (error == ERR_AGAIN)
        return error;
    mem_free(t->pending);
    t->pending = NULL;
    return error;
}

int tls_write(struct tls *t, struct send_queue *q)
{
    char bytes[RECORD_SIZE];
    size_t done;

    if (t->failed)
        return ERR_IO;
    if (!SSL_is_init_finished(t->ssl))
        return send_queue_empty(q) ? 0 : ERR_AGAIN;
    int error = write_pending(t);
    while (error == 0 && !send_queue_empty(q)) {
        size_t n = send_queue_take(q, bytes, sizeof(bytes));
        error = write_some(t, bytes, n, &done);
        if (error == ERR_AGAIN)
            error = keep(t, bytes + done, n - done);
    }
    return error;
}

bool tls_write_blocked(const struct tls *t)
{
    return t->write_wants_write;
}

void tls_end(struct tls *t)
{
    if (t->failed || !SSL_is_init_finished(t->ssl))
        return;
    ERR_clear_error();
    SSL_shutdown(t->ssl);
    ERR_clear_error();
}
