/* SPDX-License-Identifier: MIT */
#include "net/ws_mask.h"

#include <string.h>

#include "base/cpu.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* As many bytes as the longest registers have: the compiler makes several of
 * it where they are shorter. */
typedef uint64_t wide __attribute__((vector_size(32)));

static bool always(void)
{
    return true;
}

/* The mask from `at` on, as often as there is room for. */
static inline void repeat(const uint8_t mask[4], size_t at, uint8_t *to,
                          size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = mask[(at + i) & 3];
}

static bool unmask_words(char *p, size_t n, const uint8_t mask[4], size_t at)
{
    uint8_t turned[8];
    uint64_t key, word, seen = 0;
    size_t i = 0;

    repeat(mask, at, turned, sizeof(turned));
    memcpy(&key, turned, sizeof(key));
    for (; n - i >= sizeof(word); i += sizeof(word)) {
        memcpy(&word, p + i, sizeof(word));
        word ^= key;
        seen |= word;
        memcpy(p + i, &word, sizeof(word));
    }
    for (; i < n; i++) {
        p[i] = (char)(p[i] ^ (char)turned[i & 7]);
        seen |= (uint8_t)p[i];
    }
    return (seen & HIGH_BITS) != 0;
}

static inline __attribute__((always_inline)) bool
unmask_wide(char *p, size_t n, const uint8_t mask[4], size_t at)
{
    uint8_t turned[sizeof(wide)];
    wide key, a, b, seen = {0};
    size_t i = 0;

    repeat(mask, at, turned, sizeof(turned));
    memcpy(&key, turned, sizeof(key));
    for (; n - i >= 2 * sizeof(wide); i += 2 * sizeof(wide)) {
        memcpy(&a, p + i, sizeof(a));
        memcpy(&b, p + i + sizeof(a), sizeof(b));
        a ^= key;
        b ^= key;
        seen |= a | b;
        memcpy(p + i, &a, sizeof(a));
        memcpy(p + i + sizeof(a), &b, sizeof(b));
    }
    /* Whole turns leave the mask where it was. */
    bool rest = unmask_words(p + i, n - i, mask, at);
    return rest || ((seen[0] | seen[1] | seen[2] | seen[3]) & HIGH_BITS) != 0;
}

static bool unmask_plain(char *p, size_t n, const uint8_t mask[4], size_t at)
{
    return unmask_wide(p, n, mask, at);
}

#ifdef CPU_SSE2

CPU_AVX2 static bool unmask_avx2(char *p, size_t n, const uint8_t mask[4],
                                 size_t at)
{
    return unmask_wide(p, n, mask, at);
}

#endif

/* From here on the longer registers pay. */
#define WIDE_FROM 64

bool ws_unmask(char *p, size_t n, const uint8_t mask[4], size_t at)
{
    if (n < WIDE_FROM)
        return unmask_words(p, n, mask, at);
#ifdef CPU_SSE2
    if (cpu_has_avx2())
        return unmask_avx2(p, n, mask, at);
#endif
    return unmask_plain(p, n, mask, at);
}

const struct ws_mask_way ws_mask_ways[] = {
    {"words", always, unmask_words},     {"plain", always, unmask_plain},
#ifdef CPU_SSE2
    {"AVX2", cpu_has_avx2, unmask_avx2},
#endif
    {"chosen", always, ws_unmask},       {NULL, NULL, NULL},
};
