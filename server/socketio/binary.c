/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

static size_t memory_for(uint32_t attachments)
{
    return sizeof(struct sio_partial) + attachments * sizeof(struct slice *);
}

void partial_free(struct sio_partial *p)
{
    if (!p)
        return;
    intake_release(&p->held);
    for (uint32_t i = 0; i < p->have; i++)
        slice_unref(p->attachments[i]);
    slice_unref(p->text);
    mem_give(p, memory_for(p->header.attachments));
}

struct sio_partial *partial_new(const struct sio_header *header)
{
    struct sio_partial *p = mem_take(memory_for(header->attachments));
    if (!p)
        return NULL;
    p->have = 0;
    p->held = (struct intake_part){.intake = NULL};
    /* The packet's own bytes end with this message: keep name and JSON. */
    struct buf copy;
    buf_init(&copy, BUF_MAX);
    buf_append_str(&copy, header->name_space);
    buf_append_str(&copy, header->json);
    p->text = buf_to_slice(&copy);
    if (!p->text) {
        mem_give(p, memory_for(header->attachments));
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

/* Where the bytes of a packet's placeholders are: of one that came, or of one
 * that was built. */
struct source {
    const struct sio_partial *partial;
    const struct sio_packet *packet;
    uint32_t count;
};

static struct str bytes_at(const struct source *source, uint32_t index)
{
    if (source->partial)
        return slice_str(source->partial->attachments[index]);
    const struct eio_packet *part = source->packet->parts[1 + index];
    return str_of(part->slice->p + part->text_at,
                  part->slice->n - part->text_at);
}

static bool is_placeholder(const struct json *v)
{
    const struct json *flag = json_get(v, STR("_placeholder"));
    return flag && flag->type == JSON_BOOL && flag->truth;
}

/* Turns a placeholder into the bytes it stands for. */
static int replace(const struct source *source, struct json *v)
{
    int64_t number;
    if (json_int(json_get(v, STR("num")), &number) < 0 || number < 0 ||
        number >= source->count)
        return ERR_SYNTAX;
    json_set_binary(v, bytes_at(source, (uint32_t)number));
    return 0;
}

/* As deep as the JSON was allowed to be. */
static int resolve(const struct source *source, struct json *args)
{
    if (args->type == JSON_OBJECT && is_placeholder(args))
        return replace(source, args);
    for (struct json *v = args->child; v; v = v->next) {
        int error = resolve(source, v);
        if (error < 0)
            return error;
        args->binary = args->binary || v->binary;
    }
    return 0;
}

int partial_resolve(const struct sio_partial *p, struct json *args)
{
    struct source source = {.partial = p, .count = p->header.attachments};
    return resolve(&source, args);
}

int sio_packet_read(const struct sio_packet *packet, struct arena *arena,
                    uint32_t depth, struct json **ret_args)
{
    struct source source = {.packet = packet, .count = packet->count - 1};
    struct json_limits limits = {.depth = depth};
    struct str text = eio_packet_item(packet->parts[0], EIO_BARE);
    struct sio_header header;
    struct json *args;

    int error = sio_header_parse(str_of(text.p + 1, text.n - 1),
                                 SIO_ATTACHMENTS_MAX, &header);
    if (error == 0)
        error = json_parse(arena, header.json, &limits, &args, NULL);
    if (error == 0 && source.count > 0)
        error = resolve(&source, args);
    if (error == 0)
        *ret_args = args;
    return error;
}
