/* SPDX-License-Identifier: MIT */
#include "net/ws_control.h"

#include <assert.h>
#include <string.h>

int ws_send_control(struct stream *s, enum ws_opcode opcode,
                    const void *payload, size_t n)
{
    char frame[WS_HEADER_MAX + WS_CONTROL_MAX];
    assert(n <= WS_CONTROL_MAX);
    if (n > 0)
        memcpy(frame + WS_HEADER_MAX, payload, n);
    unsigned header = ws_header_before(frame + WS_HEADER_MAX, opcode, n);
    return stream_write(s, frame + WS_HEADER_MAX - header, header + n);
}

int ws_send_close(struct stream *s, int code)
{
    uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    return ws_send_control(s, WS_CLOSE, payload,
                           code == WS_CODE_NONE ? 0 : sizeof(payload));
}
