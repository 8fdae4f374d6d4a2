/* SPDX-License-Identifier: MIT */
/*
 * Socket.IO packets: the header, the JSON behind it, placeholders. An event
 * that was read and is built again is the same event.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "base/error.h"
#include "socketio/internal.h"

#define ATTACHMENTS 10

static void check_header(const struct sio_header *h, struct str text)
{
    bool binary = h->type == SIO_BINARY_EVENT || h->type == SIO_BINARY_ACK;

    assert(h->type <= SIO_BINARY_ACK);
    assert(binary == (h->attachments > 0));
    assert(h->attachments <= ATTACHMENTS);
    assert(h->name_space.n > 0 && h->name_space.p[0] == '/');
    assert(str_find(h->name_space, ',') == h->name_space.n);
    assert(h->json.n < text.n);
}

/* The attachments of the packet: one byte each, its number. */
static struct sio_partial *complete(const struct sio_header *header)
{
    struct sio_partial *p = partial_new(header);
    assert(p);
    for (uint32_t i = 0; i < header->attachments; i++) {
        char byte = (char)('0' + i);
        int done = partial_add(p, &byte, 1);
        assert(done == (i + 1 == header->attachments));
    }
    return p;
}

/* Builds the event again, and reads that. */
static void check_again(const struct sio_header *h, const struct json *args)
{
    struct sio_builder b;
    struct sio_header again;
    struct sio_packet *packet = NULL;
    int error;

    sio_builder_init(&b, 65536, ATTACHMENTS);
    error = sio_builder_event(&b, h->name_space, h->has_id, h->id,
                              args->child->text);
    if (error < 0)
        return;
    for (const struct json *v = args->child->next; v; v = v->next)
        json_put_value(&b.json, v);
    packet = sio_builder_finish(&b, &error);
    if (!packet) {
        assert(error == ERR_LIMIT);
        return;
    }
    struct slice *slice = packet->parts[0]->slice;
    struct str text =
        str_of(slice->p + EIO_HEADROOM + 1, slice->n - EIO_HEADROOM - 1);
    assert(sio_header_parse(text, ATTACHMENTS, &again) == 0);
    assert(again.attachments == packet->count - 1U);
    assert(str_eq(again.name_space, h->name_space));
    assert(again.has_id == h->has_id && again.id == h->id);
    sio_packet_unref(packet);
}

static void check_args(const struct sio_header *h, struct arena *arena)
{
    const struct json_limits limits = {.depth = 16};
    struct sio_partial *partial = NULL;
    struct json *args;

    if (json_parse(arena, h->json, &limits, &args, NULL) < 0)
        return;
    if (h->attachments > 0)
        partial = complete(h);
    bool good = !partial || partial_resolve(partial, args) == 0;
    if (good && args->type == JSON_ARRAY && args->child &&
        args->child->type == JSON_STRING)
        check_again(h, args);
    partial_free(partial);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_text(data, size);
    struct sio_header header;
    struct arena arena;
    long live = mem_live();

    arena_init(&arena, (size_t)1 << 20);
    if (sio_header_parse(text, ATTACHMENTS, &header) == 0) {
        check_header(&header, text);
        check_args(&header, &arena);
    }
    arena_free(&arena);
    assert(mem_live() == live);
    return 0;
}
