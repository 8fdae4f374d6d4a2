/* SPDX-License-Identifier: MIT */
#include "base/utf8_wide.h"

#include <string.h>

#include "base/cpu.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

static bool always(void)
{
    return true;
}

/* --- plain C: ASCII, eight bytes in a word --- */

static const uint8_t *pass_words(const uint8_t *p, const uint8_t *end)
{
    uint64_t word;

    while ((size_t)(end - p) >= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        if (word & HIGH_BITS)
            break;
        p += sizeof(word);
    }
    while (p < end && *p < 0x80)
        p++;
    return p;
}

#if defined(CPU_SSE2)

/* --- SSE2: ASCII, 64 bytes a turn --- */

static inline __m128i load(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static const uint8_t *pass_sse2(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 64) {
        __m128i all = _mm_or_si128(_mm_or_si128(load(p), load(p + 16)),
                                   _mm_or_si128(load(p + 32), load(p + 48)));
        if (_mm_movemask_epi8(all))
            break;
        p += 64;
    }
    while (end - p >= 16 && !_mm_movemask_epi8(load(p)))
        p += 16;
    return pass_words(p, end);
}

/*
 * --- AVX2: everything, 32 bytes a turn ---
 *
 * John Keiser and Daniel Lemire, "Validating UTF-8 In Less Than One
 * Instruction Per Byte", 2020. Each error but one shows in the first byte of a
 * pair and the high half of the second: three tables say which errors a half
 * byte allows, and what all three allow has happened. The one is a third or
 * fourth byte that is missing or too much.
 */
enum {
    TOO_SHORT = 1 << 0,   /* a lead, and no continuation behind it */
    TOO_LONG = 1 << 1,    /* ASCII, and a continuation behind it */
    OVERLONG_3 = 1 << 2,  /* e0 and less than a0 */
    TOO_LARGE = 1 << 3,   /* f4 and more than 8f, or f5 and more */
    SURROGATE = 1 << 4,   /* ed and more than 9f */
    OVERLONG_2 = 1 << 5,  /* c0, c1 */
    TOO_LARGE_8 = 1 << 6, /* f5 and more, and 80 to 8f; */
    OVERLONG_4 = 1 << 6,  /* f0 and less than 90: no byte allows both */
    TWO_BEHIND = 1 << 7,  /* two continuations: an error unless there is a
                             lead of three or four in front of them */
    ANY_LOW = TOO_SHORT | TOO_LONG | TWO_BEHIND,
    LARGE_LOW = ANY_LOW | TOO_LARGE | TOO_LARGE_8,
    BEHIND_2 = TOO_LONG | OVERLONG_2 | TWO_BEHIND,
};

/* By the high and the low half of a byte, and the high half of the next. */
static const uint8_t first_high[16] = {
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TWO_BEHIND,
    TWO_BEHIND,
    TWO_BEHIND,
    TWO_BEHIND,
    TOO_SHORT | OVERLONG_2,
    TOO_SHORT,
    TOO_SHORT | OVERLONG_3 | SURROGATE,
    TOO_SHORT | TOO_LARGE | TOO_LARGE_8 | OVERLONG_4,
};
static const uint8_t first_low[16] = {
    ANY_LOW | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
    ANY_LOW | OVERLONG_2,
    ANY_LOW,
    ANY_LOW,
    ANY_LOW | TOO_LARGE,
    LARGE_LOW,
    LARGE_LOW,
    LARGE_LOW,
    LARGE_LOW,
    LARGE_LOW,
    LARGE_LOW,
    LARGE_LOW,
    LARGE_LOW,
    LARGE_LOW | SURROGATE,
    LARGE_LOW,
    LARGE_LOW,
};
static const uint8_t second_high[16] = {
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    BEHIND_2 | OVERLONG_3 | TOO_LARGE_8 | OVERLONG_4,
    BEHIND_2 | OVERLONG_3 | TOO_LARGE,
    BEHIND_2 | SURROGATE | TOO_LARGE,
    BEHIND_2 | SURROGATE | TOO_LARGE,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
};

CPU_AVX2 static inline __m256i load_wide(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

CPU_AVX2 static inline __m256i look_up(const uint8_t table[16], __m256i at)
{
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load(table)), at);
}

CPU_AVX2 static inline __m256i high_half(__m256i x)
{
    return _mm256_and_si256(_mm256_srli_epi16(x, 4), _mm256_set1_epi8(15));
}

/* The bytes of x that end something wrong are not 0; `before` is the 32 bytes
 * in front of them. */
CPU_AVX2 static inline __m256i errors_of(__m256i x, __m256i before)
{
    const __m256i low_bits = _mm256_set1_epi8(15);
    __m256i middle = _mm256_permute2x128_si256(before, x, 0x21);
    __m256i back1 = _mm256_alignr_epi8(x, middle, 15);
    __m256i back2 = _mm256_alignr_epi8(x, middle, 14);
    __m256i back3 = _mm256_alignr_epi8(x, middle, 13);
    __m256i pairs = _mm256_and_si256(
        _mm256_and_si256(look_up(first_high, high_half(back1)),
                         look_up(first_low, _mm256_and_si256(back1, low_bits))),
        look_up(second_high, high_half(x)));
    __m256i third = _mm256_subs_epu8(back2, _mm256_set1_epi8(0xe0 - 0x80));
    __m256i fourth = _mm256_subs_epu8(back3, _mm256_set1_epi8(0xf0 - 0x80));
    __m256i two_behind = _mm256_and_si256(_mm256_or_si256(third, fourth),
                                          _mm256_set1_epi8((char)TWO_BEHIND));

    return _mm256_xor_si256(pairs, two_behind);
}

/* The text from start to p is valid as far as it goes: back to where its last
 * character begins, if that is not all there. */
static const uint8_t *back_to_whole(const uint8_t *start, const uint8_t *p)
{
    for (int i = 1; i <= 3 && p - i >= start; i++) {
        uint8_t c = p[-i];
        if (c >= 0xc0)
            return i < (c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4) ? p - i : p;
        if (c < 0x80)
            break;
    }
    return p;
}

CPU_AVX2 static const uint8_t *pass_avx2(const uint8_t *p, const uint8_t *end)
{
    const uint8_t *start = p;
    __m256i before = _mm256_setzero_si256();

    while (end - p >= 32) {
        __m256i x = load_wide(p);
        if (_mm256_movemask_epi8(_mm256_or_si256(x, before))) {
            __m256i errors = errors_of(x, before);
            if (!_mm256_testz_si256(errors, errors))
                break;
        }
        before = x;
        p += 32;
    }
    return back_to_whole(start, p);
}

const uint8_t *utf8_pass(const uint8_t *p, const uint8_t *end)
{
    /* Most texts are ASCII, and most are short. */
    p = pass_sse2(p, end);
    return end - p >= 32 && cpu_has_avx2() ? pass_avx2(p, end) : p;
}

#elif defined(CPU_NEON)

/* --- NEON: ASCII, 16 bytes a turn --- */

static const uint8_t *pass_neon(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 16 && vmaxvq_u8(vld1q_u8(p)) < 0x80)
        p += 16;
    return pass_words(p, end);
}

const uint8_t *utf8_pass(const uint8_t *p, const uint8_t *end)
{
    return pass_neon(p, end);
}

#else

const uint8_t *utf8_pass(const uint8_t *p, const uint8_t *end)
{
    return pass_words(p, end);
}

#endif

const struct utf8_way utf8_ways[] = {
    {"words", always, pass_words},
#if defined(CPU_SSE2)
    {"SSE2", always, pass_sse2},   {"AVX2", cpu_has_avx2, pass_avx2},
#elif defined(CPU_NEON)
    {"NEON", always, pass_neon},
#endif
    {"chosen", always, utf8_pass}, {NULL, NULL, NULL},
};
