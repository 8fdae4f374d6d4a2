/* SPDX-License-Identifier: MIT */
/* Frames as a client sends them, and as a server does. */
#ifndef MORTISE_TESTS_WS_UNIT_H
#define MORTISE_TESTS_WS_UNIT_H

#include "unit.h"

#include "base/buf.h"
#include "net/ws_parser.h"

#define FIN 0x80

/* The start of a frame up to its mask: `first` is the whole first byte;
 * `length_bytes` 0, 2 or 8 forces that form of the length, -1 takes the
 * shortest. */
static inline void frame_header(struct buf *b, unsigned first, uint64_t n,
                                int length_bytes)
{
    if (length_bytes < 0)
        length_bytes = n < 126 ? 0 : n < 65536 ? 2 : 8;
    buf_append_char(b, (char)first);
    buf_append_char(b, (char)(0x80 | (length_bytes == 0   ? n
                                      : length_bytes == 2 ? 126
                                                          : 127)));
    for (int i = length_bytes - 1; i >= 0; i--)
        buf_append_char(b, (char)(n >> 8 * i));
}

/* A whole masked frame; the mask follows from what was there before. */
static inline void frame(struct buf *b, unsigned first, const void *payload,
                         size_t n)
{
    const char *p = payload;
    uint32_t mask = (uint32_t)(b->n + 1) * 2654435761u;
    frame_header(b, first, n, -1);
    buf_append(b, &mask, sizeof(mask));
    char *to = buf_reserve(b, n);
    ck_assert_ptr_nonnull(to);
    for (size_t i = 0; i < n; i++)
        to[i] = (char)(p[i] ^ ((const char *)&mask)[i % 4]);
    buf_commit(b, n);
}

static inline void frame_z(struct buf *b, unsigned first, const char *payload)
{
    frame(b, first, payload, strlen(payload));
}

/* What the server is to send: an unmasked, final frame. */
static inline void server_frame(struct buf *b, enum ws_opcode opcode,
                                const void *payload, size_t n)
{
    char header[WS_HEADER_MAX];
    char *end = header + sizeof(header);
    unsigned length = ws_header_before(end, opcode, n);
    buf_append(b, end - length, length);
    buf_append(b, payload, n);
}

/* The tests of one section of RFC 6455. */
static inline TCase *section(Suite *suite, const char *name, SFun setup,
                             SFun teardown)
{
    TCase *tc = tcase_create(name);
    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(suite, tc);
    return tc;
}

#endif
