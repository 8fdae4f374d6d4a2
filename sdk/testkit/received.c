/* SPDX-License-Identifier: MIT */
#include "received.h"

#include <string.h>

#include "internal.h"

/* Far more than the configuration allows a packet to have. */
#define DEPTH_MAX 10000

/* What the server sends is well-formed, and memory is there: or else this is
 * no failure of a test but of the kit. */
static void must(bool good)
{
    assert(good && "the kit cannot read what the server has sent");
    (void)good;
}

/* All parts are here: reads the JSON. */
static void parse(struct received *r)
{
    struct json_limits limits = {.depth = DEPTH_MAX};
    struct str text = r->packet->header.json;

    if (text.n == 0)
        return;
    must(json_parse(&r->arena, text, &limits, &r->body, NULL) == 0);
    must(partial_resolve(r->packet, r->body) == 0);
}

static struct received *begin(const struct eio_packet *part)
{
    struct str text =
        str_of(part->slice->p + part->text_at, part->slice->n - part->text_at);
    struct received *r = kit_realloc(NULL, sizeof(*r));
    struct sio_header header;

    memset(r, 0, sizeof(*r));
    arena_init(&r->arena, SIZE_MAX);
    must(!part->binary && text.n > 0 && text.p[0] == EIO_MESSAGE);
    must(sio_header_parse(str_of(text.p + 1, text.n - 1), SIO_ATTACHMENTS_MAX,
                          &header) == 0);
    r->packet = partial_new(&header);
    must(r->packet != NULL);
    return r;
}

struct received *received_read(struct received **open,
                               const struct eio_packet *part)
{
    struct received *r = *open;

    if (r) {
        must(part->binary);
        must(partial_add(r->packet, part->slice->p + part->text_at,
                         part->slice->n - part->text_at) >= 0);
    } else {
        r = begin(part);
    }
    if (r->packet->have < r->packet->header.attachments) {
        *open = r;
        return NULL;
    }
    *open = NULL;
    parse(r);
    return r;
}

void received_free(struct received *r)
{
    if (!r)
        return;
    arena_free(&r->arena);
    partial_free(r->packet);
    free(r);
}

static bool is_event(const struct received *r)
{
    enum sio_type type = r->packet->header.type;
    return type == SIO_EVENT || type == SIO_BINARY_EVENT;
}

struct str received_name(const struct received *r)
{
    return is_event(r) ? r->body->child->text : STR("");
}

const struct json *received_args(const struct received *r)
{
    return is_event(r) ? r->body->child->next : r->body->child;
}

struct received *received_of(const struct sio_packet *packet)
{
    struct received *open = NULL, *whole = NULL;
    for (uint32_t i = 0; i < packet->count; i++)
        whole = received_read(&open, packet->parts[i]);
    must(whole != NULL);
    return whole;
}
