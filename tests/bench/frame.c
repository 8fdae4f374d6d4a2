/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <string.h>

static bool opcode_known(uint8_t opcode)
{
    return opcode == FRAME_TEXT || opcode == FRAME_BINARY ||
           opcode == FRAME_CLOSE || opcode == FRAME_PING ||
           opcode == FRAME_PONG;
}

int frame_parse(const uint8_t *data, size_t len, struct frame *ret_frame)
{
    struct frame frame = {.head = 2};
    unsigned extra = 0;

    if (len < 2)
        return 0;
    frame.opcode = data[0] & 0x0f;
    frame.masked = (data[1] & 0x80) != 0;
    frame.length = data[1] & 0x7f;
    /* FIN must be set and the three reserved bits must not. */
    if ((data[0] & 0xf0) != 0x80 || !opcode_known(frame.opcode))
        return -1;
    if (frame.length == 126)
        extra = 2;
    else if (frame.length == 127)
        extra = 8;
    if (len < frame.head + extra + (frame.masked ? 4 : 0))
        return 0;
    if (extra > 0) {
        frame.length = 0;
        for (unsigned i = 0; i < extra; i++)
            frame.length = frame.length << 8 | data[frame.head + i];
        frame.head += extra;
    }
    if (frame.masked) {
        memcpy(frame.mask, data + frame.head, 4);
        frame.head += 4;
    }
    *ret_frame = frame;
    return 1;
}

size_t frame_write(uint8_t *out, uint8_t opcode, const void *payload,
                   size_t len, const uint8_t *mask)
{
    size_t head = 2;
    unsigned extra = len < 126 ? 0 : len < 65536 ? 2 : 8;

    out[0] = 0x80 | opcode;
    out[1] = extra == 0 ? (uint8_t)len : extra == 2 ? 126 : 127;
    for (unsigned i = 0; i < extra; i++)
        out[head++] = (uint8_t)(len >> (8 * (extra - 1 - i)));
    if (mask != NULL) {
        out[1] |= 0x80;
        memcpy(out + head, mask, 4);
        head += 4;
    }
    if (len > 0)
        memcpy(out + head, payload, len);
    if (mask != NULL)
        frame_mask(out + head, len, mask);
    return head + len;
}

void frame_mask(uint8_t *data, size_t len, const uint8_t mask[4])
{
    for (size_t i = 0; i < len; i++)
        data[i] ^= mask[i & 3];
}
