/* SPDX-License-Identifier: MIT */
/*
 * Payloads of Engine.IO's polling. Packets that were read and are sent back
 * make a payload with the same packets in it.
 */
#include "fuzz.h"

#include "base/error.h"
#include "engineio/payload.h"

#define PACKETS_MAX 64

static struct eio_packet *packet_of(const struct payload_packet *p)
{
    struct str data = str_of(p->p, p->n);
    struct eio_packet *packet =
        p->binary ? eio_packet_binary(data) : eio_packet_text(p->type, data);
    assert(packet);
    return packet;
}

static void check_frame(const struct eio_packet *p)
{
    assert(p->frame_at < p->slice->n && p->text_at <= p->slice->n);
    assert(eio_packet_frame_size(p) > p->slice->n - p->text_at);
}

/* Reads a payload; the number of packets in front of what is none. */
static uint32_t read_packets(char *p, size_t n, struct eio_packet **ret)
{
    struct payload payload = payload_of(p, n);
    struct payload_packet packet;
    uint32_t count = 0;

    while (count < PACKETS_MAX && payload_next(&payload, &packet) == 1) {
        assert(packet.type >= EIO_OPEN && packet.type <= EIO_NOOP);
        assert(packet.n == 0 || (packet.p > p && packet.p + packet.n <= p + n));
        ret[count] = packet_of(&packet);
        check_frame(ret[count++]);
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct eio_packet *packets[PACKETS_MAX], *again[PACKETS_MAX];
    struct str text = fuzz_text(data, size);
    long live = mem_live();
    char *copy = fuzz_copy(text);

    uint32_t count = read_packets(copy, text.n, packets);
    if (count > 0) {
        struct slice *body = payload_encode(packets, count);
        assert(body);
        assert(read_packets(body->p, body->n, again) == count);
        for (uint32_t i = 0; i < count; i++) {
            assert(packets[i]->binary == again[i]->binary);
            assert(packets[i]->slice->n == again[i]->slice->n);
            assert(memcmp(packets[i]->slice->p + EIO_HEADROOM,
                          again[i]->slice->p + EIO_HEADROOM,
                          packets[i]->slice->n - EIO_HEADROOM) == 0);
            eio_packet_unref(again[i]);
        }
        slice_unref(body);
    }
    for (uint32_t i = 0; i < count; i++)
        eio_packet_unref(packets[i]);
    mem_free(copy);
    assert(mem_live() == live);
    return 0;
}
