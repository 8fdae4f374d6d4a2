/* SPDX-License-Identifier: MIT */
#include "socketio/packet.h"

#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes the digits at the front of *rest off and returns them. */
static struct str cut_digits(struct str *rest)
{
    size_t n = 0;
    while (n < rest->n && is_digit(rest->p[n]))
        n++;
    if (n == 0)
        return STR("");
    struct str digits = str_of(rest->p, n);
    *rest = str_of(rest->p + n, rest->n - n);
    return digits;
}

static int cut_attachments(struct str *rest, uint32_t max, uint32_t *ret_count)
{
    uint64_t count;
    struct str digits = cut_digits(rest);
    if (str_to_u64(digits, &count) < 0 || count == 0 || count > max)
        return ERR_SYNTAX;
    if (rest->n == 0 || rest->p[0] != '-')
        return ERR_SYNTAX;
    *rest = str_of(rest->p + 1, rest->n - 1);
    *ret_count = (uint32_t)count;
    return 0;
}

int sio_header_parse(struct str text, uint32_t max_attachments,
                     struct sio_header *ret_header)
{
    if (text.n == 0 || text.p[0] < '0' || text.p[0] > '6')
        return ERR_SYNTAX;

    struct sio_header h = {.type = (enum sio_type)(text.p[0] - '0'),
                           .name_space = STR("/")};
    struct str rest = str_of(text.p + 1, text.n - 1);

    if (h.type == SIO_BINARY_EVENT || h.type == SIO_BINARY_ACK) {
        int error = cut_attachments(&rest, max_attachments, &h.attachments);
        if (error < 0)
            return error;
    }
    if (rest.n > 0 && rest.p[0] == '/')
        h.name_space = str_cut(&rest, ',');
    struct str digits = cut_digits(&rest);
    if (digits.n > 0) {
        h.has_id = true;
        if (str_to_u64(digits, &h.id) < 0)
            return ERR_SYNTAX;
    }
    h.json = rest;
    *ret_header = h;
    return 0;
}

void sio_header_cut_query(struct sio_header *h)
{
    struct str rest = h->name_space;

    h->name_space = str_cut(&rest, '?');
    h->query = rest;
}

bool sio_event_reserved(struct str name)
{
    static const struct str reserved[] = {
        {"connect", 7},        {"connect_error", 13}, {"disconnect", 10},
        {"disconnecting", 13}, {"newListener", 11},   {"removeListener", 14},
    };
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (str_eq(name, reserved[i]))
            return true;
    return false;
}

struct sio_packet *sio_packet_ref(struct sio_packet *p)
{
    p->refs++;
    return p;
}

static size_t packet_memory(uint32_t parts)
{
    return sizeof(struct sio_packet) + parts * sizeof(struct eio_packet *);
}

void sio_packet_unref(struct sio_packet *p)
{
    if (!p || --p->refs > 0)
        return;
    for (uint32_t i = 0; i < p->count; i++)
        eio_packet_unref(p->parts[i]);
    eio_packet_unref(p->packed);
    mem_give(p, packet_memory(p->count));
}

void sio_packet_leave_uncompressed(struct sio_packet *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        p->parts[i]->uncompressed = true;
}

/* --- building --- */

void sio_builder_init(struct sio_builder *b, size_t max_size,
                      uint32_t max_attachments)
{
    *b = (struct sio_builder){0};
    buf_init(&b->out, max_size < BUF_MAX ? max_size : BUF_MAX);
    b->max_attachments = max_attachments < SIO_ATTACHMENTS_MAX
                             ? max_attachments
                             : SIO_ATTACHMENTS_MAX;
}

/* Everything in front of the JSON. */
static void put_header(struct buf *out, enum sio_type type,
                       uint32_t attachments, struct str name_space, bool has_id,
                       uint64_t id)
{
    eio_packet_begin(out, EIO_MESSAGE);
    buf_append_char(out, (char)('0' + type));
    if (attachments > 0) {
        buf_append_u64(out, attachments);
        buf_append_char(out, '-');
    }
    if (!str_eq(name_space, STR("/"))) {
        buf_append_str(out, name_space);
        buf_append_char(out, ',');
    }
    if (has_id)
        buf_append_u64(out, id);
}

/* Whether n more bytes leave the packet within its limit. */
static bool fits(const struct sio_builder *b, size_t n)
{
    size_t used = b->out.n + b->binary_size;
    return used <= b->out.max && n <= b->out.max - used;
}

static int attach(void *user, struct str bytes)
{
    struct sio_builder *b = user;
    if (b->attachments == b->max_attachments || !fits(b, bytes.n))
        return ERR_LIMIT;
    struct eio_packet *packet = eio_packet_binary(bytes);
    if (!packet)
        return ERR_NOMEM;
    b->binary[b->attachments] = packet;
    b->binary_size += bytes.n;
    return (int)b->attachments++;
}

static void begin(struct sio_builder *b, enum sio_type type,
                  struct str name_space, bool has_id, uint64_t id)
{
    assert(b->out.n == 0 && b->attachments == 0);
    b->type = type;
    b->name_space = name_space;
    b->has_id = has_id;
    b->id = id;
    b->name_length = 0;
    put_header(&b->out, type, 0, name_space, has_id, id);
    b->args_at = b->out.n;
    json_writer_init(&b->json, &b->out);
    b->json.attach = attach;
    b->json.user = b;
    json_open_array(&b->json);
}

int sio_builder_event(struct sio_builder *b, struct str name_space, bool has_id,
                      uint64_t id, struct str name)
{
    if (sio_event_reserved(name) || str_eq(name, STR(SIO_NOTICE_EVENT)))
        return ERR_RESERVED;
    if (!utf8_valid(name.p, name.n))
        return ERR_SYNTAX;
    begin(b, SIO_EVENT, name_space, has_id, id);
    json_put_string(&b->json, name);
    b->name_length = name.n;
    return 0;
}

void sio_builder_ack(struct sio_builder *b, struct str name_space, uint64_t id)
{
    begin(b, SIO_ACK, name_space, true, id);
}

void sio_builder_abandon(struct sio_builder *b)
{
    for (uint32_t i = 0; i < b->attachments; i++)
        eio_packet_unref(b->binary[i]);
    b->attachments = 0;
    b->binary_size = 0;
    buf_free(&b->out);
}

/* "64-" */
#define BINARY_MARK_MAX 3

/* The number of attachments stands in front of the JSON but is only known
 * behind it: a binary packet's text is written again with the right header.
 * Text packets, nearly all, are not touched. */
static void become_binary(struct sio_builder *b)
{
    struct buf text;
    buf_init(&text, b->out.max);
    enum sio_type type =
        b->type == SIO_EVENT ? SIO_BINARY_EVENT : SIO_BINARY_ACK;
    buf_reserve(&text, b->out.n + BINARY_MARK_MAX);
    size_t args_at = b->args_at;
    put_header(&text, type, b->attachments, b->name_space, b->has_id, b->id);
    b->args_at = text.n;
    buf_append(&text, b->out.p + args_at, b->out.n - args_at);
    buf_free(&b->out);
    b->out = text;
}

static struct sio_packet *packet_new(struct eio_packet *text,
                                     struct eio_packet *const *binary,
                                     uint32_t binary_count)
{
    struct sio_packet *p = mem_take(packet_memory(1 + binary_count));
    if (!p)
        return NULL;
    p->refs = 1;
    p->count = (uint8_t)(1 + binary_count);
    p->name_length = 0;
    p->packed = NULL;
    p->parts[0] = text;
    for (uint32_t i = 0; i < binary_count; i++)
        p->parts[1 + i] = binary[i];
    return p;
}

struct sio_packet *sio_builder_finish(struct sio_builder *b, int *ret_error)
{
    struct sio_packet *packet = NULL;
    struct eio_packet *text = NULL;
    int error;

    json_close_array(&b->json);
    error = b->out.error;
    if (error == 0 && b->attachments > 0) {
        become_binary(b);
        error = b->out.error;
    }
    if (error == 0 && !fits(b, 0))
        error = ERR_LIMIT;
    if (error < 0)
        goto out;
    error = ERR_NOMEM;
    text = eio_packet_finish(&b->out, false);
    if (!text)
        goto out;
    packet = packet_new(text, b->binary, b->attachments);
    if (!packet)
        goto out;
    /* Behind ["; it is a name for people, so as long as fits will do. */
    packet->name_at = (uint16_t)(b->args_at + 2);
    packet->name_length =
        (uint8_t)(b->name_length < UINT8_MAX ? b->name_length : UINT8_MAX);
    b->attachments = 0; /* they are the packet's now */
    text = NULL;
out:
    eio_packet_unref(text);
    sio_builder_abandon(b);
    if (!packet)
        *ret_error = error;
    return packet;
}

/* A packet with nothing but text: the header, and JSON if any. */
static struct sio_packet *finish_text(struct buf *out)
{
    struct eio_packet *text = eio_packet_finish(out, false);
    buf_free(out);
    if (!text)
        return NULL;
    struct sio_packet *packet = packet_new(text, NULL, 0);
    if (!packet)
        eio_packet_unref(text);
    return packet;
}

struct sio_packet *sio_packet_connect(struct str name_space, struct str sid)
{
    struct buf out;
    buf_init(&out, SIO_NAMESPACE_MAX + 256);
    put_header(&out, SIO_CONNECT, 0, name_space, false, 0);
    if (sid.n > 0) {
        buf_append_z(&out, "{\"sid\":\"");
        buf_append_str(&out, sid);
        buf_append_z(&out, "\"}");
    }
    return finish_text(&out);
}

struct sio_packet *sio_packet_connect_error(struct str name_space,
                                            struct str message, struct str data)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    put_header(&out, SIO_CONNECT_ERROR, 0, name_space, false, 0);
    struct json_writer w;
    json_writer_init(&w, &out);
    json_open_object(&w);
    json_put_key(&w, STR("message"));
    json_put_string(&w, message);
    if (data.n > 0) {
        json_put_key(&w, STR("data"));
        json_put_raw(&w, data);
    }
    json_close_object(&w);
    return finish_text(&out);
}

struct sio_packet *sio_packet_error(struct str name_space, struct str message,
                                    struct str data)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    put_header(&out, SIO_CONNECT_ERROR, 0, name_space, false, 0);
    struct json_writer w;
    json_writer_init(&w, &out);
    if (data.n > 0)
        json_put_raw(&w, data);
    else
        json_put_string(&w, message);
    return finish_text(&out);
}

struct sio_packet *sio_packet_disconnect(struct str name_space)
{
    struct buf out;
    buf_init(&out, SIO_NAMESPACE_MAX + 64);
    put_header(&out, SIO_DISCONNECT, 0, name_space, false, 0);
    return finish_text(&out);
}

struct sio_packet *sio_packet_notice(struct str name_space,
                                     const struct sio_notice *notice)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    put_header(&out, SIO_EVENT, 0, name_space, false, 0);
    struct json_writer w;
    json_writer_init(&w, &out);
    json_open_array(&w);
    json_put_string(&w, STR(SIO_NOTICE_EVENT));
    json_open_object(&w);
    json_put_key(&w, STR("code"));
    json_put_string(&w, notice->code);
    json_put_key(&w, STR("reason"));
    json_put_string(&w, notice->reason);
    json_put_key(&w, STR("retry"));
    json_put_int(&w, notice->retry);
    json_close_object(&w);
    json_close_array(&w);
    return finish_text(&out);
}
