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
    struct eio_packet *p = mem_take(sizeof(*p));
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

static void free_forms(struct eio_forms *forms)
{
    for (int i = 0; i < EIO_FORMS; i++) {
        slice_unref(forms->slices[i]);
        ws_shared_free(&forms->compressed[i]);
    }
    mem_free(forms);
}

void eio_packet_unref(struct eio_packet *p)
{
    if (!p)
        return;
    assert(p->refs > 0);
    if (--p->refs > 0)
        return;
    if (p->forms)
        free_forms(p->forms);
    slice_unref(p->slice);
    mem_give(p, sizeof(*p));
}

/* The bytes of a binary packet in a form of their own, as a whole frame. */
static struct slice *make_form(const struct eio_packet *p, enum eio_form form)
{
    static const struct str prefixes[EIO_FORMS] = {
        [EIO_BASE64] = {"b", 1},
        [EIO_TYPED] = {"\x04", 1},
        [EIO_TYPED_BASE64] = {"b4", 2},
    };
    const char *bytes = p->slice->p + p->text_at;
    size_t n = p->slice->n - p->text_at;
    size_t length = form == EIO_TYPED ? n : BASE64_LENGTH(n);
    struct buf out;

    buf_init(&out, BUF_MAX);
    buf_reserve(&out, EIO_HEADROOM + prefixes[form].n + length);
    begin(&out);
    buf_append_str(&out, prefixes[form]);
    char *to = buf_reserve(&out, length);
    if (to) {
        if (form != EIO_TYPED)
            base64_encode(to, bytes, n);
        else if (n > 0)
            memcpy(to, bytes, n);
        buf_commit(&out, length);
        write_header(out.p, out.n, form == EIO_TYPED ? WS_BINARY : WS_TEXT);
    }
    return buf_to_slice(&out);
}

/* NULL when memory is out. */
static struct eio_forms *forms_of(struct eio_packet *p)
{
    if (!p->forms)
        p->forms = mem_zalloc(sizeof(*p->forms));
    return p->forms;
}

/* The slice of a form that is not the packet's own; NULL when memory is out. */
static struct slice *form_of(struct eio_packet *p, enum eio_form form)
{
    struct eio_forms *forms = forms_of(p);
    if (forms && !forms->slices[form])
        forms->slices[form] = make_form(p, form);
    return forms ? forms->slices[form] : NULL;
}

struct str eio_packet_item(struct eio_packet *p, enum eio_form form)
{
    if (!p->binary || form == EIO_BARE)
        return str_of(p->slice->p + p->text_at, p->slice->n - p->text_at);
    const struct slice *slice = form_of(p, form);
    return slice ? str_of(slice->p + EIO_HEADROOM, slice->n - EIO_HEADROOM)
                 : str_of(NULL, 0);
}

struct slice *eio_packet_frame(struct eio_packet *p, enum eio_form form,
                               uint32_t *ret_at)
{
    if (!p->binary || form == EIO_BARE) {
        *ret_at = p->frame_at;
        return p->slice;
    }
    struct slice *slice = form_of(p, form);
    if (!slice)
        return NULL;
    /* The same bytes over the same bytes; only the length is of interest. */
    *ret_at = write_header(slice->p, slice->n,
                           form == EIO_TYPED ? WS_BINARY : WS_TEXT);
    return slice;
}

struct ws_shared *eio_packet_shared(struct eio_packet *p, enum eio_form form)
{
    struct eio_forms *forms = forms_of(p);
    return forms ? &forms->compressed[form] : NULL;
}
