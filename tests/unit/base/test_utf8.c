/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "base/utf8_wide.h"

/* Where the rules change: of these bytes every sequence is tried. */
static const uint8_t edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f,
                                0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0,
                                0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1,
                                0xf3, 0xf4, 0xf5, 0xf8, 0xff};

#define EDGES sizeof(edges)

/*
 * The reference: decodes one character the plain way and then looks whether
 * the number is one that may stand there. Returns its length, 0 when wrong or
 * not all there.
 */
static size_t reference_character(const uint8_t *p, size_t n)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length;
    uint32_t code;

    if (p[0] < 0x80)
        return 1;
    if ((p[0] & 0xe0) == 0xc0) {
        length = 2;
        code = p[0] & 0x1f;
    } else if ((p[0] & 0xf0) == 0xe0) {
        length = 3;
        code = p[0] & 0x0f;
    } else if ((p[0] & 0xf8) == 0xf0) {
        length = 4;
        code = p[0] & 0x07;
    } else {
        return 0;
    }
    if (n < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3f);
    }
    if (code < smallest[length] || code > 0x10ffff ||
        (code >= 0xd800 && code <= 0xdfff))
        return 0;
    return length;
}

static bool reference(const uint8_t *p, size_t n)
{
    while (n != 0) {
        size_t length = reference_character(p, n);
        if (length == 0)
            return false;
        p += length;
        n -= length;
    }
    return true;
}

/* Whether something can follow that makes it right: up to three bytes. */
static bool reference_prefix(const uint8_t *p, size_t n, int more)
{
    static const uint8_t next[] = {0x80, 0x90, 0xa0, 0xbf};
    uint8_t longer[8];

    if (reference(p, n))
        return true;
    if (more == 0)
        return false;
    memcpy(longer, p, n);
    for (size_t i = 0; i < sizeof(next); i++) {
        longer[n] = next[i];
        if (reference_prefix(longer, n + 1, more - 1))
            return true;
    }
    return false;
}

static bool valid_in_two(const uint8_t *p, size_t n, size_t split)
{
    struct utf8 u;

    utf8_init(&u);
    return utf8_feed(&u, p, split) == 0 &&
           utf8_feed(&u, p + split, n - split) == 0 && utf8_complete(&u);
}

static void check_sequence(const uint8_t *p, size_t n)
{
    bool expected = reference(p, n);

    if (utf8_valid(p, n) != expected)
        ck_abort_msg("%02x %02x %02x %02x of %zu", p[0], p[1], p[2], p[3], n);
    for (size_t split = 0; split <= n; split++) {
        if (valid_in_two(p, n, split) != expected)
            ck_abort_msg("%02x %02x %02x %02x of %zu, split at %zu", p[0], p[1],
                         p[2], p[3], n, split);
    }
}

START_TEST(every_one_and_two_bytes)
{
    for (unsigned a = 0; a < 256; a++) {
        uint8_t p[4] = {(uint8_t)a};
        check_sequence(p, 1);
        for (unsigned b = 0; b < 256; b++) {
            p[1] = (uint8_t)b;
            check_sequence(p, 2);
        }
    }
}
END_TEST

START_TEST(three_and_four_bytes_at_every_edge)
{
    for (size_t i = 0; i < EDGES * EDGES * EDGES; i++) {
        uint8_t p[4] = {edges[i % EDGES], edges[i / EDGES % EDGES],
                        edges[i / EDGES / EDGES]};
        check_sequence(p, 3);
        for (size_t j = 0; j < EDGES; j++) {
            p[3] = edges[j];
            check_sequence(p, 4);
        }
    }
}
END_TEST

START_TEST(stops_at_the_first_byte_that_cannot_be_right)
{
    for (size_t i = 0; i < EDGES * EDGES * EDGES; i++) {
        uint8_t p[3] = {edges[i % EDGES], edges[i / EDGES % EDGES],
                        edges[i / EDGES / EDGES]};
        struct utf8 u;
        utf8_init(&u);
        for (size_t n = 1; n <= sizeof(p); n++) {
            bool possible = reference_prefix(p, n, 3);
            ck_assert_int_eq(utf8_feed(&u, &p[n - 1], 1),
                             possible ? 0 : ERR_SYNTAX);
            if (!possible)
                break;
            ck_assert_int_eq(utf8_complete(&u), reference(p, n));
        }
    }
}
END_TEST

static size_t encode(uint8_t p[4], uint32_t code)
{
    if (code < 0x80) {
        p[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        p[0] = (uint8_t)(0xc0 | code >> 6);
        p[1] = (uint8_t)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        p[0] = (uint8_t)(0xe0 | code >> 12);
        p[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        p[2] = (uint8_t)(0x80 | (code & 0x3f));
        return 3;
    }
    p[0] = (uint8_t)(0xf0 | code >> 18);
    p[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
    p[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    p[3] = (uint8_t)(0x80 | (code & 0x3f));
    return 4;
}

START_TEST(every_character_there_is)
{
    for (uint32_t code = 0; code <= 0x110000; code++) {
        uint8_t p[4];
        size_t n = encode(p, code);
        bool expected = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
        if (utf8_valid(p, n) != expected)
            ck_abort_msg("U+%04X", code);
    }
}
END_TEST

START_TEST(ascii_is_fast_and_not_blind)
{
    char text[64];

    /* A byte that is wrong at every place of every length and alignment. */
    for (size_t offset = 0; offset < 8; offset++) {
        for (size_t n = 0; n < 40; n++) {
            memset(text, 'a', sizeof(text));
            ck_assert(utf8_valid(text + offset, n));
            for (size_t bad = 0; bad < n; bad++) {
                text[offset + bad] = '\xff';
                ck_assert(!utf8_valid(text + offset, n));
                text[offset + bad] = 'a';
            }
        }
    }
    /* And a right one, which the fast path must come back after. */
    for (size_t at = 0; at < 40; at++) {
        memset(text, 'a', sizeof(text));
        memcpy(text + at, "\xf0\x9f\x98\x80", 4);
        ck_assert(utf8_valid(text, sizeof(text)));
        ck_assert(!utf8_valid(text, at + 3));
        text[sizeof(text) - 1] = '\x80';
        ck_assert(!utf8_valid(text, sizeof(text)));
    }
}
END_TEST

START_TEST(text_in_any_pieces)
{
    static const char text[] = "Gr\u00fc\u00df dich, \u4e16\u754c \U0001f600 "
                               "and 16 more bytes";
    const size_t n = sizeof(text) - 1;

    for (size_t piece = 1; piece <= n; piece++) {
        struct utf8 u;
        utf8_init(&u);
        for (size_t at = 0; at < n; at += piece)
            ck_assert_int_eq(
                utf8_feed(&u, text + at, n - at < piece ? n - at : piece), 0);
        ck_assert(utf8_complete(&u));
    }
    ck_assert(utf8_valid(NULL, 0));
    ck_assert(utf8_valid("a\0b", 3));
}
END_TEST

/* How much of the text is valid; what begins and is not all there is not. */
static size_t reference_valid(const uint8_t *p, size_t n)
{
    size_t at = 0, length;

    while (at < n && (length = reference_character(p + at, n - at)) != 0)
        at += length;
    return at;
}

/* Where a way stops is where a character begins, no later than the first that
 * is wrong; and utf8_feed() sees what is left. */
static void check_way(const struct utf8_way *way, const uint8_t *p, size_t n)
{
    size_t valid = reference_valid(p, n);
    size_t passed = (size_t)(way->pass(p, p + n) - p);
    bool whole = passed <= valid && reference_valid(p, passed) == passed &&
                 (passed >= valid || (p[passed] & 0xc0) != 0x80);

    if (!whole || utf8_valid(p, n) != (valid == n))
        ck_abort_msg("%s: %zu of %zu", way->name, passed, valid);
}

/* Four bytes of each kind, one in eleven of all that there are, across each
 * place where blocks may meet. */
START_TEST(wide_at_every_edge)
{
    const struct utf8_way *way = &utf8_ways[_i];
    uint8_t text[96];

    if (!way->usable())
        return;
    for (size_t i = 0; i < EDGES * EDGES * EDGES * EDGES; i += 11) {
        size_t at = 28 + i % 5, rest = i;
        memset(text, 'a', sizeof(text));
        for (int k = 0; k < 4; k++, rest /= EDGES)
            text[at + (size_t)k] = edges[rest % EDGES];
        check_way(way, text, 64 + i % 3);
    }
}
END_TEST

/* Long texts of all characters, a byte of which is sometimes another. */
START_TEST(wide_in_long_texts)
{
    static const uint32_t last[] = {0x7f, 0x7ff, 0xffff, 0x10ffff};
    const struct utf8_way *way = &utf8_ways[_i];
    uint8_t text[400];
    unsigned seed = 1;

    if (!way->usable())
        return;
    for (int round = 0; round < 2000; round++) {
        size_t n = 0, want = (size_t)(rand_r(&seed) % 380);
        while (n < want) {
            uint32_t code = (uint32_t)rand_r(&seed) % last[rand_r(&seed) % 4];
            if (code < 0xd800 || code > 0xdfff)
                n += encode(text + n, code);
        }
        check_way(way, text, n);
        if (n == 0)
            continue;
        text[(size_t)rand_r(&seed) % n] = (uint8_t)rand_r(&seed);
        check_way(way, text, n);
    }
}
END_TEST

/* One character of each length in bytes: 1, 1, 1 and 2 units. */
#define ALL_LENGTHS "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"

START_TEST(as_long_as_in_utf16)
{
    ck_assert_uint_eq(utf8_utf16_length("", 0), 0);
    ck_assert_uint_eq(utf8_utf16_length("abc", 3), 3);
    ck_assert_uint_eq(utf8_utf16_length(ALL_LENGTHS, 10), 5);
    ck_assert_uint_eq(utf8_utf16_length("\xf4\x8f\xbf\xbf", 4), 2);
    ck_assert_uint_eq(utf8_utf16_length("\xef\xbf\xbf", 3), 1);
}
END_TEST

START_TEST(cut_by_units_of_utf16)
{
    static const size_t bytes[] = {0, 1, 3, 6, 0, 10};
    size_t n = 77;

    for (size_t units = 0; units < 6; units++) {
        int r = utf8_cut_utf16(ALL_LENGTHS, 10, units, &n);
        if (units == 4) { /* half of a surrogate pair */
            ck_assert_int_eq(r, ERR_SYNTAX);
            ck_assert_uint_eq(n, 6); /* as before */
            continue;
        }
        ck_assert_int_eq(r, 0);
        ck_assert_uint_eq(n, bytes[units]);
    }
    ck_assert_int_eq(utf8_cut_utf16(ALL_LENGTHS, 10, 6, &n), ERR_SYNTAX);
    ck_assert_int_eq(utf8_cut_utf16("", 0, SIZE_MAX, &n), ERR_SYNTAX);
    ck_assert_int_eq(utf8_cut_utf16("", 0, 0, &n), 0);
    ck_assert_uint_eq(n, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/utf8");
    TCase *tests = tcase_create("utf8");

    tcase_add_test(tests, every_one_and_two_bytes);
    tcase_add_test(tests, three_and_four_bytes_at_every_edge);
    tcase_add_test(tests, stops_at_the_first_byte_that_cannot_be_right);
    tcase_add_test(tests, every_character_there_is);
    tcase_add_test(tests, ascii_is_fast_and_not_blind);
    tcase_add_test(tests, text_in_any_pieces);
    int ways = 0;
    while (utf8_ways[ways].name)
        ways++;
    tcase_add_loop_test(tests, wide_at_every_edge, 0, ways);
    tcase_add_loop_test(tests, wide_in_long_texts, 0, ways);
    tcase_add_test(tests, as_long_as_in_utf16);
    tcase_add_test(tests, cut_by_units_of_utf16);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
