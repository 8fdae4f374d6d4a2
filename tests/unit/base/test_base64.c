/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/base64.h"
#include "base/error.h"

/* RFC 4648, section 10. */
static const struct {
    const char *bytes, *text;
} vectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

START_TEST(vectors_of_the_rfc)
{
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        const char *bytes = vectors[i].bytes, *text = vectors[i].text;
        char out[16];
        size_t n = 99;

        ck_assert_uint_eq(BASE64_LENGTH(strlen(bytes)), strlen(text));
        base64_encode(out, bytes, strlen(bytes));
        ck_assert_mem_eq(out, text, strlen(text));
        ck_assert_int_eq(base64_decode(out, text, strlen(text), &n), 0);
        ck_assert_uint_eq(n, strlen(bytes));
        ck_assert_mem_eq(out, bytes, n);
    }
}
END_TEST

/* The reference: bit by bit. */
static size_t reference(char *to, const uint8_t *from, size_t n, bool url)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t length = (n * 8 + 5) / 6;

    for (size_t i = 0; i < length; i++) {
        unsigned value = 0;
        for (size_t bit = i * 6; bit < i * 6 + 6; bit++) {
            unsigned is_set =
                bit / 8 < n ? from[bit / 8] >> (7 - bit % 8) & 1 : 0;
            value = value << 1 | is_set;
        }
        to[i] = value < 62 ? letters[value] : (url ? "-_" : "+/")[value - 62];
    }
    return length;
}

/* Exact memory, so that a byte too many is seen. */
static void check_decode(const char *text, size_t length, const uint8_t *bytes,
                         size_t n)
{
    char *from = malloc(length ? length : 1);
    uint8_t *to = malloc(BASE64_DECODED_MAX(length));
    size_t got = 0;

    memcpy(from, text, length);
    ck_assert_int_eq(base64_decode(to, from, length, &got), 0);
    ck_assert_uint_eq(got, n);
    ck_assert_mem_eq(to, bytes, n);
    free(from);
    free(to);
}

START_TEST(every_length_both_ways)
{
    uint8_t bytes[200] = {0};
    char expected[300], out[300];
    uint32_t random = 1;

    for (size_t n = 0; n <= sizeof(bytes); n++) {
        for (size_t i = 0; i < n; i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = (uint8_t)(random >> 24);
        }
        size_t length = reference(expected, bytes, n, true);
        memset(out, '#', sizeof(out));
        ck_assert_uint_eq(base64url_encode(out, bytes, n), length);
        ck_assert_mem_eq(out, expected, length);
        ck_assert_int_eq(out[length], '#');
        check_decode(out, length, bytes, n);

        length = reference(expected, bytes, n, false);
        memset(out, '#', sizeof(out));
        base64_encode(out, bytes, n);
        ck_assert_mem_eq(out, expected, length);
        check_decode(out, length, bytes, n);
        while (length % 4 != 0)
            ck_assert_int_eq(out[length++], '=');
        ck_assert_uint_eq(length, BASE64_LENGTH(n));
        if (length < sizeof(out))
            ck_assert_int_eq(out[length], '#');
        check_decode(out, length, bytes, n);
    }
}
END_TEST

static bool is_letter(int c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || (c && strchr("+/-_", c));
}

START_TEST(any_other_character_is_an_error)
{
    for (size_t n = 2; n <= 8; n++) {
        if (n % 4 == 1)
            continue;
        for (size_t at = 0; at < n; at++) {
            for (int c = 0; c < 256; c++) {
                char text[9] = "AAAAAAAA", out[16];
                size_t got = 99;
                /* A "=" at the end of a whole group is padding. */
                bool ok =
                    is_letter(c) || (c == '=' && n % 4 == 0 && at == n - 1);
                text[at] = (char)c;
                int r = base64_decode(out, text, n, &got);
                ck_assert_int_eq(r, ok ? 0 : ERR_SYNTAX);
                if (!ok)
                    ck_assert_uint_eq(got, 99);
            }
        }
    }
}
END_TEST

START_TEST(misplaced_padding_and_lone_characters)
{
    static const char *const wrong[] = {
        "=",      "==",       "===",   "====",    "A",      "A=",
        "A==",    "A===",     "AA=",   "AA===",   "AAA==",  "AAAA=",
        "AAAA==", "AAAA====", "AA=A",  "A=AA",    "=AAA",   "AA==AAAA",
        "AAA=AA", "AAA=AAAA", "AAAAA", "AAAAAA=", "AA==\n", "AA ==",
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char out[16];
        size_t n = 99;
        if (base64_decode(out, wrong[i], strlen(wrong[i]), &n) != ERR_SYNTAX)
            ck_abort_msg("\"%s\" was read", wrong[i]);
        ck_assert_uint_eq(n, 99);
    }
    /* What stands behind the end must not make it right. */
    for (size_t n = 1; n < 12; n += 4) {
        char out[16];
        size_t got = 99;
        ck_assert_int_eq(base64_decode(out, "AAAAAAAAAAAA", n, &got),
                         ERR_SYNTAX);
    }
}
END_TEST

START_TEST(alphabets_may_mix)
{
    uint8_t out[6];
    size_t n;

    ck_assert_int_eq(base64_decode(out, "+/-_", 4, &n), 0);
    ck_assert_uint_eq(n, 3);
    ck_assert_mem_eq(out, "\xfb\xff\xbf", 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/base64");
    TCase *tests = tcase_create("base64");

    tcase_add_test(tests, vectors_of_the_rfc);
    tcase_add_test(tests, every_length_both_ways);
    tcase_add_test(tests, any_other_character_is_an_error);
    tcase_add_test(tests, misplaced_padding_and_lone_characters);
    tcase_add_test(tests, alphabets_may_mix);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
