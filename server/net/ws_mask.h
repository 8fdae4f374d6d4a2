/* SPDX-License-Identifier: MIT */
/* What clients do to their frames (RFC 6455, section 5.3), undone. */
#ifndef MORTISE_NET_WS_MASK_H
#define MORTISE_NET_WS_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Exclusive-or with the mask, where the bytes stand, 64 of them a turn; `at` is
 * the offset of p in the frame's payload. Whether the result has bytes that are
 * not ASCII: as they pass by, that costs next to nothing, and text without them
 * is UTF-8.
 */
bool ws_unmask(char *p, size_t n, const uint8_t mask[4], size_t at);

/* All ways to do it that this build has, for their test: what the processor
 * cannot do is not `usable`. They are the same but for their speed. */
struct ws_mask_way {
    const char *name;
    bool (*usable)(void);
    bool (*unmask)(char *p, size_t n, const uint8_t mask[4], size_t at);
};
extern const struct ws_mask_way ws_mask_ways[]; /* up to one without a name */

#endif
