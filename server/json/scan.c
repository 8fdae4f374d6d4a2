/* SPDX-License-Identifier: MIT */
#include "json/scan.h"

#include <string.h>

#define LAST_CONTROL 0x1f

/* --- plain C: eight bytes in a word --- */

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* The high bit of each byte below 0x80 that is less than n (1 to 0x80). Bytes
 * behind one that is may have it, too: only the first counts. */
static inline uint64_t less_than(uint64_t word, uint64_t n)
{
    return (word - ONES * n) & ~word & HIGHS;
}

static inline uint64_t equal_to(uint64_t word, uint64_t c)
{
    return less_than(word ^ (ONES * c), 1);
}

static inline bool is_special(unsigned char c)
{
    return c <= LAST_CONTROL || c == '"' || c == '\\';
}

static const char *scan_bytes(const char *p, const char *end, bool *high)
{
    for (; p < end && !is_special((unsigned char)*p); p++)
        if ((unsigned char)*p >= 0x80)
            *high = true;
    return p;
}

static const char *scan_words(const char *p, const char *end, bool *high)
{
    uint64_t word;

    while ((size_t)(end - p) >= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        if (less_than(word, LAST_CONTROL + 1) | equal_to(word, '"') |
            equal_to(word, '\\'))
            break;
        if (word & HIGHS)
            *high = true;
        p += sizeof(word);
    }
    return scan_bytes(p, end, high);
}

static bool always(void)
{
    return true;
}

/* --- SSE2: 16 bytes, which every x86-64 has --- */

#ifdef CPU_SSE2

static const char *scan_sse2(const char *p, const char *end, bool *high)
{
    while (end - p >= 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        unsigned found = scan_marks(x);
        unsigned above = (unsigned)_mm_movemask_epi8(x);
        if (found) {
            unsigned at = (unsigned)__builtin_ctz(found);
            if (above & ((1u << at) - 1))
                *high = true;
            return p + at;
        }
        if (above)
            *high = true;
        p += 16;
    }
    return scan_words(p, end, high);
}

/* --- AVX2: 32 bytes, twice a turn --- */

CPU_AVX2 static inline __m256i marks_of(__m256i x)
{
    __m256i low = _mm256_cmpeq_epi8(
        _mm256_min_epu8(x, _mm256_set1_epi8(LAST_CONTROL)), x);

    return _mm256_or_si256(
        low, _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')),
                             _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\'))));
}

CPU_AVX2 static const char *scan_avx2(const char *p, const char *end,
                                      bool *high)
{
    __m256i above = _mm256_setzero_si256();

    while (end - p >= 64) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)p);
        __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
        __m256i marks = _mm256_or_si256(marks_of(x), marks_of(y));
        if (!_mm256_testz_si256(marks, marks))
            break;
        above = _mm256_or_si256(above, _mm256_or_si256(x, y));
        p += 64;
    }
    if (_mm256_movemask_epi8(above))
        *high = true;
    return scan_sse2(p, end, high);
}

/* Most strings end within so many bytes, of which the longer registers would
 * see more than there is. */
#define NEAR 64

const char *scan_plain(const char *p, const char *end, bool *high)
{
    const char *near = end - p > NEAR ? p + NEAR : end;

    p = scan_sse2(p, near, high);
    if (p < near || p == end)
        return p;
    return cpu_has_avx2() ? scan_avx2(p, end, high) : scan_sse2(p, end, high);
}

#elif defined(CPU_NEON)

/* --- NEON: 16 bytes, which every AArch64 has --- */

static const char *scan_neon(const char *p, const char *end, bool *high)
{
    const uint8x16_t quote = vdupq_n_u8('"');
    const uint8x16_t escape = vdupq_n_u8('\\');
    const uint8x16_t control = vdupq_n_u8(LAST_CONTROL);

    while (end - p >= 16) {
        uint8x16_t x = vld1q_u8((const uint8_t *)p);
        uint8x16_t marks =
            vorrq_u8(vcleq_u8(x, control),
                     vorrq_u8(vceqq_u8(x, quote), vceqq_u8(x, escape)));
        if (vmaxvq_u8(marks))
            break;
        if (vmaxvq_u8(x) >= 0x80)
            *high = true;
        p += 16;
    }
    return scan_words(p, end, high);
}

const char *scan_plain(const char *p, const char *end, bool *high)
{
    return scan_neon(p, end, high);
}

#else

const char *scan_plain(const char *p, const char *end, bool *high)
{
    return scan_words(p, end, high);
}

#endif

const struct scan_way scan_ways[] = {
    {"words", always, scan_words},
#ifdef CPU_SSE2
    {"SSE2", always, scan_sse2},    {"AVX2", cpu_has_avx2, scan_avx2},
#elif defined(CPU_NEON)
    {"NEON", always, scan_neon},
#endif
    {"chosen", always, scan_plain}, {NULL, NULL, NULL},
};
