/* SPDX-License-Identifier: MIT */
#include "socketio/packed.h"

#include "base/error.h"
#include "base/utf8.h"
#include "json/msgpack.h"

/* Of the values of a packet that is sent, as long as it is being made. */
#define ARENA_MAX ((size_t)256 << 20)
/* A packet that is sent holds what came, as deep as may be configured, within
 * what a plugin writes around it. */
#define DEPTH_MAX 2000

/* --- reading --- */

/* The members of a packet, unread; empty: it has none. */
struct members {
    struct str type, name_space, data, id;
};

static struct str *member(struct members *m, struct str key)
{
    if (str_eq(key, STR("type")))
        return &m->type;
    if (str_eq(key, STR("nsp")))
        return &m->name_space;
    if (str_eq(key, STR("data")))
        return &m->data;
    return str_eq(key, STR("id")) ? &m->id : NULL;
}

/* What clients write for a member that they do not have: undefined, or nil. */
static bool is_nothing(struct str value)
{
    return msgpack_is_undefined(value) || str_eq(value, STR("\xc0"));
}

static int read_members(struct str message, struct members *ret_members)
{
    struct members m = {0};
    struct str key, value;
    uint32_t count;
    int error = msgpack_read_map(&message, &count);

    for (uint32_t i = 0; error == 0 && i < count; i++) {
        error = msgpack_read_string(&message, &key);
        if (error == 0)
            error = msgpack_cut(&message, &value);
        struct str *place = error == 0 ? member(&m, key) : NULL;
        if (place)
            *place = is_nothing(value) ? STR("") : value;
    }
    if (error == 0 && message.n > 0)
        error = ERR_SYNTAX;
    if (error == 0)
        *ret_members = m;
    return error;
}

/* All of the header but its JSON. */
static int read_header(struct members *m, struct sio_header *h)
{
    uint64_t type;
    int error = msgpack_read_uint(&m->type, &type);

    if (error == 0)
        error = msgpack_read_string(&m->name_space, &h->name_space);
    if (error == 0 && m->id.n > 0) {
        h->has_id = true;
        error = msgpack_read_uint(&m->id, &h->id);
    }
    if (error < 0)
        return error;
    /* A name that could not stand in front of JSON could not be answered. */
    struct str name = h->name_space;
    if (type > SIO_CONNECT_ERROR || name.n == 0 || name.p[0] != '/' ||
        str_find(name, ',') < name.n || !utf8_valid(name.p, name.n))
        return ERR_SYNTAX;
    h->type = (enum sio_type)type;
    return 0;
}

static int attach(void *user, struct str bytes)
{
    struct sio_packed *packed = user;
    uint32_t number = packed->header.attachments;

    if (number == packed->max_attachments)
        return ERR_LIMIT;
    packed->bytes[number] = bytes;
    packed->header.attachments++;
    return (int)number;
}

static int read_data(struct sio_packed *packed, struct str data, uint32_t depth)
{
    struct sio_header *h = &packed->header;
    struct json_writer w;

    json_writer_init(&w, &packed->json);
    w.attach = attach;
    w.user = packed;
    int error = msgpack_read_value(&data, depth, &w);
    if (error == 0)
        error = packed->json.error;
    if (error < 0)
        return error;
    h->json = buf_str(&packed->json);
    if (h->attachments == 0)
        return 0;
    if (h->type != SIO_EVENT && h->type != SIO_ACK)
        return ERR_TYPE;
    h->type = h->type == SIO_EVENT ? SIO_BINARY_EVENT : SIO_BINARY_ACK;
    return 0;
}

int sio_packed_read(struct str message, uint32_t max_attachments,
                    uint32_t depth, struct sio_packed *ret_packed)
{
    struct members m;

    ret_packed->header = (struct sio_header){.json = STR("")};
    ret_packed->max_attachments = max_attachments < SIO_ATTACHMENTS_MAX
                                      ? max_attachments
                                      : SIO_ATTACHMENTS_MAX;
    /* JSON takes six times the bytes at most, and what stands for them. */
    buf_init(&ret_packed->json, BUF_MAX);
    int error = read_members(message, &m);
    if (error == 0)
        error = read_header(&m, &ret_packed->header);
    if (error == 0 && m.data.n > 0)
        error = read_data(ret_packed, m.data, depth);
    return error;
}

void sio_packed_free(struct sio_packed *packed)
{
    buf_free(&packed->json);
}

/* --- writing --- */

static unsigned plain_type(enum sio_type type)
{
    if (type == SIO_BINARY_EVENT)
        return SIO_EVENT;
    return type == SIO_BINARY_ACK ? SIO_ACK : type;
}

static void put_packet(struct buf *out, const struct sio_header *h,
                       const struct json *data)
{
    msgpack_put_map(out, 2u + (data != NULL) + h->has_id);
    msgpack_put_string(out, STR("type"));
    msgpack_put_uint(out, plain_type(h->type));
    if (data) {
        msgpack_put_string(out, STR("data"));
        msgpack_put_value(out, data);
    }
    msgpack_put_string(out, STR("nsp"));
    msgpack_put_string(out, h->name_space);
    if (h->has_id) {
        msgpack_put_string(out, STR("id"));
        msgpack_put_uint(out, h->id);
    }
}

struct eio_packet *sio_packet_packed(struct sio_packet *packet)
{
    struct str text = eio_packet_item(packet->parts[0], EIO_BARE);
    struct json *data = NULL;
    struct sio_header h;
    struct arena arena;
    struct buf out;

    if (packet->packed)
        return packet->packed;
    arena_init(&arena, ARENA_MAX);
    buf_init(&out, BUF_MAX);
    int error = sio_header_parse(str_of(text.p + 1, text.n - 1),
                                 SIO_ATTACHMENTS_MAX, &h);
    if (error == 0 && h.json.n > 0)
        error = sio_packet_read(packet, &arena, DEPTH_MAX, &data);
    if (error == 0) {
        eio_packet_begin_binary(&out);
        put_packet(&out, &h, data);
        packet->packed = eio_packet_finish(&out, true);
    }
    if (packet->packed)
        packet->packed->uncompressed = packet->parts[0]->uncompressed;
    buf_free(&out);
    arena_free(&arena);
    return packet->packed;
}
