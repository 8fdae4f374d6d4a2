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

#include "base/cpu.h"

/* The first such place in [p, end), or end. *high becomes true when a byte
 * that is not ASCII stands before it, and else stays as it is. */
const char *scan_plain(const char *p, const char *end, bool *high);

#ifdef CPU_SSE2
/* Which of 16 characters are a quote, a backslash or a control character. */
static inline unsigned scan_marks(__m128i x)
{
    const __m128i control = _mm_set1_epi8(0x1f);
    __m128i found = _mm_cmpeq_epi8(_mm_min_epu8(x, control), x);

    found = _mm_or_si128(found, _mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
    found = _mm_or_si128(found, _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
    return (unsigned)_mm_movemask_epi8(found);
}
#endif

/* The same, and quicker where the run is short, as of keys. */
static inline const char *scan_next(const char *p, const char *end, bool *high)
{
#ifdef CPU_SSE2
    if (end - p >= 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        unsigned found = scan_marks(x);
        unsigned before = found & (0 - found); /* the first */
        if ((unsigned)_mm_movemask_epi8(x) & (before - 1))
            *high = true;
        if (found)
            return p + __builtin_ctz(found);
        p += 16;
    }
#endif
    return scan_plain(p, end, high);
}

/* All ways to do it that this build has, for their test: what the processor
 * cannot do is not `usable`. They are the same but for their speed. */
struct scan_way {
    const char *name;
    bool (*usable)(void);
    const char *(*scan)(const char *p, const char *end, bool *high);
};
extern const struct scan_way scan_ways[]; /* up to one without a name */

#endif
