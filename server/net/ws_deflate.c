/* SPDX-License-Identifier: MIT */
#include "net/ws_deflate.h"

#include <assert.h>
#include <zlib.h>

#include "base/error.h"
#include "base/mem.h"

/* What is taken off a message's end, and put back (section 7.2.1). */
#define TAIL       "\x00\x00\xff\xff"
#define TAIL_BYTES 4

#define RSV1_BIT    0x40
#define OPCODE_BITS 0x0f
#define LENGTH_BITS 0x7f

/* The state of zlib's inflate() in which a block has just ended
 * (z_stream.data_type). */
#define AT_BLOCK_END 128

struct ws_deflater {
    z_stream z;
    struct ws_deflate_pool *pool;
    struct ws_deflater **owner; /* the one pointer to it */
    size_t bytes;               /* that zlib has for it */
    TAILQ_ENTRY(ws_deflater) link;
    int64_t used_at;
    uint8_t bits;
    bool listed; /* in pool->busy */
};

struct ws_inflater {
    z_stream z;
};

struct ws_deflate {
    struct ws_deflate_pool *pool;
    struct ws_deflater *deflater; /* NULL until needed, or for good */
    struct ws_inflater *inflater;
    struct ws_terms terms;
};

/* ---- Memory ---- */

static void *zlib_alloc(void *user, unsigned count, unsigned size)
{
    size_t bytes;
    if (__builtin_mul_overflow((size_t)count, (size_t)size, &bytes))
        return NULL;
    return mem_alloc(bytes);
}

/* For a deflater, within the limit of all. */
static void *zlib_alloc_limited(void *user, unsigned count, unsigned size)
{
    struct ws_deflater *d = user;
    struct ws_deflate_pool *pool = d->pool;
    size_t bytes = (size_t)count * size;

    if (pool->used > pool->options.memory ||
        bytes > pool->options.memory - pool->used)
        return NULL;
    void *p = zlib_alloc(NULL, count, size);
    if (p) {
        d->bytes += bytes;
        pool->used += bytes;
    }
    return p;
}

static void zlib_free(void *user, void *p)
{
    mem_free(p);
}

/* ---- Contexts ---- */

/* zlib has given all its memory back. */
static void release(struct ws_deflater *d)
{
    assert(d->pool->used >= d->bytes);
    d->pool->used -= d->bytes;
    mem_free(d);
}

static void deflater_free(struct ws_deflater *d)
{
    if (!d)
        return;
    if (d->listed)
        TAILQ_REMOVE(&d->pool->busy, d, link);
    *d->owner = NULL;
    deflateEnd(&d->z);
    release(d);
}

/* NULL when memory is out, the pool's or the system's. */
static struct ws_deflater *deflater_new(struct ws_deflate_pool *pool,
                                        uint8_t bits)
{
    const struct ws_deflate_options *options = &pool->options;
    struct ws_deflater *d = mem_zalloc(sizeof(*d));
    if (!d)
        return NULL;

    d->pool = pool;
    d->bits = bits;
    d->z = (z_stream){
        .zalloc = zlib_alloc_limited, .zfree = zlib_free, .opaque = d};
    /* zlib has no window of 8 bits; with one of 9 it looks back no further
     * than 250 bytes, which is within one of 8. */
    int window = bits > WS_BITS_MIN ? bits : WS_BITS_MIN + 1;
    if (deflateInit2(&d->z, options->level, Z_DEFLATED, -window,
                     options->memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
        release(d);
        return NULL;
    }
    return d;
}

/* Whether there was one that has not been used for long. */
static bool make_room(struct ws_deflate_pool *pool)
{
    struct ws_deflater *oldest = TAILQ_FIRST(&pool->busy);
    if (!oldest || loop_now(pool->loop) - oldest->used_at < WS_DEFLATE_IDLE)
        return false;
    deflater_free(oldest);
    return true;
}

/* The context that compresses this connection's next message. */
static struct ws_deflater *deflater_of(struct ws_deflate *deflate)
{
    struct ws_deflate_pool *pool = deflate->pool;
    bool alone = !deflate->terms.values[WS_SERVER_NO_TAKEOVER];
    struct ws_deflater **place = alone ? &deflate->deflater : &pool->shared;
    uint8_t bits = ws_terms_bits(&deflate->terms, WS_SERVER_BITS);

    if (*place && (*place)->bits != bits)
        deflater_free(*place);
    while (!*place) {
        *place = deflater_new(pool, bits);
        if (!*place && !make_room(pool))
            return NULL;
    }
    struct ws_deflater *d = *place;
    d->owner = place;
    if (alone) {
        if (d->listed)
            TAILQ_REMOVE(&pool->busy, d, link);
        TAILQ_INSERT_TAIL(&pool->busy, d, link);
        d->listed = true;
        d->used_at = loop_now(pool->loop);
    } else {
        deflateReset(&d->z);
    }
    return d;
}

static void inflater_free(struct ws_inflater *i)
{
    if (!i)
        return;
    inflateEnd(&i->z);
    mem_free(i);
}

static struct ws_inflater *inflater_new(uint8_t bits)
{
    struct ws_inflater *i = mem_zalloc(sizeof(*i));
    if (!i)
        return NULL;

    i->z = (z_stream){.zalloc = zlib_alloc, .zfree = zlib_free};
    if (inflateInit2(&i->z, -(int)bits) != Z_OK) {
        mem_free(i);
        return NULL;
    }
    return i;
}

/* The context that reads this connection's next message; the shared one has
 * the largest window, in which all others fit. */
static struct ws_inflater *inflater_of(struct ws_deflate *deflate)
{
    struct ws_deflate_pool *pool = deflate->pool;
    bool anew = deflate->terms.values[WS_CLIENT_NO_TAKEOVER];
    struct ws_inflater **place = anew ? &pool->inflater : &deflate->inflater;

    if (!*place)
        *place =
            inflater_new(anew ? WS_BITS_MAX
                              : ws_terms_bits(&deflate->terms, WS_CLIENT_BITS));
    if (*place && anew)
        inflateReset(&(*place)->z);
    return *place;
}

/* ---- The pool ---- */

void ws_deflate_pool_init(struct ws_deflate_pool *pool, const struct loop *loop)
{
    *pool = (struct ws_deflate_pool){.loop = loop};
    TAILQ_INIT(&pool->busy);
}

void ws_deflate_pool_free(struct ws_deflate_pool *pool)
{
    deflater_free(pool->shared);
    inflater_free(pool->inflater);
    pool->inflater = NULL;
    assert(pool->used == 0);
}

void ws_deflate_pool_change(struct ws_deflate_pool *pool,
                            const struct ws_deflate_options *options)
{
    pool->options = *options;
    deflater_free(pool->shared);
}

int ws_deflate_agree(const struct ws_deflate_pool *pool,
                     const struct http_head *head, struct ws_terms *ret_terms)
{
    if (!pool || !pool->options.enabled)
        return 0;
    return ws_offer_choose(head, &pool->options.own, ret_terms);
}

struct ws_deflate *ws_deflate_new(struct ws_deflate_pool *pool,
                                  const struct ws_terms *terms)
{
    struct ws_deflate *deflate = mem_alloc(sizeof(*deflate));
    if (deflate)
        *deflate = (struct ws_deflate){.pool = pool, .terms = *terms};
    return deflate;
}

void ws_deflate_free(struct ws_deflate *deflate)
{
    if (!deflate)
        return;
    deflater_free(deflate->deflater);
    inflater_free(deflate->inflater);
    mem_free(deflate);
}

/* ---- Compressing ---- */

void ws_deflate_forget(struct ws_deflate *deflate)
{
    if (deflate->deflater)
        deflateReset(&deflate->deflater->z);
}

/* Appends n bytes, compressed, less their tail. ERR_LIMIT when that is no
 * fewer; the context is then good for nothing that follows. */
static int deflate_payload(struct ws_deflater *d, const char *p, uint32_t n,
                           struct buf *out)
{
    size_t room = n + TAIL_BYTES;
    char *to = buf_reserve(out, room);
    if (!to)
        return ERR_NOMEM;
    d->z.next_in = (unsigned char *)(uintptr_t)p;
    d->z.avail_in = n;
    d->z.next_out = (unsigned char *)to;
    d->z.avail_out = (unsigned)room;
    /* With no room left there is more to come. */
    if (deflate(&d->z, Z_SYNC_FLUSH) != Z_OK || d->z.avail_out == 0)
        return ERR_LIMIT;
    size_t bytes = room - d->z.avail_out;
    assert(bytes > TAIL_BYTES &&
           memcmp(to + bytes - TAIL_BYTES, TAIL, TAIL_BYTES) == 0);
    buf_commit(out, bytes - TAIL_BYTES);
    return 0;
}

/* NULL when it goes as it is, and then the context is as new. */
static struct slice *deflate_frame(struct ws_deflate *deflate,
                                   enum ws_opcode opcode, const char *p,
                                   uint32_t n, uint32_t *ret_at)
{
    struct ws_deflater *d = deflater_of(deflate);
    struct slice *slice = NULL;
    struct buf out;

    if (!d)
        return NULL;
    buf_init(&out, BUF_MAX);
    if (buf_reserve(&out, WS_HEADER_MAX + n + TAIL_BYTES))
        buf_commit(&out, WS_HEADER_MAX);
    if (out.error || deflate_payload(d, p, n, &out) < 0)
        goto out;
    char *payload = out.p + WS_HEADER_MAX;
    unsigned header = ws_header_before(payload, opcode, out.n - WS_HEADER_MAX);
    payload[-(int)header] = (char)(payload[-(int)header] | RSV1_BIT);
    slice = buf_to_slice(&out);
    *ret_at = WS_HEADER_MAX - header;
out:
    if (!slice)
        deflateReset(&d->z);
    buf_free(&out);
    return slice;
}

/* How long the header of a frame of ours is (RFC 6455, section 5.2). */
static uint32_t header_length(const char *frame)
{
    unsigned length = (unsigned char)frame[1] & LENGTH_BITS;
    return length < 126 ? 2 : length == 126 ? 4 : WS_HEADER_MAX;
}

bool ws_deflate_wants(const struct ws_deflate *deflate, uint32_t n)
{
    const struct ws_deflate_options *options = &deflate->pool->options;
    return options->enabled && n >= options->threshold && n <= WS_DEFLATE_MAX;
}

struct slice *ws_deflate_frame(struct ws_deflate *deflate,
                               const struct slice *slice, uint32_t at,
                               uint32_t n, struct ws_shared *shared,
                               uint32_t *ret_at)
{
    const char *frame = slice->p + at;
    uint32_t header = header_length(frame);
    uint8_t bits = ws_terms_bits(&deflate->terms, WS_SERVER_BITS);

    assert(n >= header && n <= slice->n - at);
    if (!deflate->terms.values[WS_SERVER_NO_TAKEOVER])
        shared = NULL;
    if (shared && shared->bits == bits) {
        *ret_at = shared->at;
        return shared->slice ? slice_ref(shared->slice) : NULL;
    }
    uint32_t small_at = 0;
    struct slice *small =
        deflate_frame(deflate, (enum ws_opcode)(*frame & OPCODE_BITS),
                      frame + header, n - header, &small_at);
    if (shared && shared->bits == 0)
        *shared = (struct ws_shared){.slice = small ? slice_ref(small) : NULL,
                                     .at = small_at,
                                     .bits = bits};
    *ret_at = small_at;
    return small;
}

/* ---- Reading ---- */

/* Reads on, until all is used up or the blocks have come to a last one: then
 * 1, and what is left over is another stream (section 7.2.3.5). */
static int inflate_blocks(z_stream *z, size_t max, struct buf *out)
{
    for (;;) {
        char *to = buf_reserve(out, 1);
        if (!to)
            return -WS_CODE_TOO_BIG;
        size_t room = (out->cap < out->max ? out->cap : out->max) - out->n;
        z->next_out = (unsigned char *)to;
        z->avail_out = (unsigned)room;
        int result = inflate(z, Z_SYNC_FLUSH);
        buf_commit(out, room - z->avail_out);
        if (out->n > max || result == Z_MEM_ERROR)
            return -WS_CODE_TOO_BIG;
        if (result == Z_STREAM_END)
            return 1;
        if (result == Z_BUF_ERROR || (result == Z_OK && z->avail_out > 0))
            return 0;
        if (result != Z_OK)
            return -WS_CODE_BAD_TEXT;
    }
}

static int inflate_bytes(z_stream *z, const char *p, size_t n, size_t max,
                         struct buf *out)
{
    int result;

    z->next_in = (unsigned char *)(uintptr_t)p;
    z->avail_in = (unsigned)n;
    do {
        result = inflate_blocks(z, max, out);
        /* What follows may still refer to what was before. */
        if (result > 0)
            inflateResetKeep(z);
    } while (result > 0 && z->avail_in > 0);
    return result;
}

int ws_deflate_read(struct ws_deflate *deflate, const struct ws_message *m,
                    size_t max, struct buf *out)
{
    struct ws_inflater *i = inflater_of(deflate);
    int result;

    /* One more, to see that there is too much. */
    buf_init(out, max + 1);
    buf_reserve(out, m->n < max / 4 ? m->n * 4 + 1 : max + 1);
    if (!i || out->error)
        return -WS_CODE_TOO_BIG;
    /* Some leave the one byte of an empty message away. */
    if (m->n == 0)
        return 0;
    result = inflate_bytes(&i->z, m->p, m->n, max, out);
    if (result == 0) {
        result = inflate_bytes(&i->z, TAIL, TAIL_BYTES, max, out);
        /* A message that breaks off has swallowed it. */
        if (result > 0 || (result == 0 && !(i->z.data_type & AT_BLOCK_END)))
            result = -WS_CODE_BAD_TEXT;
    }
    if (result < 0)
        return result;
    return m->opcode == WS_COMPRESSED_TEXT && !utf8_valid(out->p, out->n)
               ? -WS_CODE_BAD_TEXT
               : 0;
}
