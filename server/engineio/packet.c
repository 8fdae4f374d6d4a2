/* SPDX-License-Identifier: MIT */
#include "engineio/packet.h"

#include <assert.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/mem.h"
#include "net/ws_parser.h"

_Static_assert(EIO_HEADROOM >= WS_HEADER_MAX,
               "a frame's header fits in front of the packet");

/* Leaves the headroom free; its bytes stay as they are until the header is
 * written, and what stands in front of the header is never sent. */
static void begin(struct buf *out)
{
    assert(out->n == 0);
    if (buf_reserve(out, EIO_HEADROOM + 1))
        buf_commit(out, EIO_HEADROOM);
}

/* Writes the frame's header into the headroom; where the frame begins. */
static uint32_t write_header(char *p, size_t n, enum ws_opcode opcode)
{
    return EIO_HEADROOM -
           ws_header_before(p + EIO_HEADROOM, opcode, n - EIO_HEADROOM);
}

void eio_packet_begin(struct buf *out, enum eio_type type)
{
    begin(out);
    buf_append_char(out, (char)type);
}

void eio_packet_begin_binary(struct buf *out)
{
    begin(out);
}

struct eio_packet *eio_packet_finish(struct buf *out, bool binary)
{
    uint32_t frame_at = 0;
    if (!out->error) {
        assert(out->n >= EIO_HEADROOM);
        frame_at = write_header(out->p, out->n, binary ? WS_BINARY : WS_TEXT);
    }

    struct slice *slice = buf_to_slice(out);
    if (!slice)
        return NULL;
    struct eio_packet *p = mem_alloc(sizeof(*p));
    if (!p) {
        slice_unref(slice);
        return NULL;
    }
    *p = (struct eio_packet){.refs = 1,
                             .binary = binary,
                             .frame_at = frame_at,
                             .text_at = EIO_HEADROOM,
                             .slice = slice};
    return p;
}

struct eio_packet *eio_packet_text(enum eio_type type, struct str data)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    buf_reserve(&out, EIO_HEADROOM + 1 + data.n); /* one allocation */
    eio_packet_begin(&out, type);
    buf_append_str(&out, data);
    return eio_packet_finish(&out, false);
}

struct eio_packet *eio_packet_binary(struct str data)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    buf_reserve(&out, EIO_HEADROOM + 1 + data.n);
    eio_packet_begin_binary(&out);
    buf_append_str(&out, data);
    return eio_packet_finish(&out, true);
}

struct eio_packet *eio_packet_ref(struct eio_packet *p)
{
    assert(p->refs > 0 && p->refs < UINT32_MAX);
    p->refs++;
    return p;
}

void eio_packet_unref(struct eio_packet *p)
{
    if (!p)
        return;
    assert(p->refs > 0);
    if (--p->refs > 0)
        return;
    slice_unref(p->slice);
    slice_unref(p->base64);
    mem_free(p);
}

/* Makes "b" and the base64 of a binary packet, as a whole text frame; false
 * when memory is out. */
static bool make_base64(struct eio_packet *p)
{
    if (p->base64)
        return true;

    struct buf out;
    buf_init(&out, BUF_MAX);
    begin(&out);
    buf_append_char(&out, 'b');
    size_t n = p->slice->n - p->text_at;
    char *to = buf_reserve(&out, BASE64_LENGTH(n));
    if (to) {
        base64_encode(to, p->slice->p + p->text_at, n);
        buf_commit(&out, BASE64_LENGTH(n));
        write_header(out.p, out.n, WS_TEXT);
    }
    p->base64 = buf_to_slice(&out);
    return p->base64 != NULL;
}

struct str eio_packet_polling(struct eio_packet *p)
{
    if (!p->binary)
        return str_of(p->slice->p + p->text_at, p->slice->n - p->text_at);
    if (!make_base64(p))
        return (struct str){NULL, 0};
    return str_of(p->base64->p + EIO_HEADROOM, p->base64->n - EIO_HEADROOM);
}

struct slice *eio_packet_text_frame(struct eio_packet *p, uint32_t *ret_at)
{
    if (!p->binary) {
        *ret_at = p->frame_at;
        return p->slice;
    }
    if (!make_base64(p))
        return NULL;
    /* The same bytes over the same bytes; only the length is of interest. */
    *ret_at = write_header(p->base64->p, p->base64->n, WS_TEXT);
    return p->base64;
}
