/* SPDX-License-Identifier: MIT */
/*
 * Passing over the long stretches of a text that are valid UTF-8, 16 or 32
 * bytes at a time. What is left behind them is utf8_feed()'s, a byte at a time.
 */
#ifndef MORTISE_BASE_UTF8_WIDE_H
#define MORTISE_BASE_UTF8_WIDE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A character begins at p. Returns a place from p to end where one begins, too,
 * or where the text is no UTF-8 or ends; all before it is valid.
 */
const uint8_t *utf8_pass(const uint8_t *p, const uint8_t *end);

/* All ways to do it that this build has, for their test: what the processor
 * cannot do is not `usable`. How far they come may differ. */
struct utf8_way {
    const char *name;
    bool (*usable)(void);
    const uint8_t *(*pass)(const uint8_t *p, const uint8_t *end);
};
extern const struct utf8_way utf8_ways[]; /* up to one without a name */

#endif
