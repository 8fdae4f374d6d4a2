/* SPDX-License-Identifier: MIT */
/*
 * Packets in MessagePack. Their data is JSON, within its limits; and what is
 * read of an event that is built from it is the same event again.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/utf8.h"
#include "socketio/internal.h"
#include "socketio/packed.h"

#define ATTACHMENTS 10
#define DEPTH       16

static void check_header(const struct sio_header *h)
{
    bool binary = h->type == SIO_BINARY_EVENT || h->type == SIO_BINARY_ACK;

    assert(h->type <= SIO_BINARY_ACK);
    assert(binary == (h->attachments > 0));
    assert(h->attachments <= ATTACHMENTS);
    assert(h->name_space.n > 0 && h->name_space.p[0] == '/');
    assert(str_find(h->name_space, ',') == h->name_space.n);
    assert(utf8_valid(h->json.p, h->json.n));
}

static struct sio_partial *complete(const struct sio_packed *packed)
{
    struct sio_partial *p = partial_new(&packed->header);

    assert(p);
    for (uint32_t i = 0; i < packed->header.attachments; i++)
        assert(partial_add(p, packed->bytes[i].p, packed->bytes[i].n) >= 0);
    return p;
}

/* The same event, built and packed. NULL: it cannot be. */
static struct sio_packet *build(const struct sio_header *h,
                                const struct json *args)
{
    struct sio_builder b;
    int error;

    sio_builder_init(&b, 1 << 20, ATTACHMENTS);
    if (sio_builder_event(&b, h->name_space, h->has_id, h->id,
                          args->child->text) < 0)
        return NULL;
    for (const struct json *v = args->child->next; v; v = v->next)
        json_put_value(&b.json, v);
    return sio_builder_finish(&b, &error);
}

/* What is sent of the event is read as it was. */
static void check_again(const struct sio_header *h, const struct json *args)
{
    struct sio_packet *packet = build(h, args);
    struct sio_packed packed;
    struct eio_packet *part;

    if (!packet)
        return;
    part = sio_packet_packed(packet);
    if (part) {
        struct str bytes = eio_packet_item(part, EIO_BARE);
        int error = sio_packed_read(bytes, ATTACHMENTS, DEPTH, &packed);
        assert(error == 0);
        check_header(&packed.header);
        assert(packed.header.attachments == packet->count - 1U);
        assert(str_eq(packed.header.name_space, h->name_space));
        assert(packed.header.has_id == h->has_id && packed.header.id == h->id);
        sio_packed_free(&packed);
    }
    sio_packet_unref(packet);
}

static void check_data(const struct sio_packed *packed, struct arena *arena)
{
    const struct json_limits limits = {.depth = DEPTH};
    const struct sio_header *h = &packed->header;
    struct sio_partial *partial = NULL;
    struct json *args;
    int error;

    if (h->json.n == 0)
        return;
    error = json_parse(arena, h->json, &limits, &args, NULL);
    assert(error == 0 || error == ERR_LIMIT); /* of the arena */
    if (error < 0)
        return;
    if (h->attachments > 0)
        partial = complete(packed);
    bool good = !partial || partial_resolve(partial, args) == 0;
    if (good && args->type == JSON_ARRAY && args->child &&
        args->child->type == JSON_STRING)
        check_again(h, args);
    partial_free(partial);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_text(data, size);
    struct sio_packed packed;
    struct arena arena;
    long live = mem_live();

    arena_init(&arena, (size_t)4 << 20);
    if (sio_packed_read(text, ATTACHMENTS, DEPTH, &packed) == 0) {
        check_header(&packed.header);
        check_data(&packed, &arena);
    }
    sio_packed_free(&packed);
    arena_free(&arena);
    assert(mem_live() == live);
    return 0;
}
