/* SPDX-License-Identifier: MIT */
/*
 * Where a run of plain characters inside a JSON string ends: at the first
 * quote, backslash or control character. The longest strings make the cost of
 * reading JSON, so this looks at 16 or 32 bytes at a time where the processor
 * can.
 */
#ifndef MORTISE_JSON_SCAN_H
#define MORTISE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first such place in [p, end), or end. *high becomes true when a byte
 * that is not ASCII stands before it, and else stays as it is. */
const char *scan_plain(const char *p, const char *end, bool *high);

/* All ways to do it that this build has, for their test: what the processor
 * cannot do is not `usable`. They are the same but for their speed. */
struct scan_way {
    const char *name;
    bool (*usable)(void);
    const char *(*scan)(const char *p, const char *end, bool *high);
};
extern const struct scan_way scan_ways[]; /* up to one without a name */

#endif
