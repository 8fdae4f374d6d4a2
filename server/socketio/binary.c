/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

void partial_free(struct sio_partial *p)
{
    if (!p)
        return;
    for (uint32_t i = 0; i < p->have; i++)
        slice_unref(p->attachments[i]);
    slice_unref(p->text);
    mem_free(p);
}

struct sio_partial *partial_new(const struct sio_header *header)
{
    struct sio_partial *p = mem_zalloc(
        sizeof(*p) + header->attachments * sizeof(p->attachments[0]));
    if (!p)
        return NULL;
    /* The packet's own bytes end with this message: keep name and JSON. */
    struct buf copy;
    buf_init(&copy, BUF_MAX);
    buf_append_str(&copy, header->name_space);
    buf_append_str(&copy, header->json);
    p->text = buf_to_slice(&copy);
    if (!p->text) {
        mem_free(p);
        return NULL;
    }
    p->header = *header;
    p->header.name_space = str_of(p->text->p, header->name_space.n);
    p->header.json = str_of(p->text->p + header->name_space.n, header->json.n);
    return p;
}

struct sio_partial *partial_copy(const struct sio_header *header,
                                 const struct sio_partial *from)
{
    struct sio_partial *p = partial_new(header);
    for (uint32_t i = 0; p && from && i < from->have; i++)
        p->attachments[p->have++] = slice_ref(from->attachments[i]);
    return p;
}

int partial_add(struct sio_partial *p, const char *bytes, size_t n)
{
    struct slice *slice = slice_new(bytes, n);
    if (!slice)
        return ERR_NOMEM;
    p->attachments[p->have++] = slice;
    return p->have == p->header.attachments;
}

static bool is_placeholder(const struct json *v)
{
    const struct json *flag = json_get(v, STR("_placeholder"));
    return flag && flag->type == JSON_BOOL && flag->truth;
}

/* Turns a placeholder into the bytes it stands for. */
static int replace(const struct sio_partial *p, struct json *v)
{
    int64_t number;
    if (json_int(json_get(v, STR("num")), &number) < 0 || number < 0 ||
        number >= p->header.attachments)
        return ERR_SYNTAX;
    v->type = JSON_BINARY;
    v->text = slice_str(p->attachments[number]);
    v->binary = true;
    v->child = NULL;
    v->count = 0;
    return 0;
}

/* As deep as the JSON was allowed to be. */
int partial_resolve(const struct sio_partial *p, struct json *args)
{
    if (args->type == JSON_OBJECT && is_placeholder(args))
        return replace(p, args);
    for (struct json *v = args->child; v; v = v->next) {
        int error = partial_resolve(p, v);
        if (error < 0)
            return error;
        args->binary = args->binary || v->binary;
    }
    return 0;
}
