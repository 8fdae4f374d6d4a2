/* SPDX-License-Identifier: MIT */
/*
 * Payloads of Engine.IO's revision 3: the first byte says in which form (1: the
 * binary one), and whether the answer is to be text (2). Packets that were read
 * and are sent back make a payload with the same packets in it; each of them is
 * the same packet on a WebSocket.
 */
#include "fuzz.h"

#include "base/utf8.h"
#include "engineio/revision.h"

#define PACKETS_MAX 64

static struct eio_packet *packet_of(const struct payload_packet *p)
{
    struct str data = str_of(p->p, p->n);
    struct eio_packet *packet =
        p->binary ? eio_packet_binary(data) : eio_packet_text(p->type, data);
    assert(packet);
    return packet;
}

static bool same(const struct eio_packet *a, const struct eio_packet *b)
{
    return a->binary == b->binary && a->slice->n == b->slice->n &&
           memcmp(a->slice->p + EIO_HEADROOM, b->slice->p + EIO_HEADROOM,
                  a->slice->n - EIO_HEADROOM) == 0;
}

/* Reads a payload; the number of packets in front of what is none. */
static uint32_t read_packets(char *p, size_t n, bool binary,
                             struct eio_packet **ret)
{
    struct payload payload = payload_of(p, n);
    struct payload_packet packet;
    uint32_t count = 0;

    payload.binary = binary;
    while (count < PACKETS_MAX && revision_3.next(&payload, &packet) == 1) {
        assert(packet.type >= EIO_OPEN && packet.type <= EIO_NOOP);
        assert(packet.n == 0 || (packet.p > p && packet.p + packet.n <= p + n));
        assert(packet.binary || utf8_valid(packet.p, packet.n));
        ret[count++] = packet_of(&packet);
    }
    return count;
}

/* As a WebSocket message it is the same packet, with bytes and without. */
static void check_message(struct eio_packet *packet, enum eio_form form)
{
    struct payload_packet read;
    struct str item = eio_packet_item(packet, form);
    char *copy = fuzz_copy(item);
    bool binary = packet->binary && form == revision_3.form;

    int r = revision_3.read_message(binary, copy, item.n, &read);
    assert(r == 0);
    struct eio_packet *again = packet_of(&read);
    assert(same(packet, again));
    eio_packet_unref(again);
    mem_free(copy);
}

static void check_answer(struct eio_packet **packets, uint32_t count,
                         bool text_only)
{
    struct eio_packet *again[PACKETS_MAX];
    bool binary;
    struct slice *body = revision_3.encode(packets, count, text_only, &binary);

    assert(body && !(binary && text_only));
    assert(binary || utf8_valid(body->p, body->n));
    uint32_t n = read_packets(body->p, body->n, binary, again);
    assert(n == count);
    for (uint32_t i = 0; i < count; i++) {
        assert(same(packets[i], again[i]));
        eio_packet_unref(again[i]);
    }
    slice_unref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct eio_packet *packets[PACKETS_MAX];
    struct str text = fuzz_text(data, size);
    uint8_t form = fuzz_byte(&text);
    long live = mem_live();
    char *copy = fuzz_copy(text);
    uint32_t count = 0;

    /* The text form is checked as a whole, before it is read. */
    if ((form & 1) || utf8_valid(text.p, text.n))
        count = read_packets(copy, text.n, form & 1, packets);
    if (count > 0)
        check_answer(packets, count, form & 2);
    for (uint32_t i = 0; i < count; i++) {
        check_message(packets[i], revision_3.form);
        check_message(packets[i], revision_3.text_form);
        eio_packet_unref(packets[i]);
    }
    mem_free(copy);
    assert(mem_live() == live);
    return 0;
}
